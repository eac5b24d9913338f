/**
 * Reactions 后续: what happens because an event happened. A reaction may tell somebody, or perform an
 * action as the system; it never updates a business table itself. Which follows which: `reactionNames.ts`.
 */
import type { Consent } from '../domain/action.ts';
import type { Approval } from '../domain/approval.ts';
import { approvalKindLabels, granters } from '../domain/approval.ts';
import type { Assist } from '../domain/assist.ts';
import { download, downloadLists, freeRows, type Download } from '../domain/download.ts';
import type { GroupPost } from '../domain/groupPost.ts';
import { escalationTargets } from '../domain/issueClock.ts';
import { actionOfConsent, sideRoads } from '../domain/issueSide.ts';
import { clockLabels, issueNumberText, type ClockName, type Issue } from '../domain/issueShape.ts';
import type { Report } from '../domain/reportShape.ts';
import type { PlatformCase } from '../domain/platformCase.ts';
import type { Sender } from '../domain/sender.ts';
import type { Subscription } from '../domain/subscription.ts';
import { verifiesIn } from '../domain/verifier.ts';
import { callbackReactions } from './callback/reactions.ts';
import { sendPost } from './group/send.ts';
import { casesToFollow, casesToPush } from './gridPlatform.ts';
import type { MasterData } from './masterData.ts';
import { removeDestroyedBytes } from './photos/photoRemoval.ts';
import type { ReactionName } from './reactionNames.ts';
import {
  about,
  dutyOf,
  holderOf,
  notices,
  noticesOn,
  performQuietly,
  personsOf,
  recordOf,
  type Notice,
  type Reacting,
  type Reaction,
} from './reacting.ts';
import type { StoredEvent } from './statement.ts';
import { moveMatters } from './unitMerge.ts';
import { clearChoices } from './notices/leaving.ts';
import { takeUpMessages } from './notices/take.ts';
import { takeUpDeliveries } from './webhooks/rows.ts';

/** A reaction that tells somebody about an issue. */
const tellOfIssue =
  (
    who: (issue: Issue, master: MasterData, event: StoredEvent) => string[],
    words: (issue: Issue, event: StoredEvent) => string,
  ): Reaction =>
  async (event, reacting) => {
    const issue = await recordOf<Issue>(event, reacting);
    if (!issue) return [];
    const master = await reacting.tools.master.of(event.district);
    return notices(
      event,
      who(issue, master, event),
      `${words(issue, event)}：${about(issue, master)}`,
    );
  };

const escalationPersons = (issue: Issue, master: MasterData, event: StoredEvent): string[] => {
  const { clock, level } = event.input as { clock: ClockName; level: number };
  const target = escalationTargets[clock][level - 1];
  if (target === 'desk' || target === 'shiftLeader' || !issue.unitId)
    return personsOf(master, [target === 'desk' ? 'desk' : 'shiftLeader'], event.at);
  return target === 'duty'
    ? dutyOf(master, issue.unitId, event.at)
    : personsOf(master, ['unitHead'], event.at, issue.unitId);
};

