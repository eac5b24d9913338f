/**
 * Unit merge 单位合并: the open matters of a unit that was merged into another go on under that one, each by
 * an action of its own with a request id made from what it is about, so that it may be repeated. What is
 * closed stays where it was.
 */
import type pg from 'pg';
import { openStatuses } from '../domain/issueShape.ts';
import { Refused } from '../domain/refused.ts';
import { systemActor } from './baseSeed.ts';
import { idFrom } from './idFrom.ts';
import { perform, type Performing } from './perform.ts';

interface Matter {
  noun: 'issue' | 'assist';
  id: string;
  version: number;
}

const batch = 200;

/** Moves one matter; somebody who acted on it meanwhile leaves it for the next round. */
async function follow(
  tools: Performing,
  district: string,
  { noun, id, version }: Matter,
  input: { fromId: string; unitId: string },
): Promise<void> {
  const requestId = idFrom(`followUnit ${noun} ${id} ${version} ${input.fromId}`);
  try {
    await perform(tools, systemActor(district), {
      noun,
      id,
      action: 'followUnit',
      input,
      requestId,
    });
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 503 || error.status === 507) throw error;
  }
}

/** Moves every open matter of a merged unit to the surviving one. Returns how many issues. */
export async function moveMatters(
  { pool, tools }: { pool: pg.Pool; tools: Performing },
  district: string,
  fromId: string,
): Promise<number> {
  const unitId = (await tools.master.of(district)).survivorOf(fromId);
  if (unitId === fromId) return 0;
  let moved = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows: issues } = await pool.query<Matter>(
      `select 'issue' as noun, id, version from issue where district = $1
         and party_unit_ids @> array[$2::uuid] and status = any($3) and id > $4 order by id limit ${batch}`,
      [district, fromId, openStatuses, after],
    );
    const ids = issues.map(({ id }) => id);
    const { rows: assists } = await pool.query<Matter>(
      `select 'assist' as noun, id, version from assist where district = $1 and issue_id = any($2)
         and status in ('asked', 'claimed') and (unit_id = $3 or asker_unit_id = $3) order by id`,
      [district, ids, fromId],
    );
    // The parts first: an issue is found by its units until it has moved itself.
    for (const matter of [...assists, ...issues])
      await follow(tools, district, matter, { fromId, unitId });
    moved += issues.length;
    if (issues.length < batch) return moved;
    after = ids.at(-1) ?? after;
  }
}

/** One round over every merged unit: what came to it while it was being merged. */
export async function sweepMerged(house: { pool: pg.Pool; tools: Performing }): Promise<void> {
  const { rows } = await house.pool.query<{ district: string; id: string }>(
    `select district, id from unit where merged_into is not null order by district, id`,
  );
  for (const { district, id } of rows) await moveMatters(house, district, id);
}
