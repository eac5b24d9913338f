import { Button, Input } from 'antd';
import type { Stage } from '../../domain/condition.ts';
import type { TimeLimit } from '../../domain/timeLimit.ts';
import { LimitInput } from './LimitInput.tsx';

interface StageInputsProps {
  label: string;
  stages: readonly Stage[];
  /** The limit that the stages lead to. */
  limit: TimeLimit;
  onChange: (stages: Stage[]) => void;
}

/** One more than the stage before, in the unit of the limit they lead to. */
const nextOf = (stages: readonly Stage[], end: TimeLimit): TimeLimit => {
  const last = stages.at(-1)?.limit ?? { value: 0, unit: end.unit };
  return { value: last.value + 1, unit: last.unit };
};

/** Stages on the way 阶段时限: a name and a limit each, in order, before the limit itself. */
export function StageInputs({ label, stages, limit: end, onChange }: StageInputsProps) {
  const put = (at: number, part: Partial<Stage>) =>
    onChange(stages.map((stage, n) => (n === at ? { ...stage, ...part } : stage)));
  return (
    <div className="stage-list">
      {stages.map((stage, n) => (
        <div key={n} className="stage-line">
          <Input
            aria-label={`${label}第 ${n + 1} 阶段名称`}
            placeholder="阶段，如停工"
            maxLength={40}
            value={stage.name}
            onChange={(event) => put(n, { name: event.target.value })}
          />
          <LimitInput
            label={`${label}第 ${n + 1} 阶段时限`}
            value={stage.limit}
            onChange={(limit) => put(n, { limit })}
          />
          <Button type="text" onClick={() => onChange(stages.filter((_stage, at) => at !== n))}>
            删除
          </Button>
        </div>
      ))}
      {stages.length < 6 && (
        <Button
          size="small"
          onClick={() => onChange([...stages, { name: '', limit: nextOf(stages, end) }])}
        >
          加一个阶段
        </Button>
      )}
    </div>
  );
}
