/** Condition inputs 立案条件: when to open, when to close, how long, with stages and limits by grade of area. */
import { AutoComplete, Button, Input, Select } from 'antd';
import { severityLabels, type Condition } from '../../domain/condition.ts';
import { LimitInput } from './LimitInput.tsx';
import { StageInputs } from './StageInputs.tsx';

interface ConditionInputsProps {
  condition: Condition;
  /** The management grades that areas of the district have. */
  grades: readonly string[];
  error: string | undefined;
  onChange: (condition: Condition) => void;
  onRemove: (() => void) | undefined;
}

const severities = Object.entries(severityLabels).map(([value, label]) => ({ value, label }));

export function ConditionInputs({
  condition,
  grades,
  error,
  onChange,
  onRemove,
}: ConditionInputsProps) {
  const put = (part: Partial<Condition>) => onChange({ ...condition, ...part });
  const name = `第 ${condition.no} 条`;
  return (
    <fieldset className="fieldset form">
      <legend>{name}立案条件</legend>
      <div className="field">
        <span className="field-label">立案条件</span>
        <Input.TextArea
          aria-label={`${name}立案条件`}
          autoSize
          maxLength={300}
          value={condition.openWhen}
          onChange={(event) => put({ openWhen: event.target.value })}
        />
      </div>
      <div className="field">
        <span className="field-label">结案条件</span>
        <Input.TextArea
          aria-label={`${name}结案条件`}
          autoSize
          maxLength={300}
          value={condition.closeWhen}
          onChange={(event) => put({ closeWhen: event.target.value })}
        />
      </div>
      <div className="pair">
        <div className="field">
          <span className="field-label">时限（派单到整改完成）</span>
          <LimitInput
            label={`${name}时限`}
            value={condition.limit}
            onChange={(limit) => put({ limit })}
          />
        </div>
        <div className="field">
          <span className="field-label">等级</span>
          <Select
            aria-label={`${name}等级`}
            options={severities}
            value={condition.severity}
            onChange={(severity) => put({ severity: severity as Condition['severity'] })}
          />
        </div>
      </div>
      <div className="field">
        <span className="field-label">阶段时限（都从派单起算，逐段加长）</span>
        <StageInputs
          label={name}
          stages={condition.stages ?? []}
          limit={condition.limit}
          onChange={(stages) => put({ stages })}
        />
      </div>
      <GradeLimits condition={condition} grades={grades} onChange={put} />
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {onRemove && (
        <div>
          <Button size="small" onClick={onRemove}>
            删除{name}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

interface GradeLimitsProps {
  condition: Condition;
  grades: readonly string[];
  onChange: (part: Partial<Condition>) => void;
}

function GradeLimits({ condition, grades, onChange }: GradeLimitsProps) {
  const list = condition.limitsByGrade ?? [];
  const name = `第 ${condition.no} 条`;
  const put = (at: number, part: Partial<(typeof list)[number]>) =>
    onChange({ limitsByGrade: list.map((each, n) => (n === at ? { ...each, ...part } : each)) });
  return (
    <div className="field">
      <span className="field-label">按区域等级另定的时限（没有则各处相同）</span>
      {list.map((each, n) => (
        <div key={n} className="grade-limit">
          <div className="stage-line">
            <AutoComplete
              aria-label={`${name}区域等级`}
              placeholder="等级，如 A"
              options={grades.map((grade) => ({ value: grade }))}
              value={each.grade}
              onChange={(grade: string) => put(n, { grade })}
            />
            <LimitInput
              label={`${name}${each.grade}级时限`}
              value={each.limit}
              onChange={(limit) => put(n, { limit })}
            />
            <Button
              type="text"
              onClick={() => onChange({ limitsByGrade: list.filter((_each, at) => at !== n) })}
            >
              删除
            </Button>
          </div>
          <StageInputs
            label={`${name}${each.grade}级`}
            stages={each.stages ?? []}
            limit={each.limit}
            onChange={(stages) => put(n, { stages })}
          />
        </div>
      ))}
      {list.length < 10 && (
        <Button
          size="small"
          onClick={() =>
            onChange({
              limitsByGrade: [
                ...list,
                {
                  grade: grades.find((grade) => list.every((each) => each.grade !== grade)) ?? '',
                  limit: condition.limit,
                },
              ],
            })
          }
        >
          按等级另定时限
        </Button>
      )}
    </div>
  );
}
