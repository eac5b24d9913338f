/** Record page 留痕: every event of any record, in order, with its place in the sealed chain. */
import { useParams } from '@tanstack/react-router';
import { roleLabels } from '../../domain/access.ts';
import { nouns, type NounName } from '../../domain/nouns.ts';
import { Failure } from '../desk/PagedList.tsx';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { Timeline } from '../ui/Timeline.tsx';
import { showMoment, showSource } from '../words.ts';

export default function RecordPage() {
  const { noun = '', id = '' } = useParams({ strict: false });
  const { data, error, refetch } = useAsk('eventList', { noun, id });
  const label = Object.hasOwn(nouns, noun) ? nouns[noun as NounName].label : '记录';
  if (!data)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={10} />;
  const items = data.events.map((event) => ({
    id: event.id,
    at: showMoment(event.at),
    who: [...new Set([event.actorName, roleLabels[event.actorRole], event.unitName])]
      .filter(Boolean)
      .join(' · '),
    sentence: event.sentence.startsWith(event.label)
      ? event.sentence
      : `${event.label}：${event.sentence}`,
    details: event.details,
    source: showSource(event.source),
    extra: (
      <span className="soft">
        {event.sealNumber === null ? '待封存' : `封存第 ${event.sealNumber} 号`}
        {event.isSimulated && ' · 模拟'}
      </span>
    ),
  }));
  return (
    <>
      <div className="page-head">
        <h1>{label}留痕</h1>
        <RecordName noun={noun} id={id} />
      </div>
      {items.length === 0 ? (
        <Empty title="没有事件" words="这一记录还没有任何办理。" />
      ) : (
        <Panel title={`共 ${items.length} 条，不可更改`}>
          <Timeline items={items} label={`${label}的全部事件`} />
        </Panel>
      )}
    </>
  );
}

/** Which record it is: the number of an issue or report with the way back to it, else its id. */
function RecordName({ noun, id }: { noun: string; id: string }) {
  const issue = useAsk('issueView', { id }, { enabled: noun === 'issue' });
  const report = useAsk('reportView', { id }, { enabled: noun === 'report' });
  if (issue.data) return <Link href={paths.issue(id)}>{issue.data.item.number}</Link>;
  if (report.data) return <Link href={paths.report(id)}>{report.data.item.number}</Link>;
  return <span className="soft">{id}</span>;
}
