import fc from 'fast-check';
import { expect, it } from 'vitest';
import { momentAt } from './moment.ts';
import { coarse, isClosed, statusNotes, w3cMoment } from './open311.ts';

const moments = fc
  .integer({ min: Date.UTC(2000, 0, 2) / 1000, max: Date.UTC(2100, 0, 1) / 1000 })
  .map((seconds) => momentAt(seconds * 1000));

it('writes the same moment with the zone of the office', () => {
  expect(w3cMoment('2026-03-04T02:00:00.000Z')).toBe('2026-03-04T10:00:00+08:00');
  expect(w3cMoment('2026-12-31T20:30:05.999Z')).toBe('2027-01-01T04:30:05+08:00');
  fc.assert(
    fc.property(moments, (moment) => {
      expect(momentAt(Date.parse(w3cMoment(moment)))).toBe(moment);
    }),
  );
});

it('moves a place by at most about 70 meters', () => {
  fc.assert(
    fc.property(fc.double({ min: 73, max: 136, noNaN: true }), (degrees) => {
      expect(Math.abs(coarse(degrees) - degrees)).toBeLessThanOrEqual(0.000501);
      expect(coarse(degrees)).toBe(Number(coarse(degrees).toFixed(3)));
    }),
  );
});

it('is closed by its own end or by that of its issue', () => {
  expect(isClosed('submitted', null)).toBe(false);
  expect(isClosed('joined', 'passed')).toBe(false);
  expect(isClosed('joined', 'closed')).toBe(true);
  expect(isClosed('declined', null)).toBe(true);
  expect(statusNotes('joined', 'claimed')).toBe('责任单位正在办理');
  expect(statusNotes('answered', 'closed')).toBe('已办结并答复');
});
