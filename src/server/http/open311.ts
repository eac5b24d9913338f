/**
 * Open311 GeoReport v2, the addresses under /open311/v2: services, requests, tokens and discovery, as XML or
 * JSON by the end of the address. Reading needs no key and shows what strangers may see; posting needs a key
 * with the right `open311.post`. Sources: GeoReport v2 (open311.org); issue 5-3; docs/connecting.md.
 */
import { Hono } from 'hono';
import { LRUCache } from 'lru-cache';
import { attributesOf, serviceOf } from '../../domain/open311.ts';
import { Refused } from '../../domain/refused.ts';
import { refusalOf } from '../database.ts';
import type { MasterData } from '../masterData.ts';
import { lanes } from '../photos/lanes.ts';
import { serviceRequests, type Own } from '../queries/open311.ts';
import { areasOfKey, keyInHeader, keysOn } from './apiKeys.ts';
import { checkValue } from './body.ts';
import type { Ctx, Doors, Env } from './context.ts';
import { sharedLanes } from './largeBodies.ts';
import { discoveryOf } from './open311Discovery.ts';
import { filterOf, mostRequests } from './open311Filter.ts';
import { isMultipart, postsOn } from './open311Post.ts';
import { xmlOf, type Tree } from './open311Xml.ts';

type Format = 'json' | 'xml';
type Params = Record<string, string>;

const contentTypes: Record<Format, string> = {
  json: 'application/json; charset=utf-8',
  xml: 'text/xml; charset=utf-8',
};

const written = (root: string, value: Tree, format: Format): string =>
  format === 'json' ? JSON.stringify(value) : xmlOf(root, value);

const noAddress = (): Refused =>
  new Refused(404, 'noSuchAddress', '没有这个地址；地址须以 .json 或 .xml 结尾');

/** `requests.json` → requests, json. Throws 404 without a format we have. */
function parted(segment: string): { name: string; format: Format } {
  const [, name, format] = /^([\w-]{1,100})\.(json|xml)$/.exec(segment) ?? [];
  if (name === undefined) throw noAddress();
  return { name, format: format as Format };
}

/** Parameters that may be given several times or with commas. */
const lists = new Set(['service_request_id', 'service_code', 'status']);

/** The parameters of an address that are not empty. Throws 400 for one that is repeated. */
function paramsOf(c: Ctx): Params {
  const params: Params = {};
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length > 1 && !lists.has(name))
      throw new Refused(400, 'repeated', `参数 ${name.slice(0, 40)} 只能出现一次`);
    const value = values.join(',');
    checkValue(value);
    if (value !== '') params[name] = value;
  }
  return params;
}

/** How long, in milliseconds, an answer for strangers or one sender is given again as it is. */
const fresh = 1_000;

type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** Answers that were made within the last second, and those being made now: many who ask the same wait for one. */
function answersOfSecond() {
  const made = new LRUCache<string, Bytes>({
    max: 1_000,
    maxSize: 60_000_000,
    sizeCalculation: ({ length }) => length,
    ttl: fresh,
  });
  const making = new Map<string, Promise<Bytes>>();
  return (key: string, make: () => Promise<string>): Bytes | Promise<Bytes> => {
    const found = made.get(key) ?? making.get(key);
    if (found !== undefined) return found;
    const answer = make()
      .then((text) => {
        const bytes = encoder.encode(text);
        made.set(key, bytes);
        return bytes;
      })
      .finally(() => making.delete(key));
    making.set(key, answer);
    return answer;
  };
}

/** Asks the districts once a second. */
function districtsOn(doors: Doors): () => Promise<string[]> {
  const known = new LRUCache<'all', string[]>({ max: 1, ttl: fresh });
  return async () => {
    const found = known.get('all') ?? (await doors.districts()).map(({ code }) => code);
    known.set('all', found);
    return found;
  };
}

/** An error in the form of the specification; only 400, 403 and 404 are its own. */
function errorAnswer(c: Ctx, error: unknown, doors: Doors): Response {
  const refused = error instanceof Refused ? error : refusalOf(error);
  const format: Format = c.req.path.endsWith('.json') ? 'json' : 'xml';
  if (!refused) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    doors.log.error({ requestId: c.get('requestId'), name, message, stack }, 'bug');
  }
  const own = [403, 404, 413, 429, 503, 507];
  const status = refused ? (own.includes(refused.status) ? refused.status : 400) : 500;
  if (status === 429 || status === 503 || status === 507)
    c.header('retry-after', String(refused?.details?.retryAfter ?? 2));
  if (status === 403 || status === 429)
    doors.log.warn({ requestId: c.get('requestId'), code: refused?.code }, 'refused');
  const fields = refused?.details?.fields as { field: string; message: string }[] | undefined;
  const words = fields?.map(({ field, message }) => `${field}：${message}`) ?? [
    refused?.message ?? `系统出现问题，请稍后重试（编号 ${c.get('requestId')}）`,
  ];
  const errors = words.map((description) => ({ code: status, description }));
  return c.body(written('errors', errors, format), status as 400, {
    'content-type': contentTypes[format],
  });
}

