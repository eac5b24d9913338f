/** The queue of notices: once for each matter, cut between lines. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { world, type World } from '../testing/world.ts';
import { maxMarkdownBytes, piecesOf, queueGroupMessage } from './queue.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.drop());

const rowsOf = async (channelId: string) =>
  (
    await w.pool.query<{ matter: string; content: { markdown: string } }>(
      `select matter, content from notice_message where channel_id = $1 order by id`,
      [channelId],
    )
  ).rows;

describe('messages to a group', () => {
  it('are queued once for each matter, also by two at the same moment', async () => {
    const message = {
      district: w.district,
      channelId: newId(),
      matter: 'progress 2026-03-04',
      markdown: '**今日进度**',
      at: w.now(),
    };
    const told = await Promise.all([
      queueGroupMessage(w.pool, message),
      queueGroupMessage(w.pool, { ...message, markdown: '又一次' }),
    ]);
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await queueGroupMessage(w.pool, message)).toBe(false);
    expect(await rowsOf(message.channelId)).toHaveLength(1);
  });

  it('stay with the transaction that queues them', async () => {
    const channelId = newId();
    const client = await w.pool.connect();
    await client.query('begin');
    const message = { district: w.district, channelId, matter: 'x', markdown: 'x', at: w.now() };
    expect(await queueGroupMessage(client, message)).toBe(true);
    await client.query('rollback');
    client.release();
    expect(await rowsOf(channelId)).toEqual([]);
  });

  it('are cut between lines when they are too long, and nothing is lost', async () => {
    const lines = Array.from({ length: 300 }, (_, n) => `${n} 环卫中心：新派 3 件，办结 2 件`);
    const channelId = newId();
    const markdown = lines.join('\n');
    await queueGroupMessage(w.pool, {
      district: w.district,
      channelId,
      matter: 'week',
      markdown,
      at: w.now(),
    });
    const rows = await rowsOf(channelId);
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.map(({ content }) => content.markdown).join('\n')).toBe(markdown);
    for (const { content } of rows)
      expect(Buffer.byteLength(content.markdown)).toBeLessThanOrEqual(maxMarkdownBytes);
  });

  it('hold no phone number, and case numbers whole', async () => {
    const channelId = newId();
    const markdown = '案件 G1101992026030400001，请联系 13912345678';
    const message = { district: w.district, channelId, matter: 'x', markdown, at: w.now() };
    await queueGroupMessage(w.pool, message);
    const [row] = await rowsOf(channelId);
    expect(row?.content.markdown).toBe('案件 G1101992026030400001，请联系 139****78');
  });

  it('hold one long line in pieces', () => {
    const line = '很长'.repeat(3_000);
    const pieces = piecesOf([line], 4_000);
    expect(pieces.join('')).toBe(line);
    expect(Math.max(...pieces.map((piece) => Buffer.byteLength(piece)))).toBeLessThanOrEqual(4_000);
  });
});
