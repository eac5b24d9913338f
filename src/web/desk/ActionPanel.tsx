/** Action panel 办理: the likeliest next step large, all others by group, grey ones with their reason. */
import type { OpenAction } from '../../domain/views.ts';
import { Panel } from '../ui/Panel.tsx';
import { ReasonButton } from '../ui/ReasonButton.tsx';
import { groupOf, groupTitles, isDangerous } from './actionGroups.ts';

interface ActionPanelProps {
  actions: readonly OpenAction[];
  next: OpenAction | undefined;
  onAct: (open: OpenAction) => void;
  onNext: () => void;
  emptyWords: string;
}

export const actionKey = ({ noun, action }: OpenAction): string => `${noun}.${action}`;

export function ActionPanel({ actions, next, onAct, onNext, emptyWords }: ActionPanelProps) {
  const others = actions.filter((open) => open !== next && open.refusal === null);
  return (
    <Panel
      title="办理"
      className="panel-next"
      extra={next && <span className="key-help">下一步</span>}
    >
      {next ? (
        <div className="buttons">
          <ReasonButton
            label={next.label}
            reason={null}
            isPrimary
            isLarge
            shortcut="n"
            onClick={onNext}
          />
        </div>
      ) : (
        <p className="soft">{emptyWords}</p>
      )}
      {groupTitles.map((title) => (
        <Group
          key={title}
          title={title === '办理' ? (next ? '也可以' : '可以') : title}
          actions={others.filter((open) => groupOf(open) === title)}
          onAct={onAct}
        />
      ))}
    </Panel>
  );
}

function Group({
  title,
  actions,
  onAct,
}: {
  title: string;
  actions: readonly OpenAction[];
  onAct: (open: OpenAction) => void;
}) {
  if (actions.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="group-title">{title}</h3>
      <div className="buttons">
        {actions.map((open) => (
          <ReasonButton
            key={actionKey(open)}
            label={open.label}
            reason={null}
            isDanger={isDangerous(open)}
            onClick={() => onAct(open)}
          />
        ))}
      </div>
    </section>
  );
}

/** What cannot be done now, each with its reason; those that only wait for another status fold away. */
export function ShutPanel({ actions }: { actions: readonly OpenAction[] }) {
  const shut = actions.filter(({ refusal }) => refusal !== null);
  const later = shut.filter(({ refusal }) => refusal?.code === 'wrongStatus');
  const reasoned = shut.filter((open) => !later.includes(open));
  if (shut.length === 0) return null;
  return (
    <Panel title="现在不能办">
      <Shut actions={reasoned} />
      {later.length > 0 && (
        <details className="reason-more" open={reasoned.length === 0 && later.length <= 3}>
          <summary>另有 {later.length} 项要等到相应状态</summary>
          <Shut actions={later} />
        </details>
      )}
    </Panel>
  );
}

const Shut = ({ actions }: { actions: readonly OpenAction[] }) => (
  <div className="reason-list">
    {actions.map((open) => (
      <ReasonButton
        key={actionKey(open)}
        label={open.label}
        reason={open.refusal?.message ?? ''}
        onClick={() => undefined}
      />
    ))}
  </div>
);
