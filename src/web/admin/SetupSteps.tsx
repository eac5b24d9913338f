/** Steps of the setup wizard: the district, its units, its standards, its administrators. */
import { useId } from 'react';
import { Alert, Button, Checkbox, Input } from 'antd';
import type { SetupPageView, SetupProblem, SetupStep } from '../../domain/setup.ts';
import { officesOf, usualUnits } from '../../domain/setupUnits.ts';
import { Facts, Panel } from '../ui/Panel.tsx';
import { problemsOf, type Draft, type DraftPerson } from './setupDraft.ts';

export interface StepProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  problems: readonly SetupProblem[];
}

/** What is still missing in a step, one sentence each. */
export function StepProblems({
  problems,
  step,
}: {
  problems: readonly SetupProblem[];
  step: SetupStep;
}) {
  const words = [...new Set(problemsOf(problems, step))];
  if (words.length === 0) return null;
  return (
    <Alert
      type="info"
      showIcon
      title="这一步还差"
      description={
        <ul className="setup-missing">
          {words.slice(0, 20).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      }
    />
  );
}

function TextField({
  label,
  value,
  hint,
  onChange,
  isCode = false,
}: {
  label: string;
  value: string;
  hint?: string;
  onChange: (value: string) => void;
  isCode?: boolean;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        value={value}
        maxLength={60}
        autoComplete="off"
        {...(isCode ? { inputMode: 'numeric' as const } : {})}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint && <p className="field-hint">{hint}</p>}
    </div>
  );
}

export function DistrictStep({
  draft,
  change,
  problems,
  view,
}: StepProps & { view: SetupPageView }) {
  const taken = view.districts.find(({ code }) => code === draft.code.trim());
  return (
    <Panel title="区">
      <div className="form">
        <TextField
          label="区代码"
          value={draft.code}
          hint="GB/T 2260 的 6 位代码，例如 110116"
          isCode
          onChange={(code) => change({ code: code.trim() })}
        />
        {taken && (
          <p className="field-error" role="alert">
            代码 {taken.code} 已用于“{taken.name}”，请核对
          </p>
        )}
        <TextField
          label="区名称"
          value={draft.name}
          hint="例如 怀柔区"
          onChange={(name) => change({ name })}
        />
        <StepProblems problems={problems} step="district" />
      </div>
    </Panel>
  );
}

export function UnitsStep({ draft, change, problems }: StepProps) {
  const { chosen, renamed } = draft;
  const furtherId = useId();
  const tick = (code: string, isOn: boolean) =>
    change({ chosen: isOn ? [...chosen, code] : chosen.filter((other) => other !== code) });
  return (
    <Panel title="单位">
      <div className="form">
        <Checkbox
          checked={draft.hasOffices}
          onChange={(event) => change({ hasOffices: event.target.checked })}
        >
          为每个街道乡镇、社区村建立属地单位（{officesOf(draft.areas).length} 个）
        </Checkbox>
        <fieldset className="fieldset">
          <legend>常见的部门和企业（已选 {chosen.length} 个）</legend>
          <p className="field-hint">
            勾选本区有的，名称可改。后面是职责词：派单建议按它找到单位，建区后可在“单位”“责任分解”里改。
          </p>
          <div className="buttons">
            <Button
              size="small"
              onClick={() => change({ chosen: usualUnits.map(({ code }) => code) })}
            >
              全选
            </Button>
            <Button size="small" onClick={() => change({ chosen: [] })}>
              全不选
            </Button>
          </div>
          <ul className="setup-units">
            {usualUnits.map(({ code, name, dutyRoles }) => (
              <li key={code}>
                <Checkbox
                  aria-label={`有${name}`}
                  checked={chosen.includes(code)}
                  onChange={(event) => tick(code, event.target.checked)}
                />
                <Input
                  aria-label={`${name}的名称`}
                  value={renamed[code] ?? name}
                  disabled={!chosen.includes(code)}
                  maxLength={60}
                  onChange={(event) =>
                    change({ renamed: { ...renamed, [code]: event.target.value } })
                  }
                />
                <span className="soft">{dutyRoles.join('、')}</span>
              </li>
            ))}
          </ul>
        </fieldset>
        <div className="field">
          <label htmlFor={furtherId}>
            其他单位<span className="optional">选填</span>
          </label>
          <Input.TextArea
            id={furtherId}
            rows={4}
            value={draft.further}
            placeholder={'轨道交通公司\n名胜区管理处'}
            onChange={(event) => change({ further: event.target.value })}
          />
          <p className="field-hint">一行一个名称；也可粘贴带表头的表格：名称,代码,类型,职责词。</p>
        </div>
        <StepProblems problems={problems} step="units" />
      </div>
    </Panel>
  );
}

export const StandardsStep = ({ view: { standards } }: { view: SetupPageView }) => (
  <Panel title="标准">
    <p>
      基础标准对每个区都生效，不必选择和复制；建区后在“类别”“时限参数”“日历”页可以改成本区自己的。
    </p>
    <Facts
      rows={[
        [
          '类别',
          `${standards.categories} 个小类，${standards.conditions} 条立案条件；${standards.unvouched} 个待核，建区后在“类别”页逐个“采用并核定”`,
        ],
        ['时限参数', `${standards.settings} 项`],
        ['日历', `${standards.years.join('、')} 年`],
      ]}
    />
  </Panel>
);

const people = [
  ['systemAdmin', '系统管理员', '管区域、单位、人员、标准'],
  ['securityAdmin', '安全管理员', '任命岗位、管账号'],
  ['auditAdmin', '审计管理员', '查留痕'],
] as const;

export function PeopleStep({ draft, change, problems }: StepProps) {
  return (
    <Panel title="管理员">
      <div className="form">
        <p>三员分立：须是三个不同的人。初始密码在建立后显示一次，首次登录须更改。</p>
        {people.map(([role, label, words]) => {
          const person: DraftPerson = draft[role];
          return (
            <fieldset key={role} className="fieldset">
              <legend>
                {label}
                <span className="soft">　{words}</span>
              </legend>
              <div className="pair">
                <TextField
                  label={`${label}姓名`}
                  value={person.name}
                  onChange={(name) => change({ [role]: { ...person, name } })}
                />
                <TextField
                  label={`${label}登录名`}
                  value={person.login}
                  onChange={(login) =>
                    change({ [role]: { ...person, login: login.trim().toLowerCase() } })
                  }
                />
              </div>
            </fieldset>
          );
        })}
        <StepProblems problems={problems} step="people" />
      </div>
    </Panel>
  );
}
