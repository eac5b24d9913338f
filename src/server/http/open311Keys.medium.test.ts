/** Keys at the door of Open311: one of an area stays in it. */
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
