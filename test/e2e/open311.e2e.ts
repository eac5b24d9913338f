/**
 * A city app over Open311: it learns from the discovery document where to go, chooses a service, reports in words,
 * and asks until the report is closed, while the district works on it page by page.
 */
import { expect, it } from 'vitest';
import { choose, leave, pick, signInAs } from './person.ts';
import { openDay } from './day.ts';
import {
  accept,
  deskAnswers,
  deskCloses,
  deskSendsToVerify,
  dispatchTo,
  headClaims,
  officerRectifies,
  open,
  openByNumber,
  verify,
} from './steps.ts';

const people = openDay();

/** The security administrator gives the app of the hotline a key, which is shown once. */
async function giveKey(): Promise<string> {
  const page = await signInAs(people, 'secadmin');
  await page.goto('/admin/api-keys');
  const drawer = await open(page, '发放密钥');
  await pick(drawer, '来源单位', '市民热线 12345（演示）');
  await drawer.getByRole('textbox', { name: '用途' }).fill('城市应用');
  await drawer.getByRole('checkbox', { name: '经 Open311 上报' }).check();
  await drawer.getByRole('checkbox', { name: '查询本单位的 Open311 上报详情' }).check();
  await drawer.getByRole('button', { name: '生成密钥' }).click();
  const shown = page.getByRole('dialog', { name: '新密钥只显示这一次' });
  const key = (await shown.getByRole('code').innerText()).trim();
  await leave(page);
  return key;
}

interface Service {
  service_code: string;
  service_name: string;
}

interface Request {
  service_request_id: string;
  status: 'open' | 'closed';
  status_notes: string;
  description: string;
  agency_responsible: string;
}

/** What an app that knows only the specification does. */
class CityApp {
  private endpoint = '';
  private readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  async discover(origin: string): Promise<void> {
    const document = (await (await fetch(`${origin}/open311/v2/discovery.json`)).json()) as {
      endpoints: { type: string; specification: string; url: string }[];
    };
    const found = document.endpoints.find(
      ({ specification, type }) => /GeoReport_v2/i.test(specification) && type === 'production',
    );
    this.endpoint = found?.url ?? '';
  }

  private async ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    const headers = { ...init.headers, authorization: `Bearer ${this.key}` };
    const response = await fetch(`${this.endpoint}/${path}`, { ...init, headers });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  }

  services = (): Promise<Service[]> => this.ask('services.json');

  async report(form: Record<string, string>): Promise<string> {
    const [first] = await this.ask<{ service_request_id: string }[]>('requests.json', {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    return first?.service_request_id ?? '';
  }

  async look(id: string): Promise<Request | undefined> {
    return (await this.ask<Request[]>(`requests/${id}.json`))[0];
  }
}

it('is reported by an app, put right by the district and read to its end by the app', async () => {
  const app = new CityApp(await giveKey());
  await app.discover(people.origin);
  const service = (await app.services()).find((one) => one.service_name === '暴露生活垃圾');
  const words = '银杏里胡同东口的垃圾袋堆了三天没有人收';
  const answer = '已清运，今后每天早晚各收一次。';
  const id = await app.report({
    service_code: service?.service_code ?? '',
    address_string: '云杉街道银杏里社区银杏里胡同东口',
    description: words,
    first_name: '小明',
    last_name: '王',
    phone: '13900001234',
  });
  expect(await app.look(id)).toMatchObject({ status: 'open', description: words });

  const desk = await signInAs(people, 'desk');
  await openByNumber(desk, '/desk/reports', id);
  await choose(desk, '所属区域', '银杏里社区');
  const number = await accept(desk, '暴露生活垃圾');
  await dispatchTo(desk, '区环卫中心');
  await leave(desk);
  expect(await app.look(id)).toMatchObject({ status: 'open', agency_responsible: '区环卫中心' });
  await leave(await headClaims(people, number));
  await officerRectifies(people, number, '已清运并冲洗地面');
  await deskSendsToVerify(people, number);
  await verify(people, 'grid', words, '通过', '现场干净');
  const closing = await deskCloses(people, number);
  await deskAnswers(closing, id, answer);
  await leave(closing);

  const end = await app.look(id);
  expect(end).toMatchObject({ service_request_id: id, status: 'closed' });
  expect(end?.status_notes).toContain(answer);
});
