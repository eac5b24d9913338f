/** The classifier: learns what is plain, is repeatable, honest about bounds, and the same after a file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categorySamples } from './categoryWords.ts';
import { confidences, predict, surest, train, type Sample } from './classifier.ts';
import { readClassifier, writeClassifier } from './classifierFile.ts';
import { sharpnessFor } from './classifierFit.ts';
import { plainText } from './classifierGrams.ts';
import {
  accuracyOf,
  byLabel,
  calibrationError,
  confusion,
  coverageTable,
  groupedFolds,
  macroF1,
  thresholdFor,
} from './classifierMeasure.ts';
import { Refused } from './refused.ts';

const places = ['东街口', '三号院门前', '小学北侧', '菜场后面', '河边步道', '车站广场', '社区门口'];
const matters: Record<string, string[]> = {
  停车: ['汽车乱停在人行道上', '车位被占，车辆停满通道', '货车停车挡住出口'],
  噪声: ['夜里施工太吵睡不着', '音响噪声很大', '凌晨机器轰鸣扰民'],
  路灯: ['路灯不亮一片漆黑', '灯杆倒了没有照明', '路灯白天也亮着'],
};
const samples: Sample[] = Object.entries(matters).flatMap(([label, list]) =>
  list.flatMap((matter, m) =>
    places.map((place) => ({
      text: `${place}${matter}，请处理`,
      label,
      group: `${label} ${m} ${place}`,
    })),
  ),
);
const { classifier, heldOut } = train(samples, { minTexts: 2 });

describe('a classifier', () => {
  it.each([
    ['老李家楼下有人乱停汽车', '停车'],
    ['工地半夜施工噪声', '噪声'],
    ['巷子里路灯坏了，漆黑一片', '路灯'],
  ])('takes “%s” for %s and names words of the text', (text, label) => {
    const [first] = predict(classifier, text).guesses;
    expect(first?.label).toBe(label);
    expect(first?.reasons.length).toBeGreaterThan(0);
    for (const reason of first?.reasons ?? []) expect(plainText(text)).toContain(reason);
    expect(surest(classifier, text)).toEqual({
      predicted: label,
      confidence: first?.confidence,
    });
  });

  it('abstains where the text tells it nothing', () => {
    const unsure = predict(classifier, 'zzz');
    expect(unsure.abstains).toBe(true);
    expect(unsure.guesses[0]?.reasons).toEqual([]);
    expect(predict(classifier, '').guesses).not.toHaveLength(0);
  });

  it('judges what it has not seen from others like it', () => {
    expect(heldOut).toHaveLength(samples.length);
    expect(accuracyOf(heldOut)).toBeGreaterThan(0.9);
  });

  it('is the same from the same texts', () => {
    expect(train(samples, { minTexts: 2 }).classifier).toEqual(classifier);
  });

  it('is between 0 and 1, together 1, and the same after a file, for any text', () => {
    const bytes = writeClassifier(classifier);
    const again = readClassifier(bytes);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom(...samples.map(({ text }) => text)),
        ),
        (text) => {
          const all = [...confidences(classifier, text)];
          for (const confidence of all) {
            expect(confidence).toBeGreaterThanOrEqual(0);
            expect(confidence).toBeLessThanOrEqual(1);
          }
          expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
          expect(predict(again, text)).toEqual(predict(classifier, text));
        },
      ),
    );
    expect(writeClassifier(again)).toEqual(bytes);
  });

  it('refuses to learn a single label, and bytes that are no classifier', () => {
    expect(() => train(samples.filter(({ label }) => label === '停车'))).toThrow(Refused);
    const bytes = writeClassifier(classifier);
    expect(() => readClassifier(new Uint8Array(100))).toThrow(Refused);
    expect(() => readClassifier(bytes.subarray(0, 20))).toThrow(Refused);
    expect(() => readClassifier(bytes.subarray(0, bytes.length - 1))).toThrow(Refused);
  });

  it('reads one width, any number and any mark alike', () => {
    expect(plainText('１２３号院——ＡＢ！')).toBe('0号院 ab');
  });

  it('learns categories from the words of the standard alone', () => {
    const condition = { no: 1, closeWhen: '', limit: { value: 1, unit: 'workDay' as const } };
    const standard = categorySamples([
      {
        code: 'P0137',
        name: '路灯',
        majorName: '公用设施',
        keywords: ['灯不亮', '灯杆'],
        conditions: [{ ...condition, openWhen: '灯具损坏或不亮', severity: 'C' }],
      },
      {
        code: 'E0110',
        name: '暴露垃圾',
        majorName: '市容环境',
        keywords: ['垃圾没人清', '垃圾满地'],
        conditions: [{ ...condition, openWhen: '地面有成堆垃圾', severity: 'C' }],
      },
    ]);
    const { classifier: first } = train(standard, { minTexts: 1 });
    expect(surest(first, '门口垃圾成堆').predicted).toBe('E0110');
    expect(surest(first, '楼下的灯好几天不亮').predicted).toBe('P0137');
  });
});

describe('the measure', () => {
  const judged = [
    { label: 'a', predicted: 'a', confidence: 0.9 },
    { label: 'a', predicted: 'b', confidence: 0.6 },
    { label: 'b', predicted: 'b', confidence: 0.8 },
    { label: 'b', predicted: 'b', confidence: 0.7 },
  ];

  it('counts by label, the mean and what is taken for what', () => {
    expect(byLabel(judged)).toEqual([
      { label: 'a', count: 2, precision: 1, recall: 0.5, f1: 2 / 3 },
      { label: 'b', count: 2, precision: 2 / 3, recall: 1, f1: 0.8 },
    ]);
    expect(macroF1(judged)).toBeCloseTo((2 / 3 + 0.8) / 2);
    expect(macroF1([])).toBe(0);
    expect(confusion(judged)[0]).toEqual({ label: 'b', predicted: 'b', count: 2 });
  });

  it('shows what abstaining leaves, and finds where it is right often enough', () => {
    expect(coverageTable(judged, [0, 0.7])).toEqual([
      { threshold: 0, coverage: 1, accuracy: 0.75 },
      { threshold: 0.7, coverage: 0.75, accuracy: 1 },
    ]);
    expect(thresholdFor(judged, 1)).toBe(0.7);
    expect(thresholdFor(judged, 0.7)).toBe(0.6);
    expect(thresholdFor([{ label: 'a', predicted: 'b', confidence: 1 }], 0.5)).toBeGreaterThan(1);
  });

  it('finds confidences that promise too much', () => {
    const sure = Array.from({ length: 10 }, (_, n) => ({
      label: n < 6 ? 'a' : 'b',
      predicted: 'a',
      confidence: 0.95,
    }));
    expect(calibrationError(sure)).toBeCloseTo(0.35);
  });

  it('sharpens scores as far as they are right', () => {
    const scores = Float64Array.of(1, 0);
    const half = [0, 0, 0, 1].map((label) => ({ scores, label }));
    expect(Math.exp(sharpnessFor(half))).toBeCloseTo(3, 1);
  });

  it('never parts a group, uses each sample once, and deals the same again', () => {
    const one = fc.record({
      label: fc.constantFrom('a', 'b', 'c'),
      group: fc.integer({ min: 0, max: 20 }).map(String),
    });
    fc.assert(
      fc.property(fc.array(one), fc.integer({ min: 2, max: 6 }), fc.nat(), (list, count, seed) => {
        const folds = groupedFolds(list, count, seed);
        expect(folds.flat().sort((a, b) => a - b)).toEqual(list.map((_, n) => n));
        const foldOf = new Map<string, number>();
        folds.forEach((fold, n) => {
          for (const at of fold) {
            const group = list[at]?.group ?? '';
            expect(foldOf.get(group) ?? n).toBe(n);
            foldOf.set(group, n);
          }
        });
        expect(groupedFolds(list, count, seed)).toEqual(folds);
      }),
    );
  });
});
