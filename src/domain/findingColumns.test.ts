/** Headings of real tables of findings, what cells say of amounts and photos. */
import { describe, expect, it } from 'vitest';
import { findingColumns, findingFieldLabels, measureIn, photoNamesIn } from './findingColumns.ts';

const fieldsOf = (head: string[]) =>
  Object.fromEntries(
    Object.entries(findingColumns(head).places).map(([field, places]) => [
      field,
      places.map((at) => head[at]),
    ]),
  );

describe('headings', () => {
  it('are known as inspectors write them', () => {
    expect(
      fieldsOf([
        '序号',
        '问题编号',
        '测评日期',
        '街道（乡镇）',
        '点位名称',
        '具体位置',
        '测评指标',
        '存在问题',
        '扣分',
        '问题数量',
        '现场照片1',
        '现场照片2',
        '测评员姓名',
        '责任单位',
      ]),
    ).toEqual({
      number: ['问题编号'],
      foundAt: ['测评日期'],
      area: ['街道（乡镇）'],
      site: ['点位名称'],
      address: ['具体位置'],
      item: ['测评指标'],
      words: ['存在问题'],
      measure: ['问题数量'],
      photos: ['现场照片1', '现场照片2'],
      assessor: ['测评员姓名'],
    });
  });

  it('of the template are all known', () => {
    const labels = Object.values(findingFieldLabels);
    const { places, unused, problem } = findingColumns(labels);
    expect([Object.keys(places).length, unused, problem]).toEqual([labels.length, [], null]);
  });

  it('are asked about when two are the same or mean the same', () => {
    expect(findingColumns(['点位', '检查项目', '点位']).problem).toContain('两列都叫“点位”');
    expect(findingColumns(['点位', '检查项目', '测评内容']).problem).toContain('都像是检查项目');
    expect(findingColumns(['点位', '备注']).problem).toContain('没有“检查项目”');
    expect(findingColumns(['检查项目', '照片']).problem).toContain('不知道在哪里');
    expect(findingColumns(['检查项目', '经度']).problem).toContain('不知道在哪里');
  });

  it('that nobody knows are named', () => {
    expect(findingColumns(['点位', '检查项目', '天气', '', '天气']).unused).toEqual(['天气']);
  });
});

describe('cells', () => {
  it.each([
    ['3', 3, null],
    ['3处', 3, '处'],
    ['约 12.5 米', 12.5, '米'],
    ['１，２００ 个', 1200, '个'],
    ['20㎡', 20, 'm2'],
    ['0', 0, null],
  ])('say how much: %s', (text, measure, unit) => {
    expect(measureIn(text)).toEqual({ measure, unit });
  });

  it.each(['很多', '-3', '3到5', '', '1e9', '3处多'.repeat(5)])('that say nothing: %s', (text) => {
    expect(measureIn(text)).toBeNull();
  });

  it('name photos, each once; blanks belong to a name', () => {
    expect(photoNamesIn('门口 1.jpg；IMG_2.jpg、a.png\n门口 1.jpg;无')).toEqual([
      '门口 1.jpg',
      'IMG_2.jpg',
      'a.png',
    ]);
  });
});
