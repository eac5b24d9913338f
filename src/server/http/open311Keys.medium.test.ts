/** Keys at the door of Open311: one of an area stays in it, and a made-up one costs nothing. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { cityApp, numberIn, type CityApp } from '../testing/cityApp.ts';
import { served, type Served } from '../testing/served.ts';

let s: Served;
let app: CityApp;
beforeAll(async () => {
  s = await served();
  app = await cityApp(s);
});
afterAll(() => s.stop());

describe('a key of one area', () => {
  const site = async (areaCode: string): Promise<string> => {
    const id = newId();
    const place = { lng: 116.3, lat: 40.05 };
    const input = { name: `点位 ${id}`, siteType: 'ALLEY', areaCode, place };
    await s.run('systemAdmin', 'site', id, 'add', input);
    return id;
  };

  it('reports at sites of its area only, and the report lies where the site does', async () => {
    const { key } = await app.addKey({ areaCode: '110199001' });
    const post = (address_id: string) =>
      app.post({ api_key: key, service_code: 'E0101', description: newId(), address_id });
    const there = await post(await site('110199002001'));
    expect([there.status, there.text]).toEqual([403, expect.stringContaining('所属区域')]);
    const here = await post(await site('110199001001'));
    expect((await app.reportOf(numberIn(here))).areaCode).toBe('110199001001');
    const words = { api_key: key, service_code: 'E0101', address_string: '学府路 1 号' };
    expect((await app.reportOf(numberIn(await app.post(words)))).areaCode).toBe('110199001');
  });
});

describe('a form with photos', () => {
  /** The status answered to a form of which only the beginning comes. */
  const begun = (key: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(`${s.origin}/open311/v2/requests.json`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'multipart/form-data; boundary=b',
          'content-length': 19_000_000,
        },
      });
      asked.on('response', ({ statusCode = 0 }) => {
        resolve(statusCode);
        asked.destroy();
      });
      asked.on('error', reject);
      asked.write('--b\r\n');
    });

  it('is refused before it is read when the key is made up or has no right, and a flood must wait', async () => {
    const { key } = await app.addKey({ rights: ['open311.read'] });
    expect(await begun(key)).toBe(403);
    const statuses = new Set<number>();
    for (let n = 0; n < 400 && !statuses.has(429); n += 20)
      for (const status of await Promise.all(Array.from({ length: 20 }, () => begun(newId()))))
        statuses.add(status);
    expect([...statuses].sort((a, b) => a - b)).toEqual([403, 429]);
  }, 15_000);

  it('that stops coming is given up, and those of other keys go on meanwhile', async () => {
    const [slow, quick] = [await app.addKey(), await app.addKey()];
    const stopped = Array.from({ length: 4 }, () => begun(slow.key));
    const form = new FormData();
    form.append('service_code', 'E0101');
    form.append('address_string', '学府路 1 号');
    const encoded = new Response(form);
    const started = performance.now();
    const reply = await s.stranger.raw('/open311/v2/requests.json', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${quick.key}`,
        'content-type': encoded.headers.get('content-type') ?? '',
      },
      body: Buffer.from(await encoded.arrayBuffer()),
    });
    expect(reply.status).toBe(200);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(await Promise.all(stopped)).toEqual([503, 503, 503, 503]);
  }, 30_000);
});
