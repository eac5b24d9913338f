/** What a grid platform could not be told for three days stands on its case and is told to the desk, ended or not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { PlatformCase } from '../domain/platformCase.ts';
import { noisyPicture } from './photos/photoFixture.ts';
import { gridPlatform, type GridPlatform } from './testing/gridPlatform.ts';
import { intakeSender, type IntakeSender } from './testing/intakeSender.ts';
import { served, type Served } from './testing/served.ts';

let s: Served;
let sender: IntakeSender;
let platform: GridPlatform;
beforeAll(async () => {
  s = await served();
  sender = await intakeSender(s);
  platform = await gridPlatform(s, 'grid');
});
afterAll(async () => {
  await platform.kill();
  await s.stop();
});

const caseOf = (id: string) => s.read<PlatformCase>('platformCase', id);
const waitFor = async (isSo: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const count = async (text: string, values: unknown[]): Promise<number> =>
  (await s.pool.query(text, values)).rows.length;

/** A case that the platform has got. */
const arrived = async () => {
  const issue = await s.issue({ status: 'dispatched' });
  const id = newId();
  const input = { issueId: issue.id, subscriptionId: platform.subscriptionId };
  await s.run('desk', 'platformCase', id, 'push', input);
  await waitFor(async () => (await caseOf(id)).status === 'sent');
  return { issue, id };
};

it('a recall and a rework', async () => {
  const [recalled, reworked] = [await arrived(), await arrived()];
  const bytes = await noisyPicture(40, 30).jpeg().toBuffer();
  const photos = [(await sender.photos(bytes)).body.photo];
  await sender.states({ caseNumber: reworked.issue.number, state: '已处置', photos });
  await s.run('desk', 'issue', reworked.issue.id, 'sendToVerify');
  platform.answer = { status: 422 };
  const looked = { words: '没清干净', photos: [await s.photo('grid')] };
  await s.run('grid', 'issue', reworked.issue.id, 'fail', looked);
  const transfer = { unitId: s.unitId('street'), note: '转' };
  await s.run('desk', 'issue', recalled.issue.id, 'transfer', transfer);
  for (const { id } of [recalled, reworked])
    await waitFor(async () => {
      const text = `select 1 from webhook_delivery where record_id = $1 and status = 'waiting' and attempts > 0`;
      return (await count(text, [id])) > 0;
    });
  s.pass(3 * 1440 + 1);
  for (const [{ id, issue }, status, what] of [
    [recalled, 'recalled', '从平台收回'],
    [reworked, 'sent', '要求返工'],
  ] as const) {
    await waitFor(async () => (await caseOf(id)).problem !== null);
    expect(await caseOf(id)).toMatchObject({
      status,
      problem: expect.stringMatching(new RegExp(`^“${what}”没有送达平台：.*422`)),
    });
    await waitFor(async () => {
      const text = `select 1 from notice where record_id = $1 and words like '%' || $2 || '%'`;
      return (await count(text, [issue.id, `“${what}”没有送达平台`])) > 0;
    });
  }
}, 90_000);
