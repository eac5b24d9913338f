/** What a class of orders sounds like, and what it is called by. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alikeCategories, alikeFrom, catalogIndex, type Worded } from './catalogLikeness.ts';
import { classCode, classWords } from './orderClass.ts';

const seeds = JSON.parse(readFileSync('seeds/categories.json', 'utf8')) as Worded[];
const index = catalogIndex(seeds);
const names = new Map(seeds.map(({ code, name }) => [code, name]));
const like = (...texts: string[]) =>
  alikeCategories(index, texts).map(({ code }) => names.get(code));

describe('likeness to 小类', () => {
  it('finds every 小类 by its own name among the three', () => {
    const lost = seeds.filter(({ name }) => {
      const found = like(name);
      return found.length > 0 && !found.includes(name);
    });
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  it('knows what hotlines call otherwise, and says why', () => {
    expect(like('违章建筑', '城乡规划', '城乡建设')).toContain('私搭乱建');
    expect(like('噪音污染', '环境污染')).toContain('商业噪音');
    const [first] = alikeCategories(index, ['电力供应', '市政管理']);
    expect(first).toMatchObject({ words: ['电力'] });
  });

  it('says nothing of what is none of ours, nor of words of offices', () => {
    expect(like('教师职称', '教师队伍', '教育文体')).toEqual([]);
    expect(like('其他', '管理', '服务')).toEqual([]);
    expect(like('')).toEqual([]);
  });

  it('gives at most three, the likest first, none below the bound', () => {
    const words = fc.string({ unit: fc.constantFrom(...'垃圾道路井盖停车绿地施工污水，a1 ') });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), (texts) => {
        const scores = alikeCategories(index, texts).map(({ score }) => score);
        expect(scores.length).toBeLessThanOrEqual(3);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
        for (const score of scores) expect(score >= alikeFrom && score < 1.0001).toBe(true);
      }),
    );
  });
});

describe('the words of a class', () => {
  it('are the same from one cell or several, however they are divided', () => {
    const words = '城乡建设 / 市政管理 / 环境卫生';
    for (const cells of [
      ['城乡建设', '市政管理', '环境卫生'],
      ['城乡建设/市政管理／环境卫生'],
      ['城乡建设 > 市政管理', '', ' 环境卫生 '],
      ['城乡建设--市政管理→环境卫生'],
      ['城乡建设|市政管理', '环境卫生'],
    ])
      expect(classWords(cells)).toBe(words);
    expect(classCode('12345', words)).toBe(`12345 ${words}`);
  });

  it('do not change when they are read again', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }), (cells) => {
        const words = classWords(cells);
        expect(classWords([words])).toBe(words);
        expect(words.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});
