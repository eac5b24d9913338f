/** Issue page 案件: what it is, its clocks, photos, reports and history, and what may be done with it now. */
import { useEffect, useState } from 'react';
import { App, Button } from 'antd';
import { useParams } from '@tanstack/react-router';
import type { QueryOutput } from '../../domain/api.ts';
import type { OpenAction } from '../../domain/views.ts';
import { channelLabels } from '../../domain/channel.ts';
import { paths } from '../paths.ts';
import { useAsk, useDirectory, useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showBrief, showMoment } from '../words.ts';
import { useIsNarrow, useKeys, useNow } from '../ui/hooks.ts';
import { Link, useGo } from '../ui/Link.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import { PhotoPair } from '../ui/PhotoPair.tsx';
import { Loading } from '../ui/States.tsx';
import { ActionForm } from './ActionForm.tsx';
import { ActionPanel, ShutPanel } from './ActionPanel.tsx';
import { areaName } from './directoryChoices.ts';
import { EventTimeline } from './EventTimeline.tsx';
import { CallbackRows } from './CallbackMarks.tsx';
import { FindingRows } from './FindingRows.tsx';
import { ApprovalRows, AssistRows, LastWords, reportActions, ReportRows } from './IssueParts.tsx';
import { neighborsOf } from './listOrder.ts';
import { nextStepOf } from './nextStep.ts';
import { Clocks, IssueFlags, IssueStatusMark, UnvouchedMark } from './Marks.tsx';
import { Failure } from './PagedList.tsx';
import { photoColumns } from './photos.ts';
import { PlatformCases } from './PlatformCases.tsx';
import { RecordHead } from './RecordHead.tsx';
import { SuggestionWords } from './SuggestedUnit.tsx';
import { useFilters } from './useFilters.ts';

type View = QueryOutput<'issueView'>;

/** An action chosen on this page, and the record it belongs to. */
interface Chosen {
  open: OpenAction;
  recordId: string;
  seen: number;
}

export default function IssuePage() {
  const { id = '' } = useParams({ strict: false });
  const { data, error, refetch } = useAsk('issueView', { id });
  if (data) return <Shown key={id} view={data} />;
  return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={14} />;
}

