/** One call-back 回访: what was complained and answered, the call itself, and the shift leader's check. */
import { useState } from 'react';
import { App } from 'antd';
import { useParams } from '@tanstack/react-router';
import type { QueryOutput } from '../../domain/api.ts';
import type { CallbackItem } from '../../domain/callbackApi.ts';
import type { ActionAnswer, OpenAction } from '../../domain/views.ts';
import { channelLabels, complaintLabels } from '../../domain/channel.ts';
import { report } from '../../domain/report.ts';
import { paths } from '../paths.ts';
import { useAct, useAsk } from '../queryHooks.ts';
import { showBrief, showMoment } from '../words.ts';
import { useKeys, useNow } from '../ui/hooks.ts';
import { Link, useGo } from '../ui/Link.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import { ReasonButton } from '../ui/ReasonButton.tsx';
import { Loading } from '../ui/States.tsx';
import { ActionForm } from './ActionForm.tsx';
import { ShutPanel } from './ActionPanel.tsx';
import { CallbackRecordForm } from './CallbackRecordForm.tsx';
import { CallbackResult, CallbackStatusMark } from './CallbackMarks.tsx';
import { EventTimeline } from './EventTimeline.tsx';
import { neighborsOf } from './listOrder.ts';
import { Due } from './Marks.tsx';
import { Failure } from './PagedList.tsx';
import { RecordHead } from './RecordHead.tsx';
import { Revealed } from './Revealed.tsx';

type View = QueryOutput<'callbackView'>;

const keysOfActions: Record<string, string> = {
  claim: 'g',
  reveal: 'r',
  record: 'n',
  logAttempt: 'm',
  invalidate: 'x',
  release: 'b',
};
/** Nothing is asked: one key is enough. */
const atOnce = ['claim', 'release'];
/** After these the next one of the list is called. */
const goesOn = ['logAttempt', 'invalidate'];
const script = ['办理单位联系过您吗？', '问题解决了吗？', '您对办理结果满意吗？'];

export default function CallbackPage() {
  const { id = '' } = useParams({ strict: false });
  const { data, error, refetch } = useAsk('callbackView', { id });
  if (data) return <Shown key={id} view={data} />;
  return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={12} />;
}

/** The complainant's telephone, for whoever has taken the call-back. */
const revealOf = (item: CallbackItem): OpenAction[] =>
  item.isMine
    ? [
        {
          noun: 'report',
          action: 'reveal',
          label: report.actions.reveal.label,
          id: item.reportId,
          as: null,
          refusal: null,
        },
      ]
    : [];

