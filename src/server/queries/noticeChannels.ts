/** Notice channels 通知渠道: how sending stands, message by message, the defaults of roles, and a trial. */
import { sql } from 'kysely';
import { v7 as newId } from 'uuid';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { NoticeMessageRow } from '../../domain/noticeApi.ts';
import type { NoticeChannel } from '../../domain/noticeChannel.ts';
import { noticeLine, noticeTemplates } from '../../domain/noticeKind.ts';
import { Refused } from '../../domain/refused.ts';
import { toRecord } from '../columns.ts';
import type { MasterData } from '../masterData.ts';
import type { MessageRow } from '../notices/queue.ts';
import { sendTrial } from '../notices/send.ts';
import { openActions } from '../openActions.ts';
import { askedOf, notFound, signedIn, type QueryContext } from './context.ts';
import { personName, unitName } from './names.ts';
import { allColumns, readPage } from './page.ts';

const trialTimeoutMs = 10_000;

function checkRole(context: QueryContext): void {
  if (!['systemAdmin', 'auditAdmin'].includes(signedIn(context).role))
    throw new Refused(403, 'notYourRole', '通知渠道只供系统管理员和审计管理员查看');
}

/** The channels in use as one chooses among them. */
export const channelNames = (
  master: MasterData,
): { id: string; name: string; kind: NoticeChannel['settings']['kind'] }[] =>
  master.noticeChannels
    .filter(({ status }) => status === 'active')
    .map(({ id, name, settings }) => ({ id, name, kind: settings.kind }));

export async function noticeChannelList(
  context: QueryContext,
  input: QueryInput<'noticeChannelList'>,
): Promise<QueryOutput<'noticeChannelList'>> {
  checkRole(context);
  const { master, district } = context;
  const asked = askedOf(context);
  const counted = (status: string) =>
    sql`(select count(*) from notice_message where district = t.district and channel_id = t.id and status = ${sql.lit(status)})`;
  const page = await readPage(context, {
    alias: 't',
    select: sql`${allColumns('noticeChannel', 't')}, ${counted('waiting')} as waiting, ${counted('dead')} as dead,
      ${counted('unsure')} as unsure, (select last_at from notice_message where district = t.district
        and channel_id = t.id and last_at is not null and status = 'sent' order by last_at desc limit 1) as sent_at`,
    from: sql`notice_channel t`,
    where: [
      sql`t.district = ${district}`,
      ...(input.status ? [sql`t.status = ${input.status}`] : []),
    ],
    order: { name: 'noticeChannels', column: 'name', type: 'text', direction: 'asc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const channel = toRecord<NoticeChannel>('noticeChannel', row);
      const { secretId: _, ...open } = channel;
      return {
        ...open,
        unitName: unitName(master, open.unitId),
        waiting: row.waiting as number,
        dead: row.dead as number,
        unsure: row.unsure as number,
        sentAt: row.sent_at as string | null,
        actions: openActions('noticeChannel', channel, asked),
      };
    }),
  };
}

function messageFrom(row: MessageRow, master: MasterData): NoticeMessageRow {
  const isGroup = row.person_id === null;
  return {
    id: row.id,
    kind: row.kind,
    kindLabel: isGroup ? '群消息' : noticeTemplates[row.kind].label,
    words: isGroup ? row.content.markdown.slice(0, 200) : noticeLine(row.kind, row.content),
    personName: personName(master, row.person_id),
    status: row.status,
    attempts: row.attempts,
    madeAt: row.made_at,
    dueAt: row.due_at,
    lastAt: row.last_at,
    reason: row.reason,
  };
}

export async function noticeMessageList(
  context: QueryContext,
  input: QueryInput<'noticeMessageList'>,
): Promise<QueryOutput<'noticeMessageList'>> {
  checkRole(context);
  const { master, district } = context;
  const page = await readPage(context, {
    alias: 't',
    select: sql`t.*`,
    from: sql`notice_message t`,
    where: [
      sql`t.district = ${district}`,
      sql`t.channel_id = ${input.id}`,
      ...(input.status ? [sql`t.status = ${input.status}`] : []),
    ],
    order: { name: 'noticeMessages', column: 'made_at', direction: 'desc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => messageFrom(row as unknown as MessageRow, master)),
  };
}

export function noticeDefaultList(
  context: QueryContext,
): Promise<QueryOutput<'noticeDefaultList'>> {
  checkRole(context);
  const { master } = context;
  const asked = askedOf(context);
  return Promise.resolve({
    items: master.noticeDefaults.map((row) => ({
      ...row,
      actions: openActions('noticeDefault', row, asked),
    })),
    channels: channelNames(master),
  });
}

export async function tryNoticeChannel(
  context: QueryContext,
  { id, to = '' }: QueryInput<'tryNoticeChannel'>,
): Promise<QueryOutput<'tryNoticeChannel'>> {
  const { pool, box, master, store, district, now } = context;
  if (signedIn(context).role !== 'systemAdmin')
    throw new Refused(403, 'notYourRole', '只有系统管理员可以测试通知渠道');
  const channel = master.noticeChannels.find((one) => one.id === id);
  if (!channel) throw notFound('通知渠道');
  if (channel.status === 'retired')
    throw new Refused(409, 'retired', '这个通知渠道已停用，不能测试');
  if (master.areas.get(district)?.isDemo && (await store.hasRealDistrict()))
    throw new Refused(409, 'demoAccount', '演示账号不能在正式系统上向外发送通知');
  const { kind } = channel.settings;
  if (kind === 'sms' && !/^1[3-9]\d{9}$/.test(to))
    throw new Refused(400, 'badPhone', '请填写接收测试短信的 11 位手机号');
  if (kind === 'smtp' && !/^[^\s@]+@[^\s@]+$/.test(to))
    throw new Refused(400, 'badEmail', '请填写接收测试邮件的邮箱');
  const started = performance.now();
  const { result, answer } = await sendTrial({ pool, box }, channel, to, newId(), {
    allowed: master.allowedOutside,
    timeoutMs: trialTimeoutMs,
    now,
  });
  return { isSent: result === 'sent', answer, ms: Math.round(performance.now() - started) };
}
