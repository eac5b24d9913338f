/** Figures of delivery for the metrics. */
import type pg from 'pg';

export interface WebhookFigures {
  waiting: number;
  dead: number;
  lagEvents: number;
  lagSeconds: number;
}

/** What waits, what was given up, and how far the subscriptions in use are behind the seals. */
export async function webhookFigures(pool: pg.Pool): Promise<WebhookFigures> {
  const { rows } = await pool.query<WebhookFigures>(
    `select coalesce(sum(rows.waiting), 0)::integer as waiting, coalesce(sum(rows.dead), 0)::integer as dead,
       coalesce(max(last.number - w.sealed_through), 0)::integer as "lagEvents",
       coalesce(max(extract(epoch from now() - next.at)), 0)::float8 as "lagSeconds"
     from subscription s
     join webhook_state w on w.district = s.district and w.subscription_id = s.id
     left join lateral (select count(*) filter (where status = 'waiting') as waiting,
         count(*) filter (where status = 'dead') as dead from webhook_delivery d
       where d.district = s.district and d.subscription_id = s.id and d.status in ('waiting', 'dead')) rows on true
     left join lateral (select number from seal where district = s.district order by number desc limit 1) last on true
     left join lateral (select at from seal where district = s.district and number > w.sealed_through
       order by number limit 1) next on true
     where s.status = 'active'`,
  );
  return rows[0] ?? { waiting: 0, dead: 0, lagEvents: 0, lagSeconds: 0 };
}