export function open311Routes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const { pool, tools } = doors.house;
  const keys = keysOn(doors);
  const districts = districtsOn(doors);
  const answers = answersOfSecond();
  const posts = postsOn(doors);
  // However many ask for something else each, the database has room for the office.
  const lane = lanes(4, 400);
  // Photos are held in memory until they are kept.
  const inMemory = sharedLanes(4, 2, 20);

  const answer = (c: Ctx, body: string | Bytes, format: Format): Response =>
    c.body(body, 200, {
      'content-type': contentTypes[format],
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });

  /** The district of `jurisdiction_id`; where there is only one it may be left out. */
  const jurisdiction = async (given: string | undefined): Promise<MasterData> => {
    const known = await districts();
    const code = given ?? (known.length === 1 ? known[0] : undefined);
    if (code === undefined)
      throw new Refused(400, 'noJurisdiction', '缺少 jurisdiction_id（区划代码），此处有多个区');
    if (!known.includes(code))
      throw new Refused(404, 'noSuchJurisdiction', 'jurisdiction_id 没有对应的区，请核对区划代码');
    return tools.master.of(code);
  };

  /** Whose own reports the caller may see whole; strangers are counted by their address. */
  const readerOf = async (c: Ctx, params: Params, master: MasterData): Promise<Own | null> => {
    const shown = keyInHeader(c) ?? params.api_key;
    if (shown === undefined) {
      doors.limits.stranger(c.get('address'));
      return null;
    }
    const key = await keys.find(c, { district: master.district, shown });
    if (!key.rights.includes('open311.read')) return null;
    return { senderCode: key.senderCode, areas: areasOfKey(key, master) };
  };

  const keyOf = (master: MasterData, own: Own | null, rest: unknown): string =>
    JSON.stringify([master.district, own, rest]);

  routes.get('/:name', async (c) => {
    const { name, format } = parted(c.req.param('name'));
    const params = paramsOf(c);
    if (name === 'discovery') {
      doors.limits.stranger(c.get('address'));
      return answer(c, written('discovery', discoveryOf(c, doors), format), format);
    }
    if (name !== 'services' && name !== 'requests') throw noAddress();
    const master = await jurisdiction(params.jurisdiction_id);
    const own = await readerOf(c, params, master);
    if (name === 'services') {
      const make = async (): Promise<string> =>
        written(
          'services',
          master.categoriesAt(tools.now()).map(serviceOf) as unknown as Tree,
          format,
        );
      return answer(c, await answers(keyOf(master, null, ['services', format]), make), format);
    }
    const { api_key: _key, ...asked } = params;
    const now = tools.now();
    const filter = filterOf(asked, now);
    const make = async (): Promise<string> =>
      written(
        'service_requests',
        await lane(() => serviceRequests(pool, master, { filter, own, now })),
        format,
      );
    return answer(c, await answers(keyOf(master, own, [asked, format]), make), format);
  });

  routes.get('/:kind/:name', async (c) => {
    const { kind } = c.req.param();
    const { name, format } = parted(c.req.param('name'));
    if (!['services', 'requests', 'tokens'].includes(kind)) throw noAddress();
    const params = paramsOf(c);
    const master = await jurisdiction(params.jurisdiction_id);
    const own = await readerOf(c, params, master);
    const now = tools.now();
    if (kind === 'services') {
      const category = master.category(name, now);
      if (!category)
        throw new Refused(404, 'noService', '没有这个 service_code，请先查询 services');
      const definition = { service_code: category.code, attributes: attributesOf(category) };
      return answer(
        c,
        written('service_definition', definition as unknown as Tree, format),
        format,
      );
    }
    if (kind === 'tokens') {
      const found = await posts.numberOf(master.district, name);
      const body = [{ service_request_id: found, token: name }];
      return answer(c, written('service_requests', body, format), format);
    }
    const filter = { numbers: [name], from: now, to: now, limit: mostRequests, offset: 0 };
    const found = await lane(() => serviceRequests(pool, master, { filter, own, now }));
    if (found.length === 0)
      throw new Refused(404, 'noRequest', '没有这个 service_request_id，或它不对外公开');
    return answer(c, written('service_requests', found, format), format);
  });

  routes.post('/:name', async (c) => {
    const { name, format } = parted(c.req.param('name'));
    if (name !== 'requests') throw noAddress();
    const shown = keyInHeader(c) ?? paramsOf(c).api_key;
    const right = 'open311.post';
    if (shown !== undefined) await keys.expect(c, { districts: await districts(), shown, right });
    const make = async () => {
      const form = await posts.read(c, shown);
      const master = await jurisdiction(form.fields.get('jurisdiction_id'));
      const { district } = master;
      const key = await keys.require(c, { district, shown: form.shownKey, right });
      return posts.submit(master, key, form);
    };
    const made = await (shown !== undefined && isMultipart(c) ? inMemory(shown, make) : make());
    return c.body(written('service_requests', [made], format), 200, {
      'content-type': contentTypes[format],
    });
  });

  routes.all('*', () => {
    throw noAddress();
  });
  routes.onError((error, c) => errorAnswer(c, error, doors));
  return routes;
}
