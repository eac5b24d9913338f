/** Finding page 测评发现: what was found, where and by whom, its photos, and where the matter stands. */
import { useState } from 'react';
import { useParams } from '@tanstack/react-router';
import type { QueryOutput } from '../../domain/api.ts';
import { finding as findingNoun, measureText } from '../../domain/finding.ts';
import type { OpenAction } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showBrief, showMoment } from '../words.ts';
import { useNow } from '../ui/hooks.ts';
import { Link } from '../ui/Link.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import { PhotoPair } from '../ui/PhotoPair.tsx';
import { ReasonButton } from '../ui/ReasonButton.tsx';
import { Loading } from '../ui/States.tsx';
import { ActionForm } from './ActionForm.tsx';
import { EventTimeline } from './EventTimeline.tsx';
import { findingState } from './FindingsPage.tsx';
import { Failure } from './PagedList.tsx';
import { photoColumns } from './photos.ts';
import './orders.css';

type View = QueryOutput<'findingView'>;

export default function FindingPage() {
  const { id = '' } = useParams({ strict: false });
  const { data, error, refetch } = useAsk('findingView', { id });
  if (data) return <Shown key={id} view={data} />;
  return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={10} />;
}

function Shown({ view }: { view: View }) {
  const { item, finding, actions, photos, events } = view;
  const district = useDistrict();
  const { post } = useSession();
  const [chosen, setChosen] = useState<OpenAction | null>(null);
  const isUnit = post?.line === 'handling';
  return (
    <>
      <div className="page-head">
        <h1>{showBrief(item.item)}</h1>
        <span className={`mark ${item.status === 'withdrawn' ? 'mark-off' : ''}`}>
          {findingNoun.statuses[item.status]}
        </span>
        <span className="grow" />
        <Link href={paths.findings()}>测评发现列表</Link>
      </div>
      <div className="columns">
        <div className="stack columns-what">
          <What view={view} />
          <Panel title="照片">
            <PhotoPair
              columns={photoColumns(district, photos, false).map((column) => ({
                ...column,
                title: '现场照片',
              }))}
            />
          </Panel>
        </div>
        <div className="stack columns-side">
          <Panel title="办理情况" className="panel-next">
            <Facts
              rows={[
                ['现在', findingState(item)],
                [
                  '来件',
                  isUnit ? (
                    item.reportNumber
                  ) : (
                    <Link key="report" href={paths.report(item.reportId)}>
                      {item.reportNumber}
                    </Link>
                  ),
                ],
                ...(item.issueId
                  ? ([
                      [
                        '案件',
                        <Link key="issue" href={paths.issue(item.issueId)}>
                          {item.issueNumber}
                        </Link>,
                      ],
                    ] as const)
                  : []),
              ]}
            />
            {actions.length > 0 ? (
              <div className="orders-buttons">
                {actions.map((open) => (
                  <ReasonButton
                    key={open.action}
                    label={open.label}
                    reason={open.refusal?.message ?? null}
                    isDanger={open.action === 'withdraw'}
                    onClick={() => setChosen(open)}
                  />
                ))}
              </div>
            ) : (
              <p className="soft">测评发现只由检查方更正或撤回，被检查单位只能查看。</p>
            )}
          </Panel>
        </div>
        <div className="stack columns-rest">
          <Panel
            title="登记过程"
            extra={<Link href={paths.record('finding', finding.id)}>全部留痕</Link>}
          >
            <EventTimeline events={events} />
          </Panel>
        </div>
      </div>
      {chosen && (
        <ActionForm
          key={chosen.action}
          open={chosen}
          recordId={finding.id}
          seen={finding.version}
          subject={showBrief(item.item)}
          onDone={() => setChosen(null)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

function What({ view: { item, finding } }: { view: View }) {
  const now = useNow();
  return (
    <Panel
      title="发现的问题"
      extra={<span className="soft">{showMoment(item.foundAt, now)} 检查</span>}
    >
      <p className="content-words">{item.words ?? item.item}</p>
      <Facts
        rows={[
          ['检查项目', item.item],
          ['数量', measureText(item) || '—'],
          ['点位', item.siteName ?? '未登记点位'],
          ['区域', item.areaName],
          ['地点', item.address ?? '—'],
          ...(finding.lng !== null && finding.lat !== null
            ? ([['坐标', `${finding.lng.toFixed(5)}，${finding.lat.toFixed(5)}`]] as const)
            : []),
          ['被检查单位', item.unitName ?? '点位没有责任单位'],
          ['小类', item.categoryName ?? '由创城专席判定'],
          ['测评员', item.assessorName || '—'],
          ['登记', showMoment(item.recordedAt, now)],
          ...(item.loadId
            ? ([
                [
                  '来自',
                  <Link key="load" href={paths.findings({ load: item.loadId })}>
                    同一次导入的全部发现
                  </Link>,
                ],
              ] as const)
            : []),
          ...(finding.withdrawnReason ? ([['撤回原因', finding.withdrawnReason]] as const) : []),
        ]}
      />
    </Panel>
  );
}