export const reactions: Record<ReactionName, Reaction> = {
  ...callbackReactions,
  notifyUnit: tellOfIssue(
    (issue, master, event) => (issue.unitId ? dutyOf(master, issue.unitId, event.at) : []),
    (_issue, event) =>
      event.action === 'fail' ? '复查不通过，请返工' : '新派案件，请在时限内领办',
  ),
  notifyOfficer: tellOfIssue(
    (issue, master, event) => holderOf(master, issue.officerPostId, issue.officerId, event.at),
    () => '指派给您办理',
  ),
  notifyVerifier: tellOfIssue(
    (issue, master, event) =>
      issue.verifierId
        ? holderOf(master, issue.verifyPostId, issue.verifierId, event.at)
        : [...master.posts.values()]
            .filter((post) => post.status === 'active' && post.role === 'gridWorker')
            .filter(({ role, areaCode }) =>
              verifiesIn(issue, { role, areaCodes: areaCode ? master.areaCodesOf(areaCode) : [] }),
            )
            .map((post) => master.personOn(post, event.at)),
    () => '请到现场复查',
  ),
  notifyEscalation: async (event, reacting) => {
    if (!(event.input as { isLast: boolean }).isLast) return [];
    const { clock, stage } = event.input as { clock: ClockName; stage?: string };
    const words = stage ? `阶段“${stage}”超时` : `${clockLabels[clock]}超时`;
    return tellOfIssue(escalationPersons, () => words)(event, reacting);
  },
  notifyDesk: async (event, reacting) => {
    const master = await reacting.tools.master.of(event.district);
    const words =
      event.noun === 'issue'
        ? '单位退单，请重新派单'
        : `来件${{ accept: '受理', confirm: '核实', answer: '答复' }[(event.input as { clock: 'accept' }).clock] ?? ''}超时`;
    const record = await recordOf<Pick<Issue, 'number' | 'channel'>>(event, reacting);
    const number = record && event.noun === 'issue' ? issueNumberText(record) : record?.number;
    return notices(event, personsOf(master, ['desk'], event.at), `${words}：${number ?? ''}`);
  },
  notifyConfirmer: async (event, reacting) => {
    const report = await recordOf<Report>(event, reacting);
    const master = await reacting.tools.master.of(event.district);
    if (!report) return [];
    const persons = report.confirmerId
      ? [report.confirmerId]
      : [...master.posts.values()]
          .filter((post) => post.role === 'gridWorker' && post.status === 'active')
          .filter((post) =>
            master
              .areaCodesOf(post.areaCode ?? '-')
              .some((code) => report.areaCode.startsWith(code)),
          )
          .map((post) => master.personOn(post, event.at));
    return notices(event, persons, `请现场核实来件 ${report.number}`);
  },
  notifyPaused: async (event, reacting) => {
    if (event.actor.role !== 'system') return [];
    const subscription = await recordOf<Subscription>(event, reacting);
    const master = await reacting.tools.master.of(event.district);
    const words = `事件订阅“${subscription?.name ?? ''}”连续三天推送失败，已自动暂停`;
    return notices(event, personsOf(master, ['systemAdmin'], event.at), words);
  },
  pushByRule: async (event, reacting) => {
    const { pool, tools } = reacting;
    const master = await tools.master.of(event.district);
    const issue = await recordOf<Issue>(event, reacting);
    for (const act of await casesToPush(pool, master, event, issue))
      await performQuietly(tools, event, act);
    return [];
  },
  followCases: async (event, { pool, tools }) => {
    for (const act of await casesToFollow(pool, event)) await performQuietly(tools, event, act);
    return [];
  },
  notifyStumble: async (event, reacting) => {
    const record = await recordOf<PlatformCase>(event, reacting);
    const issue = record && (await recordOf<Issue>(event, reacting, 'issue', record.issueId));
    if (!record?.problem || !issue) return [];
    const master = await reacting.tools.master.of(event.district);
    const words = `${about(issue, master)}，平台案件${record.problem}`.slice(0, 200);
    return noticesOn(event, personsOf(master, ['desk'], event.at), words, issue);
  },
  notifySilent: async (event, reacting) => {
    const sender = await recordOf<Sender>(event, reacting);
    if (!sender || sender.missedAt === null) return [];
    const master = await reacting.tools.master.of(event.district);
    const words = `来源单位“${sender.name}”超过约定的 ${sender.expectMinutes} 分钟没有来件，请联系对方`;
    return notices(event, personsOf(master, ['systemAdmin', 'shiftLeader'], event.at), words);
  },
  resendDeliveries: async (event, { pool, tools }) => {
    const { eventId = null } = event.input as { eventId?: string };
    const owner = { district: event.district, id: event.recordId };
    await takeUpDeliveries(pool, owner, tools.now(), eventId);
    return [];
  },
  resendMessages: async (event, { pool, tools }) => {
    const { messageId = null } = event.input as { messageId?: string };
    const owner = { district: event.district, id: event.recordId };
    await takeUpMessages(pool, owner, { askedAt: event.at, now: tools.now() }, messageId);
    return [];
  },
  notifyAssist: async (event, reacting) => {
    const assist = await recordOf<Assist>(event, reacting);
    if (!assist) return [];
    const master = await reacting.tools.master.of(event.district);
    const isLate = event.action === 'escalate';
    const persons = isLate
      ? personsOf(master, ['unitHead'], event.at, assist.unitId)
      : dutyOf(master, assist.unitId, event.at);
    return notices(
      event,
      persons,
      `${isLate ? '协办超时' : '新的协办任务'}：${assist.task.slice(0, 40)}`,
    );
  },
  notifyGranters: async (event, reacting) => {
    const approval = await recordOf<Approval>(event, reacting);
    if (!approval) return [];
    const master = await reacting.tools.master.of(event.district);
    const [issue] = (await reacting.tools.store.find('issue', event.district, [
      approval.issueId,
    ])) as unknown as Issue[];
    const matter = `${approvalKindLabels[approval.kind]}申请${issue ? `（${issueNumberText(issue)}）` : ''}`;
    const words = `${matter}${event.action === 'escalate' ? '审批已超时' : '待审批'}`;
    return notices(event, personsOf(master, granters[approval.kind], event.at), words);
  },
  notifyAsker: async (event, reacting) => {
    const approval = await recordOf<Approval>(event, reacting);
    if (!approval) return [];
    return notices(
      event,
      [approval.askerId],
      event.action === 'grant' ? '您的申请已同意' : '您的申请未同意',
    );
  },
  notifyDownload: async (event, reacting) => {
    const record = await recordOf<Download>(event, reacting);
    if (!record) return [];
    const label = downloadLists[record.list as keyof typeof downloadLists]?.label ?? record.list;
    const rows = `${label} ${record.rowCount ?? 0} 行`;
    if (event.action === 'count') {
      if (record.status !== 'asked') return [];
      const master = await reacting.tools.master.of(event.district);
      const granters = personsOf(master, download.actions.grant.by, event.at);
      return notices(event, granters, `导出申请待审批：${rows}`);
    }
    if (event.action === 'finish')
      return (record.rowCount ?? 0) > freeRows
        ? notices(event, [record.askerId], `导出的文件可以下载了：${rows}`)
        : [];
    const words = event.action === 'grant' ? '已同意，正在生成' : '未同意';
    return notices(event, [record.askerId], `您的导出申请${words}：${rows}`);
  },
  postToGroup: async (event, reacting) => {
    const post = await recordOf<GroupPost>(event, reacting);
    const master = await reacting.tools.master.of(event.district);
    if (post) await sendPost(reacting.pool, master, post, reacting.tools.now());
    return [];
  },
  openAnswers: (event, reacting) => forJoinedReports(event, reacting, 'openAnswer'),
  closeAnswers: (event, reacting) => forJoinedReports(event, reacting, 'closeAnswer'),
  settleParts,
  moveMatters: async (event, reacting) => {
    await moveMatters(reacting, event.district, event.recordId);
    return [];
  },
  clearChoices: async (event, reacting) => {
    await clearChoices(event, reacting);
    return [];
  },
  removePhotoBytes: async (event, { pool, photoDirectory }) => {
    await removeDestroyedBytes(pool, photoDirectory, (event.input as { photoId: string }).photoId);
    return [];
  },
};

