/** Platform cases 平台案件 of one issue: where it was handed over, its number there, and what was said last. */
import { platformCaseStatusLabels } from '../../domain/platformCase.ts';
import type { PlatformCaseRow } from '../../domain/platformApi.ts';
import type { OpenAction } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { showMoment } from '../words.ts';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { RecordButtons } from './IssueParts.tsx';

type OnAct = (chosen: { open: OpenAction; recordId: string; seen: number }) => void;

const marks: Record<PlatformCaseRow['status'], string> = {
  sending: 'mark-wait',
  sent: 'mark-done',
  rectified: 'mark-done',
  failed: 'mark-late',
  returned: 'mark-off',
  recalled: 'mark-off',
  closed: 'mark-off',
};

export const PlatformCaseMark = ({ status }: Pick<PlatformCaseRow, 'status'>) => (
  <span className={`mark ${marks[status]}`}>{platformCaseStatusLabels[status]}</span>
);

/** Its number there, its last state, and what is wrong. */
export function PlatformCaseWords({ row, now }: { row: PlatformCaseRow; now: string }) {
  const { foreignNumber, foreignState, stateAt, problem, pushedAt } = row;
  return (
    <>
      <div className="soft">
        {showMoment(pushedAt, now)} 推送
        {foreignNumber && `　平台编号 ${foreignNumber}`}
      </div>
      {foreignState && (
        <div>
          平台状态：{foreignState}
          {stateAt && <span className="soft">（{showMoment(stateAt, now)}）</span>}
        </div>
      )}
      {problem && <p className="outcome outcome-bad">{problem}</p>}
    </>
  );
}

interface PlatformCasesProps {
  issueId: string;
  now: string;
  onAct: OnAct;
}

/** Nothing where the issue was never handed over. */
export function PlatformCases({ issueId, now, onAct }: PlatformCasesProps) {
  const { data } = useAsk('platformCaseList', { issue: issueId, limit: 20 });
  if (!data || data.items.length === 0) return null;
  return (
    <Panel
      title={`网格平台 ${data.items.length}`}
      extra={<Link href={paths.platformCases()}>全部平台案件</Link>}
    >
      {data.items.map((row) => (
        <div key={row.id} className="row-card">
          <div className="row-card-head">
            <strong>{row.platformName}</strong>
            <PlatformCaseMark status={row.status} />
          </div>
          <PlatformCaseWords row={row} now={now} />
          <RecordButtons
            record={row}
            actions={row.actions.filter(({ refusal }) => refusal === null)}
            onAct={onAct}
            isQuiet
          />
        </div>
      ))}
    </Panel>
  );
}
