/**
 * Writing a chapter of a life beside the working server: its photos, the one statement of `perform`, its
 * notices and how far the life is made, in one transaction. Somebody else's write to one of its records
 * makes it fail as a race; nothing is written then, and the life is read again.
 */
import type pg from 'pg';
import { addMinutes } from '../../domain/moment.ts';
import type { Performing } from '../perform.ts';
import type { Simulation } from '../simulated.ts';
import { writeStatement } from '../statement.ts';
import type { Chapter } from './life.ts';

const readAfterMinutes = 2_000;

const photoRows = (district: string, { photos }: Chapter): Record<string, unknown>[] =>
  photos.map(({ id, personId, at, drawing: { sha256, size, width, height } }) => ({
    district,
    id,
    person_id: personId,
    sha256,
    size,
    status: 'complete',
    kind: 'jpeg',
    width,
    height,
    created_at: at,
    completed_at: at,
  }));

/** Writes chapters of a district one after the other. */
export const chapterWriter =
  (pool: pg.Pool, tools: Performing, { district, wantedUntil }: Simulation) =>
  async (chapter: Chapter): Promise<void> => {
    const { batch, notices, through, issueCount } = chapter;
    const client = await pool.connect();
    let isBroken = false;
    try {
      await client.query('begin');
      await client.query(
        `insert into photo select * from jsonb_populate_recordset(null::photo, $1::jsonb) on conflict do nothing`,
        [JSON.stringify(photoRows(district, chapter))],
      );
      if (batch.events.length > 0) {
        const { text, values } = writeStatement(batch);
        await client.query(text, values);
      }
      await client.query(
        `insert into notice select * from jsonb_populate_recordset(null::notice, $1::jsonb) on conflict do nothing`,
        [
          JSON.stringify(
            notices.map((notice) => {
              const readAt = addMinutes(notice.at, readAfterMinutes);
              return { ...notice, read_at: readAt < wantedUntil ? readAt : null };
            }),
          ),
        ],
      );
      await client.query(
        `update simulation set lived_through = $2, event_count = event_count + $3, issue_count = issue_count + $4
         where district = $1`,
        [district, through, batch.events.length, issueCount],
      );
      await client.query('commit');
    } catch (error) {
      isBroken = true;
      throw error;
    } finally {
      client.release(isBroken);
    }
    tools.written(district);
  };