/**
 * The issue ended or was reopened: an answer is due, or waits again, for each report joined to it or to an
 * issue merged into it. When the issue has moved on since the event, what followed then is what counts.
 */
async function forJoinedReports(
  event: StoredEvent,
  reacting: Reacting,
  action: 'openAnswer' | 'closeAnswer',
): Promise<Notice[]> {
  const issue = await recordOf<Issue>(event, reacting);
  const isEnded = issue?.status === 'closed' || issue?.status === 'void';
  if (isEnded !== (action === 'openAnswer')) return [];
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await reacting.pool.query<{ id: string }>(
      // The inner select stands by itself (offset 0), so that it is found by the issue, never by walking ids.
      `select id from (
         select id from report where district = $1 and status = 'joined' and issue_id = any(array(
           select $2::uuid union all select id from issue where district = $1 and merged_into = $2))
         offset 0) joined
       where id > $3 order by id limit 200`,
      [event.district, event.recordId, after],
    );
    for (const { id } of rows) {
      after = id;
      await performQuietly(reacting.tools, event, { noun: 'report', id, action, input: {} });
    }
    if (rows.length < 200) return [];
  }
}

/** The issue was voided or closed by force: its open assists are released, what cannot be granted denied. */
async function settleParts(event: StoredEvent, reacting: Reacting): Promise<Notice[]> {
  const { pool, tools } = reacting;
  const issue = await recordOf<Issue>(event, reacting);
  if (issue?.status !== 'closed' && issue?.status !== 'void') return [];
  const words = `案件${issue.status === 'void' ? '已作废' : '已强制结案'}`;
  const where = [event.district, event.recordId];
  const { rows: assists } = await pool.query<{ id: string }>(
    `select id from assist where district = $1 and issue_id = $2 and status in ('asked', 'claimed')`,
    where,
  );
  for (const { id } of assists) {
    const release = { noun: 'assist', id, action: 'release', input: { note: words } };
    await performQuietly(tools, event, release);
  }
  const { rows: approvals } = await pool.query<{ id: string; kind: Consent }>(
    `select id, kind from approval where district = $1 and issue_id = $2 and status = 'asked'`,
    where,
  );
  for (const { id, kind } of approvals) {
    const { from } = sideRoads[actionOfConsent[kind]];
    if ((from as readonly string[]).includes(issue.status)) continue;
    const deny = { noun: 'approval', id, action: 'deny', input: { opinion: words } };
    await performQuietly(tools, event, deny);
  }
  return [];
}