function Shown({ view: { item, events } }: { view: View }) {
  const go = useGo();
  const now = useNow();
  const { message } = App.useApp();
  const { mutateAsync: perform, isPending } = useAct();
  const [chosen, setChosen] = useState<OpenAction | null>(null);
  const [revealId, setRevealId] = useState<string | null>(null);
  const neighbors = neighborsOf('callback', item.id);
  const open = [...revealOf(item), ...item.actions.filter(({ refusal }) => refusal === null)];

  const start = async (action: OpenAction) => {
    if (!atOnce.includes(action.action)) return setChosen(action);
    try {
      await perform({ noun: 'callback', id: item.id, action: action.action, input: {} });
      return undefined;
    } catch (error) {
      message.error(error instanceof Error ? error.message : '办理失败，请重试');
      return undefined;
    }
  };
  const goOn = () => {
    setChosen(null);
    go(neighbors.next ? paths.callback(neighbors.next) : (neighbors.back ?? paths.callbacks()));
  };
  const done = (answer: ActionAnswer, { noun, action }: OpenAction) => {
    if (goesOn.includes(action)) return goOn();
    setChosen(null);
    if (noun === 'report') setRevealId(answer.eventId);
    return undefined;
  };
  useKeys(
    Object.fromEntries(
      open.flatMap((action) => {
        const key = keysOfActions[action.action];
        return key ? [[key, () => void start(action)]] : [];
      }),
    ),
  );

  return (
    <>
      <RecordHead
        title={`回访 ${item.reportNumber}`}
        marks={
          <>
            <CallbackStatusMark status={item.status} />
            <span className="soft">{channelLabels[item.channel]}</span>
            {item.isConfidential && <span className="mark mark-late">保密</span>}
          </>
        }
        neighbors={neighbors}
        listHref={paths.callbacks()}
        hrefOf={paths.callback}
        keys={{ next: ']', previous: '[' }}
      />
      <div className="columns">
        <div className="stack columns-what">
          <What item={item} now={now} />
          {revealId && <Revealed eventId={revealId} />}
        </div>
        <div className="stack columns-side side-stick">
          <Panel title="回访" className="panel-next">
            {item.isMine && (
              <ol className="soft">
                {script.map((words) => (
                  <li key={words}>{words}</li>
                ))}
              </ol>
            )}
            {open.length === 0 && <p className="soft">这一步不由您的岗位办理，或已经办完。</p>}
            <div className="buttons">
              {open.map((action) => (
                <ReasonButton
                  key={`${action.noun}.${action.action}`}
                  label={action.label}
                  reason={null}
                  isBusy={isPending}
                  isPrimary={action.action === 'claim' || action.action === 'record'}
                  isDanger={action.action === 'strike'}
                  {...(keysOfActions[action.action]
                    ? { shortcut: keysOfActions[action.action] }
                    : {})}
                  onClick={() => void start(action)}
                />
              ))}
            </div>
          </Panel>
          <Standing item={item} now={now} />
          <ShutPanel actions={item.actions} />
        </div>
        <div className="stack columns-rest">
          <Panel title="回访过程">
            <EventTimeline events={events} />
          </Panel>
        </div>
      </div>
      {chosen?.action === 'record' && (
        <CallbackRecordForm item={item} onDone={goOn} onClose={() => setChosen(null)} />
      )}
      {chosen && chosen.action !== 'record' && (
        <ActionForm
          key={`${chosen.noun}.${chosen.action}`}
          open={chosen}
          recordId={chosen.noun === 'report' ? item.reportId : item.id}
          {...(chosen.noun === 'callback' ? { seen: item.version } : {})}
          {...(chosen.action === 'reveal' ? { prefill: { reason: '结案后回访诉求人' } } : {})}
          subject={`${item.reportNumber}　${showBrief(item.content)}`}
          onDone={(answer) => done(answer, chosen)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

function What({ item, now }: { item: CallbackItem; now: string }) {
  return (
    <Panel title="反映内容">
      <p className="content-words">{item.content}</p>
      <Facts
        rows={[
          ['区域', item.areaName],
          ...(item.address ? ([['地址', item.address]] as const) : []),
          ['类别', item.categoryName ?? '未定'],
          ['主办单位', item.unitName ?? '—'],
          ...(item.kind ? ([['诉求类型', complaintLabels[item.kind]]] as const) : []),
          ...(item.outsideNumber
            ? ([['来源编号', `${item.senderName ?? ''} ${item.outsideNumber}`]] as const)
            : []),
          ['结案', item.closedAt ? showMoment(item.closedAt, now) : '—'],
          ['答复', item.answer ?? '尚未答复'],
        ]}
      />
      <p className="marks">
        <Link href={paths.report(item.reportId)}>来件 {item.reportNumber}</Link>
        {item.issueId && item.issueNumber && (
          <Link href={paths.issue(item.issueId)}>案件 {item.issueNumber}</Link>
        )}
      </p>
    </Panel>
  );
}

function Standing({ item, now }: { item: CallbackItem; now: string }) {
  const ways = [item.byPhone ? '电话' : null, item.byCode ? '查询码' : null].filter(Boolean);
  return (
    <Panel
      title="情况"
      extra={<Due due={item.due} isOverdue={item.isOverdue} now={now} label="期限" />}
    >
      {item.endedAt && <CallbackResult item={item} />}
      <Facts
        rows={[
          ...(item.why ? ([['原因', item.why]] as const) : []),
          ...(item.contestReason ? ([['待复核', item.contestReason]] as const) : []),
          ...(item.opinion ? ([['复核意见', item.opinion]] as const) : []),
          ...(item.reopens ? ([['后续', '案件已因这次回访重开']] as const) : []),
          ['可联系', ways.length > 0 ? ways.join('、') : '没有联系方式'],
          ['未接通', `${item.attemptCount} 次`],
          ...(item.nextAt ? ([['约定', showMoment(item.nextAt, now)]] as const) : []),
          ...(item.operatorName ? ([['回访人', item.operatorName]] as const) : []),
          ...(item.visitCount > 1 ? ([['回访次数', `第 ${item.visitCount} 次`]] as const) : []),
        ]}
      />
    </Panel>
  );
}
