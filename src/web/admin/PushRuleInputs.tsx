/** Push rule inputs 推送规则: which cases go to a grid platform by themselves, and what its states mean here. */
import type { ReactNode } from 'react';
import { Button, Checkbox, Input, Select } from 'antd';
import { channelLabels, type Channel } from '../../domain/channel.ts';
import { platformStateLabels, type PlatformState, type PushRule } from '../../domain/pushRule.ts';
import { dutyCategoryChoices, filterChoice } from '../desk/directoryChoices.ts';
import { useDirectory } from '../queryHooks.ts';

const choices = <T extends string>(labels: Record<T, string>): { value: T; label: string }[] =>
  (Object.entries(labels) as [T, string][]).map(([value, label]) => ({ value, label }));

interface PushRuleInputsProps {
  rule: PushRule;
  errors: Record<string, string>;
  onChange: (rule: PushRule) => void;
}

const Line = ({
  label,
  error,
  hint,
  children,
}: {
  label: string;
  error?: string | undefined;
  hint?: string;
  children: ReactNode;
}) => (
  <div className="field">
    <span className="field-label">{label}</span>
    {children}
    {hint && <p className="field-hint">{hint}</p>}
    {error && (
      <p className="field-error" role="alert">
        {error}
      </p>
    )}
  </div>
);

/** The first error of a field or of anything inside it. */
const errorOf = (errors: Record<string, string>, field: string): string | undefined =>
  Object.entries(errors).find(([path]) => path === field || path.startsWith(`${field}.`))?.[1];

export function PushRuleInputs({ rule, errors, onChange }: PushRuleInputsProps) {
  const { data } = useDirectory();
  const put = (part: Partial<PushRule>) => onChange({ ...rule, ...part });
  return (
    <>
      <Line
        label="推送方式"
        error={errorOf(errors, 'push.isAutomatic')}
        hint="不自动推送的，由创城专席在案件页选择推送。平台自己报来的案件不会自动推回。"
      >
        <Checkbox
          checked={rule.isAutomatic}
          onChange={(event) => put({ isAutomatic: event.target.checked })}
        >
          派给上述单位后自动推送
        </Checkbox>
      </Line>
      {rule.isAutomatic && (
        <>
          <Line label="限于类别（不选为全部）" error={errorOf(errors, 'push.categoryCodes')}>
            <Select
              aria-label="限于类别"
              mode="multiple"
              allowClear
              placeholder="全部类别"
              showSearch={{ filterOption: filterChoice }}
              value={rule.categoryCodes}
              options={data ? dutyCategoryChoices(data) : []}
              onChange={(categoryCodes: string[]) => put({ categoryCodes })}
            />
          </Line>
          <Line label="限于来源渠道（不选为全部）" error={errorOf(errors, 'push.channels')}>
            <Select
              aria-label="限于来源渠道"
              mode="multiple"
              allowClear
              placeholder="全部渠道"
              value={rule.channels}
              options={choices<Channel>(channelLabels)}
              onChange={(channels: Channel[]) => put({ channels })}
            />
          </Line>
        </>
      )}
      <Line
        label="状态对照"
        error={errorOf(errors, 'push.states')}
        hint="左边填平台回传的状态原文，右边选在本系统办理什么；没有对照的状态不采用并提醒专席。"
      >
        <States states={rule.states} onChange={(states) => put({ states })} />
      </Line>
    </>
  );
}

interface StatesProps {
  states: PushRule['states'];
  onChange: (states: PushRule['states']) => void;
}

const States = ({ states, onChange }: StatesProps) => (
  <div style={{ display: 'grid', gap: 6 }}>
    {states.map((state, n) => {
      const put = (part: Partial<(typeof states)[number]>) =>
        onChange(states.map((one, at) => (at === n ? { ...one, ...part } : one)));
      return (
        <div key={n} style={{ display: 'flex', gap: 6 }}>
          <Input
            aria-label={`第 ${n + 1} 个对方状态`}
            maxLength={40}
            value={state.theirs}
            onChange={(event) => put({ theirs: event.target.value })}
          />
          <Select
            aria-label={`第 ${n + 1} 个状态在本系统办理`}
            style={{ width: 120, flexShrink: 0 }}
            value={state.ours}
            options={choices<PlatformState>(platformStateLabels)}
            onChange={(ours: PlatformState) => put({ ours })}
          />
          <Button
            aria-label={`删去第 ${n + 1} 个状态`}
            onClick={() => onChange(states.filter((_one, at) => at !== n))}
          >
            删去
          </Button>
        </div>
      );
    })}
    <Button onClick={() => onChange([...states, { theirs: '', ours: 'received' }])}>
      添加一个状态
    </Button>
  </div>
);
