/** What pgbench runs is what `perform` sends. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captureStatements, measured, pgbenchScript, statementsOf } from '../../bench/captured.ts';
import { world, type World } from './testing/world.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.drop());

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

test('the script holds exactly the statements of perform, in their order', async () => {
  const { id } = await w.issue();
  const captured = await captureStatements(w.tools, w.pool, await w.actor('desk'), id);
  const script = pgbenchScript(captured, { issues: 10, run: 1 });
  expect(captured.statements).toHaveLength(2);
  expect(statementsOf(script).map(plain)).toEqual(
    captured.statements.map(({ text }) => plain(text)),
  );

  // The texts do not depend on who or what: another issue gives the same ones.
  const other = await captureStatements(
    w.tools,
    w.pool,
    await w.actor('shift'),
    (await w.issue()).id,
  );
  expect(other.statements.map(({ text }) => text)).toEqual(
    captured.statements.map(({ text }) => text),
  );
});

test('the script does to a row what perform does', async () => {
  const { id } = await w.issue();
  const captured = await captureStatements(w.tools, w.pool, await w.actor('desk'), id);
  const before = (await w.tools.store.events(w.district, measured.noun, id)).at(-1);
  const script = pgbenchScript(captured, { issues: 1, run: 7 });
  const variables: Record<string, string> = {
    run: '7',
    r: '99',
    e: '1',
    client_id: '0',
    version: String(captured.issue.version),
    number: `'${String(captured.issue.number)}'`,
  };
  const issueExpression = /\('01900000-0000-7000-8000-' \|\| .*? '0'\)\)/g;
  const [load, write] = script
    .replace(/^\\set .*$/gm, '')
    .replace(issueExpression, `'${id}'`)
    .replace(/(?<!:):(\w+)/g, (found, name: string) => variables[name] ?? found)
    .split(/ \\gset\n|;\n/);
  expect((await w.pool.query<{ version: number }>(load ?? '')).rows[0]?.version).toBe(
    captured.issue.version,
  );
  await w.pool.query(write ?? '');
  const after = (await w.tools.store.events(w.district, measured.noun, id)).at(-1);
  expect(after).toEqual({
    ...before,
    id: after?.id,
    version: captured.issue.version + 1,
    requestId: after?.requestId,
  });
  expect(await w.read(measured.noun, id)).toEqual({
    ...captured.issue,
    version: captured.issue.version + 1,
  });
});
