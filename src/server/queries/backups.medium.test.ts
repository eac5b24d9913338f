/** Who sees the backups of the installation. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import { asking } from '../testing/asking.ts';
import { world, type World } from '../testing/world.ts';
import { askForBackup, backupList } from './backups.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.drop());

test('the system administrator, and nobody else', async () => {
  expect((await backupList(await asking(w, 'systemAdmin'), {})).runs).toEqual([]);
  for (const who of ['desk', 'securityAdmin', 'auditAdmin', 'leader'])
    await expect(backupList(await asking(w, who), {})).rejects.toMatchObject({ status: 403 });
});

test('no account of a demo district beside a real one', async () => {
  const demo = '110198';
  await w.run(systemActor(demo), 'area', idFrom('a demo district'), 'add', {
    code: demo,
    name: '演示区',
    isDemo: true,
  });
  const context = {
    ...(await asking(w, null)),
    district: demo,
    master: await w.tools.master.of(demo),
    actor: systemActor(demo, 'systemAdmin'),
  };
  const refused = { status: 403, code: 'demoAccount' };
  await expect(backupList(context, {})).rejects.toMatchObject(refused);
  await expect(askForBackup(context, { kind: 'page' })).rejects.toMatchObject(refused);
});
