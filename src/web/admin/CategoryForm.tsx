/** Category form 类别表单: a new category, a new version of the district's own, or its own version of a base row. */
import { useState } from 'react';
import { Button, Input, InputNumber, Select } from 'antd';
import type { CategoryFields } from '../../domain/category.ts';
import type { Condition } from '../../domain/condition.ts';
import { ConditionInputs } from './ConditionInputs.tsx';
import { useSendAction } from './useSendAction.ts';
import { VersionForm } from './VersionForm.tsx';

interface CategoryFormProps {
  title: string;
  code: string;
  start: CategoryFields;
  grades: readonly string[];
  /** The version to be followed by another; null: a row of the district's own is added. */
  edited: { id: string; version: number } | null;
  onDone: () => void;
  onClose: () => void;
}

/** Optional parts that were emptied are left out; the number of a condition is its place in the code book. */
const tidy = (condition: Condition): Condition => {
  const { stages = [], limitsByGrade = [], ...rest } = condition;
  return {
    ...rest,
    ...(stages.length > 0 ? { stages } : {}),
    ...(limitsByGrade.length > 0
      ? {
          limitsByGrade: limitsByGrade.map(({ grade, limit, stages: own = [] }) => ({
            grade,
            limit,
            ...(own.length > 0 ? { stages: own } : {}),
          })),
        }
      : {}),
  };
};

const blank = (no: number): Condition => ({
  no,
  openWhen: '',
  closeWhen: '',
  limit: { value: 1, unit: 'workDay' },
  severity: 'C',
});

export function CategoryForm(props: CategoryFormProps) {
  const { title, code, start, grades, edited, onDone, onClose } = props;
  const [fields, setFields] = useState(start);
  const sending = useSendAction({
    noun: 'category',
    action: edited ? 'edit' : 'add',
    id: edited?.id ?? null,
    ...(edited ? { seen: edited.version } : {}),
  });
  const put = (part: Partial<CategoryFields>) => setFields((before) => ({ ...before, ...part }));
  const putCondition = (at: number, next: Condition) =>
    put({ conditions: fields.conditions.map((each, n) => (n === at ? next : each)) });
  const inputOf = () => ({
    ...fields,
    conditions: fields.conditions.map(tidy),
    collectRule: fields.collectRule || null,
    ...(edited ? {} : { code }),
  });
  const errorOf = (field: string) =>
    Object.entries(sending.errors).find(
      ([path]) => path === field || path.startsWith(`${field}.`),
    )?.[1];
  const nextNo = Math.max(0, ...fields.conditions.map(({ no }) => no)) + 1;
  return (
    <VersionForm
      title={title}
      subject={code}
      width={680}
      sending={sending}
      inputOf={inputOf}
      hint="修订只生成新版本：已立案的仍按原版本判定。改了立案条件或时限而没有另选来源的，来源改记“本区自拟”。凭记忆或自拟的标准修订后标“待核”，由人员核定。"
      onDone={onDone}
      onClose={onClose}
    >
      <PlainFields fields={fields} errorOf={errorOf} onChange={put} />
      {fields.conditions.map((condition, n) => (
        <ConditionInputs
          key={condition.no}
          condition={condition}
          grades={grades}
          error={errorOf(`conditions.${n}`)}
          onChange={(next) => putCondition(n, next)}
          onRemove={
            fields.conditions.length > 1
              ? () => put({ conditions: fields.conditions.filter((_each, at) => at !== n) })
              : undefined
          }
        />
      ))}
      <div>
        <Button onClick={() => put({ conditions: [...fields.conditions, blank(nextNo)] })}>
          加一条立案条件
        </Button>
      </div>
    </VersionForm>
  );
}

interface PlainFieldsProps {
  fields: CategoryFields;
  errorOf: (field: string) => string | undefined;
  onChange: (part: Partial<CategoryFields>) => void;
}

const sources = [
  { value: 'SOURCED', label: '有公开标准为据' },
  { value: 'RECALLED', label: '凭记忆，待核' },
  { value: 'DESIGN', label: '本区自拟，待核' },
];

function PlainFields({ fields, errorOf, onChange }: PlainFieldsProps) {
  const line = (title: string, field: string, control: React.ReactNode) => {
    const error = errorOf(field);
    return (
      <div className="field">
        <span className="field-label">{title}</span>
        {control}
        {error && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
      </div>
    );
  };
  return (
    <>
      {line(
        '名称',
        'name',
        <Input
          aria-label="名称"
          maxLength={60}
          value={fields.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />,
      )}
      <div className="pair">
        {line(
          '派遣原则',
          'dispatchRule',
          <Input
            aria-label="派遣原则"
            maxLength={40}
            value={fields.dispatchRule}
            onChange={(event) => onChange({ dispatchRule: event.target.value })}
          />,
        )}
        {line(
          '来源',
          'sourceFlag',
          <Select
            aria-label="来源"
            options={sources}
            value={fields.sourceFlag}
            onChange={(sourceFlag) =>
              onChange({ sourceFlag: sourceFlag as CategoryFields['sourceFlag'] })
            }
          />,
        )}
      </div>
      {line(
        '关键词（回车添加）',
        'keywords',
        <Select
          mode="tags"
          aria-label="关键词"
          open={false}
          value={fields.keywords}
          onChange={(keywords: string[]) => onChange({ keywords })}
        />,
      )}
      {line(
        '采集要求',
        'collectRule',
        <Input.TextArea
          aria-label="采集要求"
          autoSize
          maxLength={1000}
          value={fields.collectRule ?? ''}
          onChange={(event) => onChange({ collectRule: event.target.value })}
        />,
      )}
      <div className="pair">
        {line(
          '疑似重复半径（米）',
          'duplicateRadius',
          <InputNumber
            aria-label="疑似重复半径"
            min={1}
            max={2000}
            value={fields.duplicateRadius}
            onChange={(duplicateRadius) => onChange({ duplicateRadius: duplicateRadius ?? 1 })}
          />,
        )}
        {line(
          '疑似重复时间（小时）',
          'duplicateWindow',
          <InputNumber
            aria-label="疑似重复时间"
            min={1}
            max={2160}
            value={fields.duplicateWindow}
            onChange={(duplicateWindow) => onChange({ duplicateWindow: duplicateWindow ?? 1 })}
          />,
        )}
      </div>
    </>
  );
}