function Shown({ view }: { view: View }) {
  const { item, issue, actions, photos } = view;
  const { post } = useSession();
  const district = useDistrict();
  const go = useGo();
  const now = useNow();
  const isNarrow = useIsNarrow();
  const { message } = App.useApp();
  const [filters, changeFilters] = useFilters();
  /** `?do=dispatch` in the address opens that form at once. */
  const [chosen, setChosen] = useState<Chosen | null>(() => {
    const open = actions.find(({ action, refusal }) => action === filters.do && refusal === null);
    return open ? { open, recordId: item.id, seen: item.version } : null;
  });
  const neighbors = neighborsOf('issue', item.id);
  const listHref = post?.line === 'handling' ? paths.unitIssues() : paths.deskIssues();
  const next = nextOf(view);

  const choose = (open: OpenAction) => setChosen({ open, recordId: item.id, seen: item.version });
  const actNext = () => next && setChosen(next);
  useKeys({ n: actNext, Enter: actNext });
  const isWished = filters.do !== undefined;
  useEffect(() => {
    if (isWished) changeFilters({ do: undefined });
  });

  const done = ({ open, recordId }: Chosen) => {
    setChosen(null);
    if (recordId !== item.id || open.noun !== 'issue' || isSideStep(open)) return;
    if (neighbors.next) go(paths.issue(neighbors.next));
    else if (neighbors.back) {
      message.info('这一页已办完，回到列表');
      go(neighbors.back);
    }
  };

  const clocks = (
    <Panel title="时限">
      <Clocks clocks={view.clocks} now={now} />
    </Panel>
  );
  const asked = view.reports.find(({ id }) => id === chosen?.recordId);
  const subject = asked
    ? `${asked.number}　${showBrief(asked.content)}`
    : `${item.number}　${showBrief(item.description)}`;
  return (
    <>
      <RecordHead
        title={item.number}
        marks={
          <>
            <IssueStatusMark status={item.status} />
            <IssueFlags item={item} />
          </>
        }
        neighbors={neighbors}
        listHref={listHref}
        hrefOf={paths.issue}
        keys={{ next: 'j', previous: 'k' }}
      />
      <div className="columns">
        <div className="stack columns-what">
          <What view={view} now={now} />
        </div>
        <div className="stack columns-side side-stick">
          <ActionPanel
            actions={actions}
            next={next?.open}
            onAct={choose}
            onNext={actNext}
            emptyWords={waitingWords(view)}
          />
          {clocks}
          {!isNarrow && <ShutPanel actions={actions} />}
          {view.related.length > 0 && (
            <Panel title="相关案件">
              {view.related.map(({ id, number, why }) => (
                <div key={id}>
                  <Link href={paths.issue(id)}>{number}</Link> <span className="soft">{why}</span>
                </div>
              ))}
            </Panel>
          )}
        </div>
        <div className="stack columns-rest">
          <Panel title="照片对比">
            <PhotoPair columns={photoColumns(district, photos, true)} />
          </Panel>
          {view.findings.length > 0 && (
            <Panel title={`测评发现 ${view.findings.length}`}>
              <FindingRows findings={view.findings} />
            </Panel>
          )}
          {view.callbacks.length > 0 && (
            <Panel title={`回访 ${view.callbacks.length}`}>
              <CallbackRows callbacks={view.callbacks} now={now} />
            </Panel>
          )}
          {view.assists.length > 0 && (
            <Panel title={`协办 ${view.assists.length}`}>
              <AssistRows assists={view.assists} now={now} onAct={setChosen} />
            </Panel>
          )}
          <PlatformCases issueId={item.id} now={now} onAct={setChosen} />
          {view.approvals.length > 0 && (
            <Panel title={`审批 ${view.approvals.length}`}>
              <ApprovalRows approvals={view.approvals} now={now} onAct={setChosen} />
            </Panel>
          )}
          {view.reports.length > 0 && (
            <Panel title={`来件 ${view.reports.length}`}>
              <ReportRows reports={view.reports} issue={item} now={now} onAct={setChosen} />
            </Panel>
          )}
          <Panel
            title="办理过程"
            extra={<Link href={paths.record('issue', item.id)}>全部留痕</Link>}
          >
            <EventTimeline events={view.events} />
          </Panel>
          {isNarrow && <ShutPanel actions={actions} />}
        </div>
      </div>
      {isNarrow && next && !chosen && (
        <div className="next-bar">
          <Button type="primary" size="large" block onClick={actNext}>
            {next.open.label}
          </Button>
        </div>
      )}
      {chosen && (
        <ActionForm
          key={`${chosen.open.noun}.${chosen.open.action}.${chosen.recordId}`}
          open={chosen.open}
          recordId={chosen.recordId}
          seen={chosen.seen}
          subject={subject}
          {...prefillOf(chosen.open, view)}
          context={{
            photos,
            verifiers: view.verifiers,
            areaCode: issue.areaCode,
            issueId: item.id,
          }}
          onDone={() => done(chosen)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

/** A dispatch begins with the suggested unit. */
const prefillOf = ({ noun, action }: OpenAction, { suggestion }: View) =>
  noun === 'issue' && action === 'dispatch' && suggestion?.unit
    ? { prefill: { unitId: suggestion.unit.id } }
    : {};

/** The next step as the page's own list of actions holds it; of a closed issue the next answer. */
function nextOf({ item, actions, reports }: View): Chosen | undefined {
  const waiting = reports.find(({ open }) => open.includes('answer'));
  if (waiting) {
    const open = reportActions(waiting, item).find(({ action }) => action === 'answer');
    return open && { open, recordId: waiting.id, seen: waiting.version };
  }
  const step = nextStepOf(item);
  const open = actions.find(
    ({ noun, action, refusal }) => noun === 'issue' && action === step?.action && refusal === null,
  );
  return open && { open, recordId: item.id, seen: item.version };
}

/** Steps after which one stays with the issue. */
const isSideStep = ({ action }: OpenAction): boolean =>
  [
    'addNote',
    'addPhotos',
    'markUrgent',
    'nameOwner',
    'claim',
    'assign',
    'unassign',
    'destroyPhoto',
    'resume',
  ].includes(action);

function waitingWords({ item, issue }: View): string {
  if (item.status === 'closed') return '已结案。';
  if (issue.mergedInto) return '已并入另一案件（见“相关案件”），请到那里办理。';
  if (item.status === 'void') return '已作废。';
  if (issue.isHeld) return `挂账中，至 ${showMoment(issue.holdUntil)}。`;
  if (issue.pendingConsents.length > 0) return '有申请正在审批。';
  if (item.status === 'verifying') return '等待复查人现场复查。';
  if (item.unitName && ['dispatched', 'claimed'].includes(item.status))
    return `等待${item.unitName}办理。`;
  return '这一步不由您的岗位办理。';
}

/** Work quantities of all rounds, each kind of work once. */
function worksOf({ works }: View['issue']): [string, number][] {
  const sums = new Map<string, number>();
  for (const { code, quantity } of works) sums.set(code, (sums.get(code) ?? 0) + quantity);
  return [...sums];
}

function What({ view, now }: { view: View; now: string }) {
  const { item, issue, condition, events, suggestion, duty } = view;
  const { data: directory } = useDirectory();
  const site = directory?.sites.find(({ id }) => id === issue.siteId);
  return (
    <Panel
      title={item.categoryName}
      extra={<span className="soft">{channelLabels[item.channel]}</span>}
    >
      <p className="content-words">{item.description}</p>
      <LastWords events={events} />
      <Facts
        rows={[
          ['区域', directory ? areaName(directory, item.areaCode) : item.areaName],
          ['地址', item.address ?? '—'],
          ...(view.patrons.length > 0
            ? ([
                [
                  '包片领导',
                  view.patrons.map(({ name, title }) => `${name}（${title}）`).join('、'),
                ],
              ] as const)
            : []),
          ...(site ? ([['点位', site.name]] as const) : []),
          ['主办单位', item.unitName ?? '未派单'],
          ...(duty ? ([['派单依据', duty]] as const) : []),
          ...(item.officerName ? ([['经办人', item.officerName]] as const) : []),
          ['立案时间', showMoment(item.acceptedAt, now)],
          ...(issue.lng !== null && issue.lat !== null
            ? ([['坐标', `${issue.lng.toFixed(5)}，${issue.lat.toFixed(5)}`]] as const)
            : []),
        ]}
      />
      {suggestion && (
        <div className="suggestion">
          <SuggestionWords suggestion={suggestion} />
        </div>
      )}
      {issue.works.length > 0 && directory && (
        <Facts
          rows={worksOf(issue).map(([code, quantity]) => {
            const work = directory.works.find((one) => one.code === code);
            return [
              work?.name ?? code,
              `${quantity.toLocaleString('zh-CN')} ${work?.unit ?? ''}`,
            ] as const;
          })}
        />
      )}
      {condition && (
        <Facts
          rows={[
            [
              '立案条件',
              <>
                {condition.openWhen} {condition.isUnvouched && <UnvouchedMark />}
              </>,
            ],
            ['结案条件', condition.closeWhen],
          ]}
        />
      )}
    </Panel>
  );
}
