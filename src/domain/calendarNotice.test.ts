import { describe, expect, it } from 'vitest';
import year2024 from '../../seeds/calendar/2024.json';
import year2025 from '../../seeds/calendar/2025.json';
import year2026 from '../../seeds/calendar/2026.json';
import { noticeText, readNotice } from './calendarNotice.ts';

const byDay = (list: { day: string; name: string }[]) =>
  [...list].sort((a, b) => (a.day < b.day ? -1 : 1));

describe('a holiday notice', () => {
  it('is read as it is written', () => {
    const text = `各区、各部门：
      一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
      二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
      三、清明节：4月4日（周六）至6日（周一）放假，共3天。`;
    const { holidays, makeUpDays, unread } = readNotice(text, 2026);
    const names = new Set(['元旦', '春节', '清明节']);
    const upTo = <T extends { name: string }>(list: T[]) =>
      list.filter(({ name }) => names.has(name));
    expect(holidays).toEqual(upTo(year2026.holidays));
    expect(makeUpDays).toEqual(upTo(year2026.makeUpDays));
    expect(unread).toEqual([]);
  });

  it('tells days off from days of work in one sentence', () => {
    const { holidays, makeUpDays, unread } = readNotice(
      '元旦：1月1日至3日放假，共3天，1月4日上班。',
      2026,
    );
    expect(holidays.map(({ day }) => day)).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
    expect(makeUpDays.map(({ day }) => day)).toEqual(['2026-01-04']);
    expect(unread).toEqual([]);
  });

  it('comes back from what was read, for every year of the seed', () => {
    for (const year of [year2024, year2025, year2026]) {
      const read = readNotice(noticeText(year), year.year);
      expect(read.unread).toEqual([]);
      expect(byDay(read.holidays)).toEqual(byDay(year.holidays));
      expect(byDay(read.makeUpDays)).toEqual(byDay(year.makeUpDays));
    }
  });

  it('spans months, keeps a year that is named, and says what it did not understand', () => {
    expect(
      readNotice('国庆节：9月30日至10月2日放假。', 2027).holidays.map(({ day }) => day),
    ).toEqual(['2027-09-30', '2027-10-01', '2027-10-02']);
    expect(readNotice('元旦：2026年12月31日放假。', 2027).holidays[0]?.day).toBe('2026-12-31');
    const wrong = readNotice('1月1日放假\n元旦：1月1日休息。2月30日放假。5月3日至1日放假。', 2027);
    expect(wrong).toEqual({
      holidays: [],
      makeUpDays: [],
      unread: ['1月1日放假', '1月1日休息', '2月30日放假', '5月3日至1日放假'],
    });
  });
});
