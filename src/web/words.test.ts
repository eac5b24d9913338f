import { expect, test } from 'vitest';
import { showBrief, showCount, showDue, showMoment, showSpan } from './words.ts';

const now = '2026-10-09T08:00:00.000Z';

test('moments are shown in Beijing time, with the year when it is another', () => {
  expect(showMoment('2026-10-09T08:40:00.000Z', now)).toBe('10-09 16:40');
  expect(showMoment('2026-12-31T16:30:00.000Z', now)).toBe('2027-01-01 00:30');
  expect(showMoment(null)).toBe('—');
});

test.each([
  ['2026-10-09T10:00:00.000Z', '还剩 2 小时'],
  ['2026-10-09T09:12:00.000Z', '还剩 1 小时 12 分'],
  ['2026-10-09T08:00:30.000Z', '还剩 不到 1 分钟'],
  ['2026-10-08T05:00:00.000Z', '超期 1 天 3 小时'],
  ['2026-10-09T07:45:00.000Z', '超期 15 分钟'],
  ['2026-10-12T08:00:00.000Z', '还剩 3 天'],
])('due %s is shown as %s', (due, words) => {
  expect(showDue(due, now)).toBe(words);
});

test('long spans leave the minutes out, counts carry a plus when there are more', () => {
  expect(showSpan(7 * 3_600_000 + 59 * 60_000)).toBe('7 小时');
  expect(showDue(null, now)).toBe('');
  expect(showCount(1000, true)).toBe('1,000+');
  expect(showCount(12, false)).toBe('12');
});

test('shortens long words and says that it did', () => {
  expect(showBrief('河'.repeat(40))).toBe('河'.repeat(40));
  expect(showBrief('河'.repeat(41))).toBe(`${'河'.repeat(40)}……`);
});
