/** Slow connections at the signed intake: who sends photos without a signature, a byte at a time, shuts nobody out. */
import { request, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { noisyPicture } from '../photos/photoFixture.ts';
import { newWebhookSecret, sign } from '../standardWebhook.ts';
import { intakeSender, type IntakeSender } from '../testing/intakeSender.ts';
import { served, type Served } from '../testing/served.ts';

let s: Served;
let grid: IntakeSender;
const opened: ClientRequest[] = [];
beforeAll(async () => {
  s = await served({}, { trustedProxies: ['127.0.0.1'] });
  grid = await intakeSender(s);
});
afterAll(() => s.stop());

/** A photo that is announced and does not come; its signature looks right. Resolves with the status. */
const slow = (address: string): Promise<number> =>
  new Promise((resolve) => {
    const signed = sign([newWebhookSecret()], { id: newId(), at: s.now(), body: '' });
    const asked = request(`${s.origin}/api/v1/intake/grid/photos`, {
      method: 'POST',
      headers: {
        ...signed,
        'content-type': 'image/jpeg',
        'content-length': 19_000_000,
        'x-forwarded-for': address,
      },
    });
    asked.on('response', ({ statusCode = 0 }) => resolve(statusCode));
    asked.on('error', () => resolve(0));
    asked.write('x');
    opened.push(asked);
  });

/** Whether a signed photo is kept, within so many milliseconds. */
const isKept = async (address: string, within: number): Promise<boolean> => {
  const bytes = await noisyPicture(40, 30).jpeg().toBuffer();
  const headers = { 'x-forwarded-for': address };
  const sent = grid.photos(bytes, { headers }).then(({ status }) => status === 200);
  return Promise.race([sent, sleep(within, false)]);
};

it('are given up, hold only a share, and photos that are signed come in meanwhile', async () => {
  const statuses = Array.from({ length: 10 }, () => slow('10.0.0.1'));
  await sleep(500);
  expect(await isKept('10.0.0.2', 4_000)).toBe(true);
  // From the same address they wait until the slow ones are given up.
  expect(await isKept('10.0.0.1', 25_000)).toBe(true);
  expect(new Set(await Promise.all(statuses))).toEqual(new Set([503]));
  for (const one of opened) one.destroy();
}, 60_000);
