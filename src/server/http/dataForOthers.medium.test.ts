/** Data for others: keys and their scope, paging, nothing personal or confidential, open data, files of downloads. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataIssue, DataReport } from '../../domain/dataApi.ts';
import { makeLog } from '../log.ts';
import { openDataIndex, sweepOpenData } from '../openData.ts';
import { cityApp, type CityApp } from '../testing/cityApp.ts';
import { served, type Served } from '../testing/served.ts';

let s: Served;
let app: CityApp;
let key: string;

beforeAll(async () => {
  s = await served();
  app = await cityApp(s);
  key = (await app.addKey({ rights: ['reports.read'] })).key;
});
afterAll(() => s.stop());

const asked = async <T = DataReport>(
  path: string,
  shown: string = key,
): Promise<{ status: number; items: T[]; next: string | null; code: string; text: string }> => {
  const response = await s.stranger.raw(`/api/v1/${path}`, {
    headers: { authorization: `Bearer ${shown}` },
  });
  const text = await response.text();
  const body = JSON.parse(text) as { items: T[]; next: string | null; code: string };
  return { ...body, status: response.status, text };
};

describe('reading by key', () => {
  it('tells of reports and cases without persons, words or what is confidential', async () => {
    const complainant = { complainantName: '欧阳试', complainantPhone: '13800138000' };
    const place = { lng: 116.34567, lat: 40.03456 };
    const open = await s.report({ ...complainant, place, content: '垃圾满溢某某' });
    const secret = await s.report({ isConfidential: true, content: '偷排污水' });
    const tip = await s.report({ kind: 'tipOff', content: '违建' });
    const kept = await s.issue({ report: complainant });
    const hidden = await s.issue({ report: { isConfidential: true } });
    const reports = await asked('reports?limit=500');
    const numbers = reports.items.map(({ number }) => number);
    expect(numbers).toContain(open.number);
    expect(numbers).not.toContain(secret.number);
    expect(numbers).not.toContain(tip.number);
    expect(reports.items.find(({ number }) => number === open.number)).toMatchObject({
      lng: 116.346,
      lat: 40.035,
      areaName: '清河街道学府社区',
    });
    const issues = await asked<DataIssue>('issues');
    expect(issues.items.some(({ number }) => number.endsWith(kept.number))).toBe(true);
    expect(issues.text).not.toContain(hidden.number);
    for (const words of ['欧阳试', '13800138000', '垃圾', '污水', '学府路 1 号'])
      expect(reports.text + issues.text).not.toContain(words);
  });

  it('comes page by page without loss or repeat, from a moment on', async () => {
    for (let n = 0; n < 5; n++) {
      s.pass(1);
      await s.report();
    }
    const whole = await asked('reports?limit=500');
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await asked(`reports?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ number }) => number));
      cursor = page.next ?? '';
    } while (cursor);
    expect(seen).toEqual(whole.items.map(({ number }) => number));
    const since = whole.items.at(-2)?.submittedAt ?? '';
    expect((await asked(`reports?since=${since}`)).items).toHaveLength(2);
    const local = encodeURIComponent(since.replace('Z', '+00:00'));
    expect((await asked(`reports?since=${local}`)).items).toHaveLength(2);
  });

  it('reaches the area of the key only, and asks for the right', async () => {
    const { key: elsewhere } = await app.addKey({
      rights: ['reports.read'],
      areaCode: '110199002',
    });
    expect((await asked('reports', elsewhere)).items).toEqual([]);
    expect((await asked('reports?area=110199001', elsewhere)).items).toEqual([]);
    const { key: other } = await app.addKey({ rights: ['open311.read'] });
    expect([(await asked('reports', other)).code, (await asked('issues', 'x')).code]).toEqual([
      'noRight',
      'badKey',
    ]);
    expect((await s.stranger.get('/api/v1/reports')).status).toBe(403);
  });

  it('refuses bad filters with a sentence', async () => {
    for (const bad of ['status=x', 'cursor=zz', 'since=today', 'limit=0', 'area=1', 'mine=1'])
      expect((await asked(`reports?${bad}`)).status, bad).toBe(400);
    expect((await asked('reports?district=110198')).code).toBe('noSuchDistrict');
  });
});

describe('open data', () => {
  it('holds closed cases, whole and by month, without words or persons, and is made once a day', async () => {
    const closed = await s.issue({ status: 'closed' });
    const hidden = await s.issue({ status: 'closed', report: { isConfidential: true } });
    const directory = mkdtempSync(join(tmpdir(), 'loop-open-'));
    const place = { db: s.db, tools: s.tools, directory, log: makeLog('silent') };
    expect(await sweepOpenData(place, [s.district])).toBe(1);
    expect(await sweepOpenData(place, [s.district])).toBe(0);
    const text = readFileSync(`${directory}/${s.district}/closed-issues.csv`, 'utf8');
    expect(text.startsWith('\ufeff案件编号,')).toBe(true);
    expect(text).toContain(closed.number);
    expect(text).not.toContain(hidden.number);
    expect(text).not.toContain('垃圾，味道');
    expect(text).not.toContain('某');
    expect(readFileSync(`${directory}/${s.district}/closed-issues-2026-03.csv`, 'utf8')).toBe(text);
    expect((await openDataIndex(directory, s.district))?.files).toEqual([
      { name: 'closed-issues.csv', rowCount: 1 },
      { name: 'closed-issues-2026-03.csv', rowCount: 1 },
    ]);
    rmSync(directory, { recursive: true });
  });

  it('is served to everybody, and nothing beside it', async () => {
    let response = await s.stranger.raw('/open-data/closed-issues.csv');
    for (let n = 0; n < 100 && response.status === 404; n++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      response = await s.stranger.raw('/open-data/closed-issues.csv');
    }
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    for (const path of ['index.json.csv', '..%2f..%2fmaster.key', 'closed-issues-2020-01.csv'])
      expect((await s.stranger.raw(`/open-data/${path}`)).status, path).toBe(404);
  });
});

describe('the file of a download', () => {
  it('is made by the running program and handed to whoever asked', async () => {
    const desk = await s.signIn('desk');
    const id = newId();
    const input = { list: 'reportList', form: 'csv', columns: ['number', 'status'] };
    expect((await desk.act('downloads', id, 'ask', input)).status).toBe(200);
    const path = `/api/${s.district}/downloads/${id}`;
    let response = await desk.raw(`${path}/file`);
    for (let n = 0; n < 100 && response.status === 409; n++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      response = await desk.raw(`${path}/file`);
    }
    expect(response.status).toBe(200);
    const name = (answer: Response): string =>
      decodeURIComponent(answer.headers.get('content-disposition') ?? '');
    expect(name(response)).toMatch(/来件[^-]*-desk某-[^-]+-\d{4}-\d\d-\d\d-\d{4}\.csv$/);
    expect(await response.text()).toContain('来件编号,状态');
    const described = await desk.raw(`${path}/definitions.csv`);
    expect(name(described)).toMatch(/-desk某-.*-字段说明\.csv$/);
    const definitions = await described.text();
    for (const words of ['desk某', '来件编号', '不得对外提供'])
      expect(definitions).toContain(words);
    const shift = await s.signIn('shift');
    expect((await shift.raw(`${path}/file`)).status).toBe(409);
    expect((await s.stranger.raw(`${path}/file`)).status).toBe(401);
  });
});
