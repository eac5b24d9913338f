/** Notices: templates hold nothing personal, hours are kept, and each channel is used once for a matter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMinutes, localTime, momentAt } from './moment.ts';
import { noticeDue, type NoticeHours } from './noticeHours.ts';
import {
  noticeBlanks,
  NoticeKind,
  noticeKindOf,
  noticeLine,
  noticeTemplates,
} from './noticeKind.ts';
import { waysOf, type NoticeWay } from './noticeWay.ts';
import { smsTemplates } from './noticeChannel.ts';

const moment = fc.integer({ min: 1.75e9, max: 1.8e9 }).map((s) => momentAt(s * 1000));
const time = fc
  .integer({ min: 0, max: 1439 })
  .map((n) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`);
const hours: fc.Arbitrary<NoticeHours> = fc
  .tuple(time, time, fc.boolean(), fc.boolean(), time)
  .filter(([from, to]) => from !== to)
  .map(([from, to, isQuietKept, isUrgentAnyway, digestAt]) => ({
    quietFrom: isQuietKept ? from : null,
    quietTo: isQuietKept ? to : null,
    isUrgentAnyway,
    digestAt,
  }));

const isInside = (at: string, from: string, to: string): boolean =>
  from < to ? at >= from && at < to : at >= from || at < to;

describe('when somebody is told', () => {
  it('is never in the quiet hours, never earlier and at most two days later', () => {
    fc.assert(
      fc.property(moment, hours, fc.constantFrom('now', 'digest'), (at, kept, when) => {
        const due = noticeDue(at, when, false, kept);
        expect(due >= at).toBe(true);
        expect(due <= addMinutes(at, 2 * 1440)).toBe(true);
        if (kept.quietFrom !== null && kept.quietTo !== null)
          expect(isInside(localTime(due), kept.quietFrom, kept.quietTo)).toBe(false);
      }),
    );
  });

  it('is at once when it is urgent and urgent matters may wake', () => {
    fc.assert(
      fc.property(moment, hours, (at, kept) => {
        const due = noticeDue(at, 'digest', true, { ...kept, isUrgentAnyway: true });
        expect(due).toBe(at);
      }),
    );
  });

  it('counts the hours of Beijing', () => {
    const kept = { quietFrom: '22:00', quietTo: '07:00', isUrgentAnyway: true, digestAt: '08:30' };
    const night = '2026-03-04T15:00:00.000Z';
    expect(noticeDue(night, 'now', false, kept)).toBe('2026-03-04T23:00:00.000Z');
    expect(noticeDue(night, 'digest', false, kept)).toBe('2026-03-05T00:30:00.000Z');
    const noon = '2026-03-04T04:00:00.000Z';
    expect(noticeDue(noon, 'now', false, kept)).toBe(noon);
  });
});

describe('the templates', () => {
  it('have a kind for every event that somebody is told of', () => {
    expect(noticeKindOf('issue', 'dispatch')).toBe('dispatched');
    expect(noticeKindOf('subscription', 'pause')).toBe('system');
    for (const kind of NoticeKind.options) expect(noticeTemplates[kind].words).not.toMatch(/[{}$]/);
  });

  it('say nothing but their own words and what fills the four blanks', () => {
    const content = { number: 'A1', category: 'B2', place: 'C3', due: '2026-03-04T02:15:00.000Z' };
    for (const kind of NoticeKind.options) {
      expect(noticeLine(kind, content)).toBe(
        `${noticeTemplates[kind].words}：A1 B2，C3，时限 3月4日10:15`,
      );
      const nothing = { number: null, category: null, place: null, due: null };
      expect(noticeLine(kind, nothing)).toBe(noticeTemplates[kind].words);
      expect(Object.values(noticeBlanks(kind, nothing)).every((blank) => blank !== '')).toBe(true);
    }
  });

  it('to be reported to the gateway have the blanks that are filled', () => {
    const nothing = { number: null, category: null, place: null, due: null };
    const blanks = [...smsTemplates.single.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(new Set(blanks)).toEqual(new Set(Object.keys(noticeBlanks('system', nothing))));
    expect(smsTemplates.digest).toContain('${count}');
  });
});

describe('by which way', () => {
  const way = (channelId: string, when: NoticeWay['when']): NoticeWay => ({
    kind: 'overdue',
    channelId,
    when,
  });
  const post = (id: string, role: 'desk' | 'unitHead') =>
    ({ id, role, line: role === 'desk' ? 'office' : 'handling' }) as const;

  it('a person with two duties is told by each channel once, at once if one duty wants it so', () => {
    const { ways } = waysOf('overdue', [post('a', 'desk'), post('b', 'unitHead')], {
      choice: { duties: [{ postId: 'a', ways: [way('x', 'digest')] }], hours: null },
      defaults: [
        {
          role: 'unitHead',
          ways: [way('x', 'now'), way('y', 'digest')],
          hours: { quietFrom: null, quietTo: null, isUrgentAnyway: true, digestAt: '08:30' },
        },
      ],
    });
    expect(ways).toEqual([
      { channelId: 'x', when: 'now' },
      { channelId: 'y', when: 'digest' },
    ]);
  });

  it('only the duty that a matter concerns counts', () => {
    const { ways } = waysOf('sentBack', [post('a', 'desk'), post('b', 'unitHead')], {
      choice: {
        duties: [{ postId: 'b', ways: [{ ...way('x', 'now'), kind: 'sentBack' }] }],
        hours: null,
      },
      defaults: [],
    });
    expect(ways).toEqual([]);
  });
});
