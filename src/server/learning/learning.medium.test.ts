/** Learning: the first version from the standard, in use at once; of its own district; kept with what was chosen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { ClassifierVersion } from '../../domain/classifierVersion.ts';
import type { Log } from '../log.ts';
import { understanding } from '../queries/understanding.ts';
import { asking } from '../testing/asking.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { world, type World } from '../testing/world.ts';
import { suggestionFor } from '../understanding.ts';
import { askDue, trainWaiting, type Learning } from './learning.ts';

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
} as unknown as Log;

describe('learning', () => {
  let w: World;
  let learning: Learning;
  const versions = async (): Promise<ClassifierVersion[]> => {
    const { rows } = await w.pool.query<{ id: string }>(
      `select id from classifier_version where district = $1 order by asked_at, id`,
      [w.district],
    );
    return Promise.all(rows.map(({ id }) => w.read<ClassifierVersion>('classifierVersion', id)));
  };
  beforeAll(async () => {
    w = await world();
    learning = {
      pool: w.pool,
      tools: w.tools,
      log: silent,
      signal: new AbortController().signal,
      districts: async () => [{ code: w.district }],
    };
  });
  afterAll(() => w.drop());

  it('trains the first version from the standard and puts it in use', async () => {
    expect(await askDue(learning)).toBe(1);
    expect(await askDue(learning)).toBe(0);
    expect(await trainWaiting(learning)).toBe(1);
    const [first] = await versions();
    expect(first).toMatchObject({ status: 'inUse', decidedCount: 0 });
    expect(first?.figures?.judgedOn).toBe('standard');
    expect(await trainWaiting(learning)).toBe(0);
  }, 300_000);

  it('suggests with the words that decided, and keeps what was suggested beside what was chosen', async () => {
    const master = await w.tools.master.of(w.district);
    const content = '小区门口暴露垃圾成堆，垃圾没人清理';
    const told = { content, address: null, areaCode: w.district, lng: null, lat: null };
    const { category } = suggestionFor(master, told, w.now());
    expect(category?.guesses[0]?.reasons.join('')).toMatch(/垃圾/);
    const issue = await w.issue();
    const { rows } = await w.pool.query<{ facts: { suggestion: { classifierId: string } } }>(
      `select facts from event where noun = 'issue' and record_id = $1 and action = 'accept'`,
      [issue.id],
    );
    expect(rows[0]?.facts.suggestion.classifierId).toBe(category?.classifierId);
  });

  it('is never used by another district', async () => {
    const other = await w.tools.master.of('110198');
    expect(other.classifiers.inUse).toBeNull();
  });

  it('is asked for by the administrator alone, and one at a time', async () => {
    const ask = (who: string) => w.run(who, 'classifierVersion', newId(), 'ask', {});
    expect(await refusedBy(ask('desk'))).toMatchObject({ code: 'notYourRole' });
    await ask('systemAdmin');
    expect(await refusedBy(ask('systemAdmin'))).toMatchObject({ code: 'waiting' });
    await trainWaiting(learning);
    const [, second] = await versions();
    expect(second?.status).toBe('draft');
    expect(second?.verdict).toContain('不足');
  }, 300_000);

  it('puts another one in use by hand, with the reason', async () => {
    const [first, second] = await versions();
    await w.run('systemAdmin', 'classifierVersion', second?.id ?? '', 'use', { note: '试用' });
    expect((await versions()).map(({ status }) => status)).toEqual(['retired', 'inUse']);
    expect((await w.tools.master.of(w.district)).classifiers.inUse?.id).toBe(second?.id);
    expect(first?.id).not.toBe(second?.id);
  });

  it('is shown to desk and administrator with what was taken unchanged, and to nobody else', async () => {
    const report = await w.report({ content: '小区门口暴露垃圾成堆，垃圾没人清理' });
    await w.run('desk', 'issue', newId(), 'accept', {
      reportId: report.id,
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: '110199001001',
    });
    const shown = await understanding(await asking(w, 'desk'), {});
    expect(shown.versions.map(({ status }) => status)).toEqual(['inUse', 'retired']);
    const week = shown.weeks[0]?.category;
    expect(week?.suggested).toBeGreaterThanOrEqual(week?.kept ?? 0);
    await expect(understanding(await asking(w, 'grid'), {})).rejects.toMatchObject({
      code: 'notYourRole',
    });
  });

  describe('when it is killed or fails', () => {
    const ask = async (): Promise<string> => {
      const id = newId();
      await w.run('systemAdmin', 'classifierVersion', id, 'ask', {});
      return id;
    };
    const statusOf = async (id: string): Promise<string> =>
      (await w.read<ClassifierVersion>('classifierVersion', id)).status;
    /** Dies at the given write, as a killed program does, and at every later one. */
    const dyingAt = (write: number): Learning => {
      let left = write;
      const { store } = w.tools;
      return {
        ...learning,
        tools: {
          ...w.tools,
          store: {
            ...store,
            write: async (batch) => {
              left -= 1;
              if (left <= 0) throw new Error('killed');
              await store.write(batch);
            },
          },
        },
      };
    };

    it('never leaves a better version trained and not in use, nor figures beside other bytes', async () => {
      // Without one in use the standard's own words decide, so that the next one is better.
      await w.run(
        'systemAdmin',
        'classifierVersion',
        (await versions()).find(({ status }) => status === 'inUse')?.id ?? '',
        'retire',
        {},
      );
      const id = await ask();
      await trainWaiting(dyingAt(1));
      expect(await statusOf(id)).toBe('waiting');
      const earlier = Buffer.from('an earlier training');
      await w.pool.query(`update classifier_model set bytes = $2 where id = $1`, [id, earlier]);
      await trainWaiting(dyingAt(2));
      expect(await statusOf(id)).toBe('inUse');
      const { rows } = await w.pool.query<{ bytes: Buffer }>(
        `select bytes from classifier_model where id = $1`,
        [id],
      );
      expect(rows[0]?.bytes.equals(earlier)).toBe(false);
    }, 300_000);

    it('gives up after three tries, with a reason, and does not train for ever', async () => {
      const { store } = w.tools;
      const failing: Learning = {
        ...learning,
        tools: {
          ...w.tools,
          store: {
            ...store,
            write: async (batch) => {
              if (batch.events.some(({ action }) => action === 'finish')) throw new Error('full');
              await store.write(batch);
            },
          },
        },
      };
      const id = await ask();
      await trainWaiting(failing);
      await trainWaiting(failing);
      expect(await statusOf(id)).toBe('waiting');
      await trainWaiting(failing);
      expect(await statusOf(id)).toBe('failed');
      expect((await w.read<ClassifierVersion>('classifierVersion', id)).verdict).toContain('三次');
      expect(await trainWaiting(failing)).toBe(0);
    }, 300_000);
  });
});
