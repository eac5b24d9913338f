/** What a handling unit never sees: who reported, and the originals of photos. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { ReportItem } from '../../domain/views.ts';
import { served, type Client, type Served } from '../testing/served.ts';

describe('what a handling unit does not see', () => {
  let s: Served;
  let desk: Client;
  let head: Client;
  beforeAll(async () => {
    s = await served();
    desk = await s.signIn('desk');
    head = await s.signIn('head');
  });
  afterAll(() => s.stop());

  const reportSeen = async (who: Client, report: Record<string, unknown>): Promise<ReportItem> => {
    const issue = await s.issue({ status: 'dispatched', report });
    const { body } = await who.get<{ reports: ReportItem[] }>(
      `/api/${s.district}/issues/${issue.id}`,
    );
    return body.reports[0] as ReportItem;
  };
  const fromHotline = (n: number) => ({
    senderCode: '12345',
    outsideNumber: `R-${n}`,
    content: '三单元住户深夜施工',
    address: '学府路 7 号 302',
  });

  it('where a report came from', async () => {
    const seen = await reportSeen(head, fromHotline(1));
    expect(seen).toMatchObject({ content: '三单元住户深夜施工', outsideNumber: null });
    expect(seen).toMatchObject({ senderName: null, address: null });
    const whole = await reportSeen(desk, fromHotline(2));
    expect(whole).toMatchObject({ outsideNumber: 'R-2', address: '学府路 7 号 302' });
  });

  it.each([
    ['a confidential report', { isConfidential: true }, 3],
    ['a tip-off', { kind: 'tipOff' }, 5],
  ])('anything of %s but that there is one', async (_what, more, n) => {
    const seen = await reportSeen(head, { ...fromHotline(n), ...more });
    expect(seen.number).toMatch(/^\d+$/);
    expect(seen.status).toBe('joined');
    expect(JSON.stringify(seen)).not.toMatch(/施工|学府|302|R-\d|12345/);
    expect((await reportSeen(desk, { ...fromHotline(n + 1), ...more })).content).toContain('施工');
  });

  it('the originals of others’ photos', async () => {
    const bytes = await sharp({
      create: { width: 40, height: 30, channels: 3, background: '#876' },
    })
      .jpeg()
      .toBuffer();
    const id = newId();
    const path = `/api/${s.district}/photos`;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect((await head.post(path, { id, sha256, size: bytes.length })).status).toBe(200);
    const sent = await head.raw(`${path}/${id}?offset=0`, {
      method: 'PUT',
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(sent.status).toBe(200);
    const issue = await s.issue({ status: 'claimed' });
    await head.act('issues', issue.id, 'rectify', { words: '已清理', photos: [id] });
    const officer = await s.signIn('officer');
    const statusOf = async (who: Client, form: string) =>
      (await who.raw(`${path}/${id}/${form}`)).status;
    expect(await statusOf(officer, 'shown')).toBe(200);
    expect(await statusOf(officer, 'original')).toBe(404);
    expect(await statusOf(head, 'original')).toBe(200);
    expect(await statusOf(desk, 'original')).toBe(200);
  });
});
