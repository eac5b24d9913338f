/** Subscriptions 事件订阅: how delivery stands, event by event, and a trial; for the system administrator. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { DeliveryRow, DeliveryStatus } from '../../domain/outsideApi.ts';
import { Refused } from '../../domain/refused.ts';
import { eventKindLabel, type Subscription } from '../../domain/subscription.ts';
import { toRecord } from '../columns.ts';
import { openActions } from '../openActions.ts';
import { pingMessage, secretsOf, sendMessage } from '../webhooks/send.ts';
import { askedOf, notFound, signedIn, type QueryContext } from './context.ts';
import { areaName, unitName } from './names.ts';
import { allColumns, readPage } from './page.ts';

const trialTimeoutMs = 10_000;

function checkRole(context: QueryContext): void {
  if (!['systemAdmin', 'auditAdmin'].includes(signedIn(context).role))
    throw new Refused(403, 'notYourRole', '事件订阅只供系统管理员和审计管理员查看');
}

export async function subscriptionList(
  context: QueryContext,
  input: QueryInput<'subscriptionList'>,
): Promise<QueryOutput<'subscriptionList'>> {
  checkRole(context);
  const { master, district } = context;
  const asked = askedOf(context);
  const page = await readPage(context, {
    alias: 't',
    select: sql`${allColumns('subscription', 't')}, coalesce(w.sent, 0) as sent, w.succeeded_at, w.failing_since, w.problem,
      d.waiting, d.dead, coalesce(l.number - w.sealed_through, 0) as behind`,
    from: sql`subscription t left join webhook_state w on w.district = t.district and w.subscription_id = t.id
      left join lateral (select count(*) filter (where status = 'waiting') as waiting, count(*) filter (where status = 'dead') as dead
        from webhook_delivery where district = t.district and subscription_id = t.id and status in ('waiting', 'dead')) d on true
      left join lateral (select number from seal where district = t.district order by number desc limit 1) l on true`,
    where: [
      sql`t.district = ${district}`,
      ...(input.status ? [sql`t.status = ${input.status}`] : []),
    ],
    order: { name: 'subscriptions', column: 'name', type: 'text', direction: 'asc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const subscription = toRecord<Subscription>('subscription', row);
      const { secretId: _, previousSecretId: __, ...open } = subscription;
      const { areaCode, unitId, senderCode } = subscription;
      return {
        ...open,
        kindLabels: open.kinds.map(eventKindLabel),
        areaName: areaCode === null ? null : areaName(master, areaCode),
        unitName: unitName(master, unitId),
        senderName:
          senderCode === null ? null : (master.senders.get(senderCode)?.name ?? senderCode),
        sent: row.sent as number,
        waiting: row.waiting as number,
        dead: row.dead as number,
        behind: row.behind as number,
        succeededAt: row.succeeded_at as string | null,
        failingSince: row.failing_since as string | null,
        problem: row.problem as string | null,
        actions: openActions('subscription', subscription, asked),
      };
    }),
  };
}

const deliveryFrom = (row: Record<string, unknown>): DeliveryRow => ({
  id: row.id as string,
  number: row.number as number,
  kind: row.kind as string,
  kindLabel: eventKindLabel(row.kind as string),
  noun: (row.kind as string).split('.')[0] ?? '',
  recordId: row.record_id as string,
  status: row.status as DeliveryStatus,
  attempts: row.attempts as number,
  firstAt: row.first_at as string,
  lastAt: row.last_at as string | null,
  nextAt: row.next_at as string,
  httpStatus: row.http_status as number | null,
  reason: row.reason as string | null,
});

export async function deliveryList(
  context: QueryContext,
  input: QueryInput<'deliveryList'>,
): Promise<QueryOutput<'deliveryList'>> {
  checkRole(context);
  const page = await readPage(context, {
    alias: 't',
    select: sql`t.*`,
    from: sql`webhook_delivery t`,
    where: [
      sql`t.district = ${context.district}`,
      sql`t.subscription_id = ${input.id}`,
      ...(input.status ? [sql`t.status = ${input.status}`] : []),
    ],
    order: { name: 'deliveries', column: 'first_at', direction: 'desc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return { ...page, items: page.items.map(deliveryFrom) };
}

export async function trySubscription(
  context: QueryContext,
  { id }: QueryInput<'trySubscription'>,
): Promise<QueryOutput<'trySubscription'>> {
  const { pool, box, master, store, district, now } = context;
  if (signedIn(context).role !== 'systemAdmin')
    throw new Refused(403, 'notYourRole', '只有系统管理员可以测试事件订阅');
  const subscription = master.subscriptions.find((one) => one.id === id);
  if (!subscription) throw notFound('事件订阅');
  if (subscription.status === 'retired')
    throw new Refused(409, 'retired', '这个事件订阅已停用，不能测试');
  if (master.areas.get(district)?.isDemo && (await store.hasRealDistrict()))
    throw new Refused(409, 'demoAccount', '演示账号不能在正式系统上向外推送');
  const tools = { box, now: () => now, master: { of: () => Promise.resolve(master) } };
  const secrets = await secretsOf({ pool, tools }, subscription, now);
  const started = performance.now();
  const sending = { pool, tools, timeoutMs: trialTimeoutMs };
  const message = pingMessage(district, now);
  const { isSent, httpStatus, reason } = await sendMessage(sending, subscription, secrets, message);
  return { isSent, httpStatus, reason, ms: Math.round(performance.now() - started) };
}
