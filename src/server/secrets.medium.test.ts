/** Names and numbers of people never reach the open ledger; masked words can be opened, until destroyed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { z } from 'zod';
import type { Noun } from '../domain/action.ts';
import { fieldMeta } from '../domain/fields.ts';
import { maskPersonal } from '../domain/mask.ts';
import { nouns } from '../domain/nouns.ts';
import { systemActor } from './baseSeed.ts';
import { sealAll, verifySeals } from './sealer.ts';
import { conceal, secretBox } from './secrets.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { testKey } from './testing/cluster.ts';
import { world, type World } from './testing/world.ts';

describe('masking', () => {
  it.each([
    '13812345678',
    '138 1234 5678',
    '138-1234-5678',
    '138—1234—5678',
    '138  1234  5678',
    '1 3 8 1 2 3 4 5 6 7 8',
    '１３８１２３４５６７８',
    '１３８　１２３４　５６７８',
    '+86 13812345678',
    '+86-138-1234-5678',
    '＋８６13812345678',
    '8613812345678',
    '008613812345678',
    '138.1234.5678',
    '138\u200b1234\u200b5678',
    '(138)12345678',
    '19912345678',
    '110105199003072345',
    '11010519900307234X',
    '11010519900307234x',
    '110105 19900307 2345',
    '110105-19900307-234X',
    '１１０１０５１９９００３０７２３４Ｘ',
    '110105900307234',
    '010-62345678',
    '(010) 6234 5678',
    '0755-88888888',
    '03716234567',
  ])('hides %s', (number) => {
    for (const text of [
      number,
      `请联系${number}。`,
      `王先生 ${number}，急`,
      `电话：${number}/微信同号`,
      `${number}；备用 ${number}`,
    ]) {
      const masked = maskPersonal(text);
      expect(masked.normalize('NFKC').replace(/[^0-9Xx]/g, '')).not.toContain(
        number
          .normalize('NFKC')
          .replace(/[^0-9Xx]/g, '')
          .slice(-8),
      );
      expect(masked).toContain('****');
    }
  });

  it.each([
    '路边有暴露垃圾，约 350 平方米',
    '2026-03-04 10:30 至 2026-03-05 11:30',
    '2026年3月4日上午9时',
    '学府路 138 号 5 单元 301 室',
    '案件 G1101992026030400001',
    '来件 20260304000001',
    '工单 202603041234567890',
    '订单 20260304123456789',
    '编号WX2026030400123',
    '东经116.397428，北纬39.909230',
    '合计 13500.50 元，1,234,567 元',
    '400-810-8888',
    '车牌京A12345',
    '3-12-501',
    '192.168.10.1',
    '第 13 条第 5 款，138 号楼至 145 号楼',
    '0.1234567890',
    '2026.10.15-2026.12.31',
    '62345678 号井盖',
  ])('leaves alone: %s', (text) => {
    expect(maskPersonal(text)).toBe(text);
  });

  it('takes no time over long rows of digits', () => {
    const started = performance.now();
    for (const text of [
      '1'.repeat(4000),
      '1 '.repeat(2000),
      '1  '.repeat(1333),
      '13 '.repeat(1300),
      '010-('.repeat(800),
    ])
      maskPersonal(text);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('every action', () => {
  const free = Object.values<Noun>(nouns).flatMap((noun) =>
    Object.entries(noun.actions).flatMap(([action, row]) =>
      Object.entries((row.input as z.ZodObject).shape).flatMap(([field, schema]) => {
        const kind = fieldMeta(schema)?.kind;
        return kind === 'words' || kind === 'note' || kind === 'personal'
          ? [{ name: `${noun.name}.${action}.${field}`, row, field, kind }]
          : [];
      }),
    ),
  );

  it.each(free)('$name keeps no phone number in the open', ({ row, field, kind }) => {
    const box = secretBox(testKey);
    const { open, secrets, locked } = conceal(
      row.input,
      { [field]: '王小明 13812345678' },
      box,
      newId,
    );
    expect(JSON.stringify(open)).not.toMatch(/13812345678|小明.*12345678/);
    if (kind === 'personal') expect(open[field]).toBe(secrets?.[field]);
    const [secret] = locked;
    if (!secret) throw new Error('nothing was locked');
    expect(box.unlock(secret.id, secret.wrappedKey, secret.ciphertext)).toBe('王小明 13812345678');
  });
});

describe('secrets', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  const name = '欧阳慕容雪';
  const phones = ['13987654321', '139 8765 4321', '１３９８７６５４３２１'];
  const identity = '110105199003072345';
  const canary = `${phones.join('、')}，身份证 ${identity}`;

  /** Every row of every table as text, but without the ciphertext of `secret`. */
  async function dump(): Promise<string> {
    const { rows: tables } = await w.pool.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const parts = await Promise.all(
      tables.map(async ({ name: table }) => {
        const { rows } = await w.pool.query<{ text: string }>(
          `select t::text as text from ${table} t`,
        );
        return rows.map((row) => row.text).join('\n');
      }),
    );
    return parts.join('\n');
  }

  async function secretsOf(
    recordId: string,
  ): Promise<
    Record<string, { id: string; wrapped_key: Buffer | null; ciphertext: Buffer | null }>
  > {
    const { rows } = await w.pool.query<{
      field: string;
      id: string;
      wrapped_key: Buffer | null;
      ciphertext: Buffer | null;
    }>(`select * from secret where record_id = $1 order by id`, [recordId]);
    return Object.fromEntries(rows.map((row) => [row.field, row]));
  }

  it('are nowhere in the database in the clear, whichever action they came with', async () => {
    const report = await w.report({
      content: `有人扰民 ${canary}`,
      complainantName: name,
      complainantPhone: phones[0],
    });
    const run = (
      who: string,
      noun: string,
      id: string,
      action: string,
      input: Record<string, unknown>,
    ) => w.run(who, noun, id, action, input);
    await run('desk', 'report', report.id, 'confirm', { note: canary });
    await run('grid', 'report', report.id, 'answerConfirm', { result: 'true', words: canary });
    const id = newId();
    await run('desk', 'issue', id, 'accept', {
      reportId: report.id,
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: '110199001001',
      description: canary,
    });
    await run('desk', 'issue', id, 'dispatch', {
      unitId: w.unitId('clean'),
      assistUnitIds: [w.unitId('street')],
      note: canary,
    });
    await run('head', 'issue', id, 'claim', { note: canary });
    const { rows } = await w.pool.query<{ id: string }>(
      `select id from assist where issue_id = $1`,
      [id],
    );
    await run('streetHead', 'assist', rows[0]?.id ?? '', 'finish', { result: canary });
    const approvalId = newId();
    await run('head', 'approval', approvalId, 'ask', {
      issueId: id,
      kind: 'extension',
      reason: canary,
    });
    await run('leader', 'approval', approvalId, 'grant', { opinion: canary });
    const photo = await w.photo('head');
    await run('head', 'issue', id, 'rectify', { words: canary, photos: [photo] });
    await run('shift', 'issue', id, 'destroyPhoto', { photoId: photo, reason: canary });
    const forced = newId();
    await run('desk', 'approval', forced, 'ask', {
      issueId: id,
      kind: 'forceClose',
      reason: canary,
    });
    await run('leader', 'approval', forced, 'grant', { opinion: canary });
    await w.run(systemActor(w.district), 'report', report.id, 'openAnswer');
    await run('desk', 'report', report.id, 'answer', { answer: canary });
    await run('desk', 'report', report.id, 'reveal', { reason: canary });
    await refusedBy(w.run('desk', 'issue', id, 'merge', { intoId: id, note: canary }));
    const text = await dump();
    expect(text.length).toBeGreaterThan(10_000);
    for (const planted of [name, ...phones, identity])
      expect(text.includes(planted), planted).toBe(false);
  });

  it('open with the key of the installation and with no other, and only as themselves', async () => {
    const { id } = await w.report({ content: `回电 ${phones[0]}`, complainantName: name });
    const { content, complainantName } = await secretsOf(id);
    if (
      !content?.wrapped_key ||
      !content.ciphertext ||
      !complainantName?.wrapped_key ||
      !complainantName.ciphertext
    )
      throw new Error('no secrets');
    const box = secretBox(testKey);
    expect(box.unlock(content.id, content.wrapped_key, content.ciphertext)).toBe(
      `回电 ${phones[0]}`,
    );
    expect(
      box.unlock(complainantName.id, complainantName.wrapped_key, complainantName.ciphertext),
    ).toBe(name);
    const { wrapped_key: key, ciphertext } = content;
    expect(() => secretBox(Buffer.alloc(32, 8)).unlock(content.id, key, ciphertext)).toThrow();
    expect(() => box.unlock(newId(), key, ciphertext)).toThrow();
    expect(() =>
      box.unlock(content.id, complainantName.wrapped_key as Buffer, ciphertext),
    ).toThrow();
    const altered = Buffer.from(ciphertext);
    altered[20] = (altered[20] ?? 0) ^ 1;
    expect(() => box.unlock(content.id, key, altered)).toThrow();
  });

  it('are gone after anonymize, while the chain still verifies and the events stay', async () => {
    const { id } = await w.report({ content: `回电 ${phones[0]}`, complainantName: name });
    await w.run('desk', 'report', id, 'confirm', { note: phones[0] });
    expect(
      await refusedBy(w.run('desk', 'report', id, 'anonymize', { reason: '到期' })),
    ).toMatchObject({ status: 403 });
    await w.run('securityAdmin', 'report', id, 'anonymize', { reason: '保存期满' });
    const left = Object.values(await secretsOf(id));
    expect(left).toHaveLength(3);
    for (const secret of left)
      expect([secret.wrapped_key, secret.ciphertext]).toEqual([null, null]);
    expect(
      await refusedBy(w.run('desk', 'report', id, 'reveal', { reason: '回访' })),
    ).toMatchObject({ code: 'anonymized' });
    expect(
      await refusedBy(w.run('securityAdmin', 'report', id, 'anonymize', { reason: '再次' })),
    ).toMatchObject({ code: 'anonymized' });
    await sealAll(w.pool);
    expect((await verifySeals(w.pool)).map(({ firstBad }) => firstBad)).toEqual([null, null]);
  });

  it('never appear in a refusal', async () => {
    const refusal = await refusedBy(
      w.run('desk', 'report', newId(), 'submit', {
        channel: 'hotline',
        content: canary,
        complainantName: `${name}${'长'.repeat(60)}`,
        areaCode: 'x',
      }),
    );
    expect(JSON.stringify([refusal.message, refusal.details])).not.toMatch(/139|慕容/);
  });

  it('give the same digest to the same request only, and nothing to guess from', async () => {
    const box = secretBox(testKey);
    expect(box.digest('a')).toEqual(secretBox(testKey).digest('a'));
    expect(box.digest('a')).not.toEqual(box.digest('b'));
    expect(box.digest('a')).not.toEqual(secretBox(Buffer.alloc(32, 8)).digest('a'));
  });
});
