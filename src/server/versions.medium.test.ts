/** Versions of master data: one of a code at a time, none rewritten backwards. */
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMinutes } from '../domain/moment.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { world, type World } from './testing/world.ts';

describe('versions', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  const add = (value: number, more: Record<string, unknown> = {}) =>
    w.run('systemAdmin', 'setting', newId(), 'add', { code: 'holdMaxDays', value, ...more });
  const inForce = async () => {
    return (await w.tools.master.of(w.district)).settings(w.now()).holdMaxDays;
  };

  it('follow one another and never lie side by side', async () => {
    expect((await refusedBy(add(10, { validFrom: addMinutes(w.now(), -1) }))).code).toBe(
      'tooEarly',
    );
    const first = await add(10);
    expect(await inForce()).toBe(10);
    expect((await refusedBy(add(11))).code).toBe('versionExists');
    expect((await refusedBy(add(11, { validFrom: addMinutes(w.now(), 60) }))).code).toBe(
      'versionExists',
    );

    w.pass(1);
    const change = addMinutes(w.now(), 60);
    await w.run('systemAdmin', 'setting', first.record.id, 'edit', {
      value: 20,
      validFrom: change,
    });
    expect(await inForce()).toBe(10);
    expect((await refusedBy(add(12, { validFrom: addMinutes(w.now(), 30) }))).code).toBe(
      'versionExists',
    );
    w.pass(61);
    expect(await inForce()).toBe(20);
  });

  it('are not ended in the past, and hold until they end', async () => {
    const base = await w.tools.master.of(w.district);
    const found = base.category('E0101', w.now());
    if (!found) throw new Error('no such category');
    const { id: _id, district: _d, version: _v, status: _s, validTo: _t, ...kept } = found;
    const { vouchedBy: _b, vouchedAt: _a, ...rest } = kept;
    const own = await w.run('systemAdmin', 'category', newId(), 'add', {
      ...rest,
      name: '本区名称',
      validFrom: w.now(),
    });
    const nameNow = async () =>
      (await w.tools.master.of(w.district)).category('E0101', w.now())?.name;
    expect(await nameNow()).toBe('本区名称');
    const retire = (validTo: string) =>
      w.run('systemAdmin', 'category', own.record.id, 'retire', { validTo });
    expect((await refusedBy(retire(addMinutes(w.now(), -1)))).code).toBe('tooEarly');
    await retire(addMinutes(w.now(), 60));
    expect(await nameNow()).toBe('本区名称');
    w.pass(61);
    expect(await nameNow()).toBe(rest.name);
  });
});
