/**
 * Numbers 编号: issue and report numbers, reserved in blocks for each district and day, outside any
 * transaction. A block lost in a crash leaves a gap; a number is never given twice.
 * Source: domain reference a.6 (“never max + 1”).
 */
import type { Pool } from 'pg';
import type { Day } from '../domain/moment.ts';

export const issueNumberLimit = 99_999;
const blockSize = 20;

export interface Numbers {
  /** The next number of a series, from 1; it may lie beyond the limit, which the row refuses. */
  draw(district: string, series: 'issue' | 'report', day: Day): Promise<number>;
}

export function numbersFrom(pool: Pool): Numbers {
  const blocks = new Map<string, { next: number; end: number }>();
  const reserving = new Map<string, Promise<void>>();

  const reserve = async (
    key: string,
    district: string,
    series: string,
    day: Day,
  ): Promise<void> => {
    const { rows } = await pool.query<{ end: number }>({
      name: 'reserve-numbers',
      text: `insert into number_block (district, series, day, next) values ($1, $2, $3, $4 + 1)
             on conflict (district, series, day) do update set next = number_block.next + $4
             returning next as end`,
      values: [district, series, day, blockSize],
    });
    const end = rows[0]?.end ?? 0;
    blocks.set(key, { next: end - blockSize, end });
  };

  return {
    draw: async (district, series, day) => {
      const key = `${district}:${series}:${day}`;
      for (;;) {
        const block = blocks.get(key);
        if (block && block.next < block.end) return block.next++;
        let waiting = reserving.get(key);
        if (!waiting) {
          for (const old of blocks.keys()) if (!old.endsWith(day)) blocks.delete(old);
          waiting = reserve(key, district, series, day).finally(() => reserving.delete(key));
          reserving.set(key, waiting);
        }
        await waiting;
      }
    },
  };
}
