/** Files of labeled texts: as they come, refused with a reason, and the real ones where they are. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { surest, train, usualTraining } from '../../domain/classifier.ts';
import { writeClassifier } from '../../domain/classifierFile.ts';
import { groupedFolds, macroF1 } from '../../domain/classifierMeasure.ts';
import { predictFile, readSamples } from './labeledText.ts';

const folder = mkdtempSync(join(tmpdir(), 'labeled-'));
afterAll(() => rmSync(folder, { recursive: true }));

const columns = { text: 'text', label: 'label', group: 'dup_group' };
let files = 0;
const fileOf = (content: string | Buffer): string => {
  const path = join(folder, `${(files += 1)}.csv`);
  writeFileSync(path, content);
  return path;
};
const table =
  'id,text,label\r\n1,路灯不亮,路灯\r\n2,"车辆乱停，堵路",停车\r\n3,路灯坏了,路灯\r\n4,乱停车,停车\r\n5,,停车\r\n';

describe('labeled texts', () => {
  it.each([
    ['UTF-8', Buffer.from(table)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${table}`)],
    ['GB18030', iconv.encode(table, 'gb18030')],
  ])('are read in %s, rows that lack something left out', async (_name, content) => {
    const { samples, skipped } = await readSamples(fileOf(content), columns);
    expect(samples[1]).toEqual({ text: '车辆乱停，堵路', label: '停车', group: 'row 3' });
    expect([samples.length, skipped]).toEqual([4, 1]);
  });

  it('are read from text_raw, else text_seg without blanks, with their groups', async () => {
    const path = fileOf(
      'label,text_seg,text_raw,dup_group\na,路灯 不亮,路灯，不亮了,7\nb,乱 停车,,8\n',
    );
    expect((await readSamples(path, columns)).samples).toEqual([
      { text: '路灯，不亮了', label: 'a', group: '7' },
      { text: '乱停车', label: 'b', group: '8' },
    ]);
  });

  it.each([
    ['', /是空的/],
    ['text,标签\n路灯不亮,路灯\n', /没有“label”列；现有列：text、标签/],
    ['内容,label\n路灯不亮,路灯\n', /没有“text”列/],
    ['text,text,label\na,b,c\n', /有两列都叫“text”/],
    ['text,label\n', /没有一行既有文本又有标签/],
    ['text,label\n"没有配对,a\n', /引号没有配对/],
  ])('are refused with a reason: %j', async (content, reason) => {
    await expect(readSamples(fileOf(content), columns)).rejects.toThrow(reason);
  });

  it('come out row by row as they were, with what they are and how sure', async () => {
    const path = fileOf(table);
    const { samples } = await readSamples(path, columns);
    const { classifier } = train(samples, { minTexts: 1 });
    const out = join(folder, 'out.csv');
    const { rows, judged } = await predictFile({ path, out, columns, classifier });
    expect([rows, judged.length]).toEqual([5, 5]);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\r\n');
    expect(lines[0]).toBe('id,text,label,predicted,confidence');
    expect(lines[2]).toMatch(/^2,车辆乱停，堵路,停车,停车,[01]\.\d{4}$/);
    expect(lines[5]).toMatch(/^5,,停车,(停车|路灯),[01]\.\d{4}$/);
    const again = join(folder, 'again.csv');
    await predictFile({ path: out, out: again, columns, classifier });
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(out, 'utf8'));
  });

  it('leave nothing half done when the file breaks off', async () => {
    const { samples } = await readSamples(fileOf(table), columns);
    const { classifier } = train(samples, { minTexts: 1 });
    const path = fileOf('text\n路灯不亮\n"没有配对\n');
    const out = join(folder, 'broken.csv');
    await expect(predictFile({ path, out, columns, classifier })).rejects.toThrow(/引号/);
    expect(readdirSync(folder).filter((name) => name.startsWith('broken'))).toEqual([]);
  });
});

const real = '../shared/data/hotline_messages_cn/a2_train.csv';

it.skipIf(!existsSync(real))(
  'tells seven kinds of real messages from four parts of five (skipped without ../shared/data)',
  { timeout: 600_000 },
  async () => {
    const { samples } = await readSamples(real, columns);
    const [test = []] = groupedFolds(samples, 5, usualTraining.seed);
    const isOut = new Set(test);
    const rest = samples.filter((_, n) => !isOut.has(n));
    const { classifier } = train(rest, { heldOutFolds: 2 });
    const judged = test.map((n) => {
      const { text = '', label = '' } = samples[n] ?? {};
      return { label, ...surest(classifier, text) };
    });
    expect(macroF1(judged)).toBeGreaterThan(0.9);
    expect(writeClassifier(classifier).length).toBeLessThan(5_000_000);
  },
);
