/** The example of docs/connecting.md, as it stands there, sends a report: with a shell, openssl and curl. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IntakeAnswer } from '../../domain/intake.ts';
import { intakeSender, type IntakeSender } from '../testing/intakeSender.ts';
import { served, type Served } from '../testing/served.ts';

const run = promisify(execFile);

let s: Served;
let grid: IntakeSender;
beforeAll(async () => {
  s = await served({ now: new Date().toISOString() });
  grid = await intakeSender(s);
});
afterAll(() => s.stop());

/** The shell block of the page that signs. */
function example(): string {
  const page = readFileSync('docs/connecting.md', 'utf8');
  const found = [...page.matchAll(/```sh\n([\s\S]*?)```/g)]
    .map(([, text]) => text ?? '')
    .find((text) => text.includes('webhook-signature'));
  if (!found) throw new Error('the page shows no signing');
  return found.replace('https://HOST', s.origin).replace('/SENDER/', `/${grid.code}/`);
}

it('is accepted once, repeated the second time, and refused with another secret', async () => {
  const send = async (secret: string) =>
    JSON.parse(
      (await run('sh', ['-c', example()], { env: { ...process.env, SECRET: secret } })).stdout,
    ) as IntakeAnswer & { code?: string };
  expect(await send(grid.secret)).toMatchObject({ accepted: 1, refused: 0 });
  expect(await send(grid.secret)).toMatchObject({ accepted: 0, repeated: 1 });
  expect(await send(`whsec_${Buffer.alloc(32, 7).toString('base64')}`)).toMatchObject({
    code: 'badSignature',
  });
  const { rows } = await s.pool.query<{ content: string }>(
    `select content from report where sender_code = $1`,
    [grid.code],
  );
  expect(rows).toEqual([{ content: '路边有暴露垃圾' }]);
});
