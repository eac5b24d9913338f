import { describe, expect, it } from 'vitest';
import {
  channelOf,
  choiceOf,
  fieldOfHeading,
  guessColumns,
  mapProblem,
  type OrderMap,
} from './orderMap.ts';

describe('the columns of a hotline’s file', () => {
  it.each([
    ['工单号', 'outsideNumber'],
    ['受理单号', 'outsideNumber'],
    [' 热线工单编号* ', 'outsideNumber'],
    ['来电时间', 'claimedAt'],
    ['登记日期（年月日）', 'claimedAt'],
    ['诉求渠道', 'channel'],
    ['诉求类型', 'kind'],
    ['问题性质', 'kind'],
    ['市民姓名', 'complainantName'],
    ['反映人', 'complainantName'],
    ['联系电话', 'complainantPhone'],
    ['来电号码', 'complainantPhone'],
    ['是否要求保密', 'isConfidential'],
    ['所属街镇', 'area'],
    ['事发地址', 'address'],
    ['主题分类', 'topic'],
    ['三级分类', 'topic'],
    ['诉求内容', 'content'],
    ['紧急程度', 'urgency'],
    ['派单单位', 'unit'],
    ['承办部门', 'unit'],
    ['办结时限', 'limit'],
    ['是否响应', 'isContacted'],
    ['是否解决', 'solved'],
    ['满意度', 'satisfaction'],
  ])('%s is %s', (heading, field) => {
    expect(fieldOfHeading(heading)).toBe(field);
  });

  it.each(['序号', '行号', '原因', '备注', '回访人', ''])('%s is none', (heading) => {
    expect(fieldOfHeading(heading)).toBeUndefined();
  });

  it('are guessed by what stands in them where the heading says nothing', () => {
    const head = ['A', 'B', 'C', '备用', '内容', '内容'];
    const rows = [1, 2, 3].map((n) => [
      `GD2026030${n}001`,
      `2026-03-0${n} 08:00`,
      `1380001000${n}`,
      '',
      '甲',
      '乙',
    ]);
    expect(guessColumns(head, rows)).toEqual({
      outsideNumber: ['A'],
      claimedAt: ['B'],
      complainantPhone: ['C'],
    });
  });

  it('must be in the file once, with a number and the words', () => {
    const map: OrderMap = {
      columns: { outsideNumber: ['号'], content: ['话'] },
      values: { kind: { 表扬: 'suggestion', 其他: '' } },
    };
    expect(mapProblem(map, ['号', '话'])).toBeUndefined();
    expect(mapProblem(map, ['号'])).toContain('没有这些列：话');
    expect(mapProblem(map, ['号', '话', '话'])).toContain('两列都叫“话”');
    expect(mapProblem({ ...map, columns: { content: ['话'] } }, ['话'])).toContain('工单号');
    expect(mapProblem({ ...map, values: { kind: { 甲: 'x' } } }, ['号', '话'])).toContain('选项');
    expect(choiceOf(map, 'kind', '表扬')).toBe('suggestion');
    expect(choiceOf(map, 'kind', '其他')).toBe('');
    expect(choiceOf(map, 'kind', '投诉')).toBe('complaint');
    expect(choiceOf(map, 'kind', 'toString')).toBeUndefined();
    expect(choiceOf(map, 'isConfidential', 'Y')).toBe('yes');
  });

  it('keep the sender’s channel unless they name another', () => {
    expect(channelOf('微信公众号', 'hotline')).toBe('hotline');
    expect(channelOf('网格巡查上报', 'hotline')).toBe('patrol');
  });
});
