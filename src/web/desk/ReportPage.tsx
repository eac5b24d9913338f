/** Report page 来件: what came in, what it probably is, and one decision: accept, join, confirm or decline. */
import { useState } from 'react';
import { App, Button } from 'antd';
import { useParams } from '@tanstack/react-router';
import type { QueryOutput } from '../../domain/api.ts';
import type { ActionAnswer, EventView, IssueItem, OpenAction } from '../../domain/views.ts';
import {
  channelLabels,
  channelLetters,
  complaintLabels,
  urgencyLabels,
} from '../../domain/channel.ts';
import { paths } from '../paths.ts';
import { useAct, useAsk, useDirectory, useDistrict } from '../queryHooks.ts';
import { showBrief, showMoment } from '../words.ts';
import { useKeys, useNow } from '../ui/hooks.ts';
import { Link, useGo } from '../ui/Link.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import { PhotoPair } from '../ui/PhotoPair.tsx';
import { ReasonButton } from '../ui/ReasonButton.tsx';
import { Loading } from '../ui/States.tsx';
import { AcceptForm } from './AcceptForm.tsx';
import { CallbackRows } from './CallbackMarks.tsx';
import { isDangerous } from './actionGroups.ts';
import { ShutPanel } from './ActionPanel.tsx';
import { ActionForm } from './ActionForm.tsx';
import { areaName } from './directoryChoices.ts';
import { EventTimeline } from './EventTimeline.tsx';
import { FindingRows } from './FindingRows.tsx';
import { LastWords, leaveReason } from './IssueParts.tsx';
import { neighborsOf } from './listOrder.ts';
import { Clocks, IssueDue, IssueStatusMark, ReportFlags, ReportStatusMark } from './Marks.tsx';
import { NearIssues } from './NearIssues.tsx';
import { Failure } from './PagedList.tsx';
import { photoColumns } from './photos.ts';
import { RecordHead } from './RecordHead.tsx';
import { Revealed } from './Revealed.tsx';

type View = QueryOutput<'reportView'>;

const keysOfActions: Record<string, string> = {
  decline: 'd',
  confirm: 'c',
  answer: 'n',
  reveal: 'r',
};
const confirmWords = { true: '属实', false: '不属实', unclear: '无法判断' } as const;

export default function ReportPage() {
  const { id = '' } = useParams({ strict: false });
  const { data, error, refetch } = useAsk('reportView', { id });
  if (data) return <Shown key={id} view={data} />;
  return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={14} />;
}

