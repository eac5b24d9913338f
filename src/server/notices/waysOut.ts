/**
 * Ways out: what leaves the product because somebody is told of an event in it: one row of the queue for each channel
 * that the person wants for such matters. Filled from the record by columns that hold no words of persons; of a
 * confidential matter only the number.
 */
import { v7 as newId } from 'uuid';
import type { Approval } from '../../domain/approval.ts';
import type { Assist } from '../../domain/assist.ts';
import { currentDue, issueNumberText, type Issue } from '../../domain/issueShape.ts';
import { isSecret } from '../../domain/likeness.ts';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { noticeDue, type NoticeHours } from '../../domain/noticeHours.ts';
import { noticeKindOf, type NoticeContent, type NoticeKind } from '../../domain/noticeKind.ts';
import { waysOf, type NoticeWay } from '../../domain/noticeWay.ts';
import { clockOfReportStatus, type Report } from '../../domain/reportShape.ts';
import type { MasterData } from '../masterData.ts';
import type { Performing } from '../perform.ts';
import type { StoredEvent } from '../statement.ts';
import type { MessageRow } from './queue.ts';

/** How long a message is tried, and an event is news; after that it would only confuse. */
export const patienceHours = 24;

/** Whether somebody is in office here: whoever left is told of nothing more. */
export const isServing = (master: MasterData, personId: string): boolean =>
  master.persons.get(personId)?.status === 'active' && master.postsOf(personId).length > 0;

/** How a person is told of a kind of matter: their own choice, else the defaults of their roles. */
export function wishOf(
  master: MasterData,
  personId: string,
  kind: NoticeKind,
  now: Moment,
): { ways: Pick<NoticeWay, 'channelId' | 'when'>[]; hours: NoticeHours } {
  const posts = [...master.postsOf(personId), ...master.postsDeputised(personId, now)];
  const { ways, hours } = waysOf(kind, posts, {
    choice: master.noticeChoices.get(personId),
    defaults: master.noticeDefaults,
  });
  const inUse = (id: string): boolean =>
    master.noticeChannels.some((channel) => channel.id === id && channel.status === 'active');
  return { ways: ways.filter(({ channelId }) => inUse(channelId)), hours };
}

const nothing: NoticeContent = { number: null, category: null, place: null, due: null };

interface Matter {
  content: NoticeContent;
  isUrgent: boolean;
}

const isUrgentMatter = ({ urgency }: Pick<Issue, 'urgency'>): boolean => urgency === 'danger';

async function matterOfIssue(
  id: string,
  district: string,
  { store }: Performing,
  master: MasterData,
): Promise<Matter | null> {
  const [issue] = (await store.find('issue', district, [id])) as unknown as Issue[];
  if (!issue) return null;
  const [secret] = await store.secretIssues(district, [id]);
  return {
    content: {
      number: issueNumberText(issue),
      category: secret ? null : (master.categories.get(issue.categoryId)?.name ?? null),
      place: secret ? null : (master.areas.get(issue.areaCode)?.name ?? null),
      due: currentDue(issue),
    },
    isUrgent: issue.isUrgent || isUrgentMatter(issue),
  };
}

async function matterOfReport(
  id: string,
  district: string,
  { store }: Performing,
  master: MasterData,
): Promise<Matter | null> {
  const [report] = (await store.find('report', district, [id])) as unknown as Report[];
  if (!report) return null;
  const clock = clockOfReportStatus[report.status];
  return {
    content: {
      number: report.number,
      category: null,
      place: isSecret(report) ? null : (master.areas.get(report.areaCode)?.name ?? null),
      due: clock ? report[`${clock}Due`] : null,
    },
    isUrgent: isUrgentMatter(report),
  };
}

/** What an event is about, as far as it may be told outside. */
async function matterOf(
  { noun, recordId, district }: StoredEvent,
  tools: Performing,
  master: MasterData,
): Promise<Matter> {
  const ordinary = { content: nothing, isUrgent: false };
  if (noun === 'report')
    return (await matterOfReport(recordId, district, tools, master)) ?? ordinary;
  if (noun === 'issue') return (await matterOfIssue(recordId, district, tools, master)) ?? ordinary;
  if (noun !== 'assist' && noun !== 'approval') return ordinary;
  const [part] = (await tools.store.find(noun, district, [recordId])) as unknown as (
    | Assist
    | Approval
  )[];
  return (part && (await matterOfIssue(part.issueId, district, tools, master))) ?? ordinary;
}

/**
 * The rows of the queue for those who are told of an event. The event is the matter: told again, or by two programs
 * at once, it is one row; dispatching again after a return is another event.
 */
export async function waysOut(
  event: StoredEvent,
  personIds: readonly string[],
  tools: Performing,
): Promise<MessageRow[]> {
  const now = tools.now();
  const isPast = event.at < addMinutes(now, -patienceHours * 60);
  if (personIds.length === 0 || event.performedAt || isPast) return [];
  const master = await tools.master.of(event.district);
  if (!master.noticeChannels.some(({ status }) => status === 'active')) return [];
  const kind = noticeKindOf(event.noun, event.action);
  const wishes = [...new Set(personIds)]
    .filter((personId) => isServing(master, personId))
    .map((personId) => ({ personId, ...wishOf(master, personId, kind, now) }))
    .filter(({ ways }) => ways.length > 0);
  if (wishes.length === 0) return [];
  const { content, isUrgent } = await matterOf(event, tools, master);
  return wishes.flatMap(({ personId, ways, hours }) =>
    ways.map(({ channelId, when }): MessageRow => {
      const dueAt = noticeDue(now, when, isUrgent, hours);
      return {
        district: event.district,
        id: newId(),
        channel_id: channelId,
        person_id: personId,
        matter: event.id,
        kind,
        content,
        is_urgent: isUrgent,
        status: 'waiting',
        attempts: 0,
        made_at: now,
        due_at: dueAt,
        first_at: dueAt,
        last_at: null,
        reason: null,
      };
    }),
  );
}