function Shown({ view }: { view: View }) {
  const { item, report, actions } = view;
  const district = useDistrict();
  const go = useGo();
  const now = useNow();
  const { message } = App.useApp();
  const { data: directory } = useDirectory();
  const { mutateAsync: perform, isPending } = useAct();
  const [chosen, setChosen] = useState<OpenAction | null>(null);
  const [revealId, setRevealId] = useState<string | null>(null);
  const neighbors = neighborsOf('report', item.id);
  const accept = actions.find(({ noun, action }) => noun === 'issue' && action === 'accept');
  const join = actions.find(({ noun, action }) => noun === 'report' && action === 'join');
  const others = actions
    .filter((open) => open !== accept && open !== join)
    .map((open) => withReason(open, view.issue));
  const isWaiting = item.status === 'submitted' || item.status === 'confirming';

  const goOn = () => {
    if (neighbors.next) return go(paths.report(neighbors.next));
    message.info('这一页已办完，回到列表');
    return go(neighbors.back ?? paths.deskReports());
  };
  const joinTo = async (target: IssueItem) => {
    try {
      await perform({
        noun: 'report',
        id: item.id,
        action: 'join',
        seen: item.version,
        input: { issueId: target.id },
      });
      message.success(`已并入 ${target.number}，可在来件页“撤出案件”`);
      goOn();
    } catch (error) {
      message.error(error instanceof Error ? error.message : '并入失败，请重试');
    }
  };
  const accepted = async ({ record }: ActionAnswer, isOn: boolean, unitId?: string) => {
    const { id: issueId, number } = record;
    const words =
      typeof number === 'string' ? `已立案 ${channelLetters[item.channel]}${number}` : '已立案';
    if (!isOn || typeof issueId !== 'string') {
      message.success(words);
      return goOn();
    }
    const dispatchPage = `${paths.issue(issueId)}?do=dispatch`;
    if (unitId === undefined) {
      message.success(words);
      return go(dispatchPage);
    }
    try {
      await perform({ noun: 'issue', id: issueId, action: 'dispatch', input: { unitId } });
      message.success(`${words}，已派单`);
      return goOn();
    } catch (error) {
      message.error(`${words}，派单未成：${error instanceof Error ? error.message : '请重试'}`);
      return go(dispatchPage);
    }
  };
  const done = (answer: ActionAnswer, { action }: OpenAction) => {
    setChosen(null);
    if (action === 'reveal') setRevealId(answer.eventId);
    if (['decline', 'confirm', 'answer', 'withdraw', 'join'].includes(action)) goOn();
  };
  const openOthers = others.filter(({ refusal }) => refusal === null);
  useKeys(
    Object.fromEntries(
      openOthers.flatMap((open) =>
        keysOfActions[open.action] ? [[keysOfActions[open.action], () => setChosen(open)]] : [],
      ),
    ),
  );

  return (
    <>
      <RecordHead
        title={item.number}
        marks={
          <>
            <ReportStatusMark {...item} />
            <span className="soft">{channelLabels[item.channel]}</span>
            <ReportFlags item={item} />
          </>
        }
        neighbors={neighbors}
        listHref={paths.deskReports()}
        hrefOf={paths.report}
        keys={{ next: ']', previous: '[' }}
      />
      <div className="columns">
        <div className="stack columns-what">
          <What
            view={view}
            now={now}
            areaWords={directory ? areaName(directory, report.areaCode) : item.areaName}
          />
          {revealId && <Revealed eventId={revealId} />}
          {view.photos.length > 0 && (
            <Panel title="照片">
              <PhotoPair columns={photoColumns(district, view.photos, false)} />
            </Panel>
          )}
        </div>
        <div className="stack columns-side side-stick">
          {view.issue && (
            <Panel title="所在案件" className="panel-next">
              <div className="row-card-head">
                <Link href={paths.issue(view.issue.id)}>{view.issue.number}</Link>
                <IssueStatusMark status={view.issue.status} />
                <IssueDue item={view.issue} now={now} />
              </div>
              <div className="cell-two">{view.issue.description}</div>
              <IssueLastWords id={view.issue.id} />
            </Panel>
          )}
          {view.finding && (
            <Panel title="测评发现">
              <FindingRows findings={[view.finding]} />
            </Panel>
          )}
          {isWaiting && accept && (
            <Panel title="立案" className="panel-next">
              {directory ? (
                <AcceptForm
                  open={accept}
                  view={view}
                  directory={directory}
                  onDone={(answer, isOn, unitId) => void accepted(answer, isOn, unitId)}
                  onJoin={(target) => void joinTo(target)}
                />
              ) : (
                <Loading rows={5} />
              )}
            </Panel>
          )}
          {isWaiting && join && (
            <Panel title={`疑似重复 ${view.near.length}`}>
              <NearIssues
                near={view.near}
                reason={join.refusal?.message ?? null}
                isBusy={isPending}
                onJoin={(target) => void joinTo(target)}
              />
              {join.refusal === null && (
                <Button type="link" className="link-flush" onClick={() => setChosen(join)}>
                  并入其他案件……
                </Button>
              )}
            </Panel>
          )}
          {view.callbacks.length > 0 && (
            <Panel title="回访">
              <CallbackRows callbacks={view.callbacks} now={now} />
            </Panel>
          )}
          <Panel title="其他办理">
            {others.length === 0 && <p className="soft">这一步不由您的岗位办理。</p>}
            <div className="buttons">
              {openOthers.map((open) => (
                <ReasonButton
                  key={`${open.noun}.${open.action}`}
                  label={open.label}
                  reason={null}
                  isPrimary={open.action === 'answer'}
                  isDanger={isDangerous(open)}
                  {...(keysOfActions[open.action] ? { shortcut: keysOfActions[open.action] } : {})}
                  onClick={() => setChosen(open)}
                />
              ))}
            </div>
          </Panel>
          <Panel title="时限">
            <Clocks clocks={view.clocks} now={now} />
          </Panel>
          <ShutPanel actions={others} />
        </div>
        <div className="stack columns-rest">
          <Panel
            title="办理过程"
            extra={<Link href={paths.record('report', item.id)}>全部留痕</Link>}
          >
            <EventTimeline events={view.events.map(withoutContent)} />
          </Panel>
        </div>
      </div>
      {chosen && (
        <ActionForm
          key={`${chosen.noun}.${chosen.action}`}
          open={chosen}
          recordId={item.id}
          seen={item.version}
          subject={`${item.number}　${showBrief(item.content)}`}
          context={{ photos: view.photos, areaCode: item.areaCode }}
          onDone={(answer) => done(answer, chosen)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

/** Leaving is refused by the issue, not by the report: grey before the click. */
function withReason(open: OpenAction, issue: IssueItem | null): OpenAction {
  const message = open.action === 'leave' && issue && !open.refusal ? leaveReason(issue) : null;
  return message === null ? open : { ...open, refusal: { code: 'lastReport', message } };
}

/** The submitted words stand at the head of the page, not in its history a second time. */
const withoutContent = (event: EventView): EventView =>
  event.action === 'submit'
    ? { ...event, details: event.details.filter(({ title }) => title !== '问题描述') }
    : event;

/** What was done about the issue, for whoever writes the answer. */
function IssueLastWords({ id }: { id: string }) {
  const { data } = useAsk('issueView', { id });
  return data ? <LastWords events={data.events} /> : null;
}

function What({
  view: { item, report },
  now,
  areaWords,
}: {
  view: View;
  now: string;
  areaWords: string;
}) {
  return (
    <Panel
      title="来件内容"
      extra={<span className="soft">{showMoment(item.submittedAt, now)} 收到</span>}
    >
      <p className="content-words">{report.content}</p>
      <Facts
        rows={[
          ['区域', areaWords],
          ['地址', report.address ?? '—'],
          ['类别初判', item.categoryName ?? '未定'],
          ['紧急程度', urgencyLabels[report.urgency]],
          ...(report.kind ? ([['诉求类型', complaintLabels[report.kind]]] as const) : []),
          ...(report.outsideNumber
            ? ([['来源编号', `${item.senderName ?? ''} ${report.outsideNumber}`]] as const)
            : []),
          ...(report.outsideClass ? ([['来源分类', report.outsideClass]] as const) : []),
          ...(report.claimedAt ? ([['原始时间', showMoment(report.claimedAt, now)]] as const) : []),
          [
            '诉求人',
            report.isAnonymized
              ? '已销毁'
              : report.hasComplainant
                ? '已登记，查看须说明事由'
                : '未登记',
          ],
          ...(report.isConfidential ? ([['保密', '诉求人要求保密']] as const) : []),
        ]}
      />
      {report.confirmResult && (
        <p>
          <strong>核实结果：{confirmWords[report.confirmResult]}</strong>　{report.confirmWords}
        </p>
      )}
      {report.declineReason && <p>不予立案理由：{report.declineReason}</p>}
      {report.answer && report.answer !== report.declineReason && <p>答复：{report.answer}</p>}
    </Panel>
  );
}
