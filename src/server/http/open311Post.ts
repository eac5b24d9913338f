/**
 * Open311 posting: a form, with photos or without, becomes a report of the key's sender. The same report sent
 * again is the same request: by the header Idempotency-Key for ever, without it by its content for ten to
 * twenty minutes. Sources: GeoReport v2; issue 5-3, 5-15; trust “An answer that did not come is unknown”.
 */
import { createHash } from 'node:crypto';
import type { ApiKey } from '../../domain/apiKey.ts';
import { epochMs } from '../../domain/moment.ts';
import { w3cMoment } from '../../domain/open311.ts';
import { Refused } from '../../domain/refused.ts';
import type { Report } from '../../domain/reportShape.ts';
import { idFrom } from '../idFrom.ts';
import type { MasterData } from '../masterData.ts';
import { perform } from '../perform.ts';
import { isUuid } from '../plan.ts';
import { largestPhoto } from '../photos/upload.ts';
import { keyActor } from './apiKeys.ts';
import { checkValue, readText } from './body.ts';
import type { Ctx, Doors } from './context.ts';
import { checkPlace, inKeyArea } from './keyPlace.ts';
import { readSteadily } from './largeBodies.ts';
import { submitInputOf } from './open311Form.ts';
import { mediaOn } from './open311Media.ts';

const formBytes = 100_000;
const mostPhotos = 5;
const multipartBytes = largestPhoto + formBytes + 10_000;
const windowMs = 10 * 60_000;

export interface Form {
  fields: Map<string, string>;
  photos: Buffer[];
  shownKey: string | undefined;
  idempotencyKey: string | undefined;
}

const kindOf = (c: Ctx): string | undefined =>
  c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();

/** Whether a request brings photos. */
export const isMultipart = (c: Ctx): boolean => kindOf(c) === 'multipart/form-data';

export interface Posts {
  /** Reads a form, urlencoded or (only with the key shown beside it) multipart. Throws 400, 403, 413, 429 or 503. */
  read(c: Ctx, shown: string | undefined): Promise<Form>;
  submit(
    master: MasterData,
    key: ApiKey,
    form: Form,
  ): Promise<Record<'service_request_id' | 'service_notice' | 'account_id', string | null>>;
  /** The number of the report a token (its id) stands for. Throws 404. */
  numberOf(district: string, token: string): Promise<string>;
}

const wrong = (message: string): Refused => new Refused(400, 'badInput', message);

/** Fields that are not empty, each once. */
function fieldsOf(entries: Iterable<[string, string]>): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of entries) {
    checkValue(name);
    checkValue(value);
    if (fields.has(name)) throw wrong(`参数 ${name.slice(0, 40)} 只能出现一次`);
    if (fields.size > 200) throw wrong('参数过多，请减少后重试');
    if (value.trim() !== '') fields.set(name, value.trim());
  }
  return fields;
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

async function readMultipart(c: Ctx): Promise<{ fields: Map<string, string>; photos: Buffer[] }> {
  const length = Number(c.req.header('content-length'));
  if (!Number.isInteger(length)) throw wrong('带照片的上报须写明 content-length');
  const words = '照片合计不能超过 20 MB，请缩小或减少后重试';
  const bytes = new Uint8Array(await readSteadily(c, multipartBytes, words));
  const headers = { 'content-type': c.req.header('content-type') ?? '' };
  const form = await new Response(bytes, { headers }).formData().catch(() => {
    throw wrong('内容不是有效的 multipart/form-data 表单');
  });
  const texts: [string, string][] = [];
  const photos: Buffer[] = [];
  for (const [name, value] of form as unknown as Iterable<[string, string | Blob]>) {
    if (typeof value === 'string') texts.push([name, value]);
    else if (value.size > 0) photos.push(Buffer.from(await value.arrayBuffer()));
  }
  if (photos.length > mostPhotos) throw wrong(`照片最多 ${mostPhotos} 张`);
  return { fields: fieldsOf(texts), photos };
}

export function postsOn(doors: Doors): Posts {
  const { tools } = doors.house;
  const media = mediaOn(doors);

  /** The photos of a request; one that was done before keeps and fetches nothing again. */
  const photosOf = async (
    master: MasterData,
    key: ApiKey,
    { form, words }: { form: Form; words: string },
  ): Promise<string[]> => {
    const address = form.fields.get('media_url');
    if (address !== undefined) media.check(master, address);
    const ids = form.photos.map((_bytes, n) => idFrom(`${words} photo ${n}`));
    const fetched = address === undefined ? [] : [idFrom(`${words} media`)];
    const seen = await tools.store.requests(key.district, [idFrom(words)]);
    if (seen.size === 0) {
      for (const [n, bytes] of form.photos.entries()) await media.keep(key, ids[n] ?? '', bytes);
      for (const id of fetched) await media.keep(key, id, await media.fetch(master, address ?? ''));
    }
    return [...ids, ...fetched];
  };

  /** The words from which the ids of this request are made: those of the last window, if it was seen there. */
  const wordsOf = async (key: ApiKey, form: Form): Promise<string> => {
    if (form.idempotencyKey) return `open311 ${key.id} key ${form.idempotencyKey}`;
    const said = [...form.fields]
      .filter(([name]) => name !== 'api_key')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const digest = sha256(JSON.stringify([said, form.photos.map(sha256)]));
    const window = Math.floor(epochMs(tools.now()) / windowMs);
    const words = (n: number): string => `open311 ${key.id} ${n} ${digest}`;
    const before = idFrom(words(window - 1));
    const seen = await tools.store.requests(key.district, [before]);
    return words(seen.has(before) ? window - 1 : window);
  };

  return {
    read: async (c, shown) => {
      const idempotencyKey = c.req.header('idempotency-key');
      if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,200}$/.test(idempotencyKey))
        throw wrong('Idempotency-Key 须为 1 到 200 个可见的 ASCII 字符');
      if (shown === undefined) doors.limits.stranger(c.get('address'));
      if (isMultipart(c)) {
        if (shown === undefined)
          throw new Refused(
            403,
            'noKey',
            '带照片上报时，密钥须放在请求头 Authorization: Bearer 中',
          );
        return { ...(await readMultipart(c)), shownKey: shown, idempotencyKey };
      }
      if (kindOf(c) !== 'application/x-www-form-urlencoded')
        throw wrong('请以 application/x-www-form-urlencoded 或 multipart/form-data 提交');
      const fields = fieldsOf(new URLSearchParams(await readText(c, formBytes)));
      const shownKey = shown ?? fields.get('api_key');
      return { fields, photos: [], shownKey, idempotencyKey };
    },

    submit: async (master, key, form) => {
      const code = form.fields.get('service_code');
      if (code === undefined) throw wrong('缺少 service_code，请先查询 services');
      const category = master.category(code, tools.now());
      if (!category)
        throw new Refused(404, 'noService', '没有这个 service_code，请先查询 services');
      const input = submitInputOf(form.fields, category);
      checkPlace(master, key, input);
      const words = await wordsOf(key, form);
      const photos =
        form.photos.length > 0 || form.fields.has('media_url')
          ? await photosOf(master, key, { form, words })
          : [];
      const { record } = await perform(tools, keyActor(key, master), {
        noun: 'report',
        id: idFrom(`${words} report`),
        action: 'submit',
        requestId: idFrom(words),
        input: {
          ...inKeyArea(key, input),
          channel: master.senders.get(key.senderCode)?.channel,
          senderCode: key.senderCode,
          ...(photos.length > 0 ? { photos } : {}),
        },
      });
      const { number, acceptDue } = record as unknown as Report;
      return {
        service_request_id: number,
        service_notice: acceptDue && `已收到，将在 ${w3cMoment(acceptDue)} 前受理`,
        account_id: form.fields.get('account_id') ?? null,
      };
    },

    numberOf: async (district, token) => {
      const [found] = isUuid(token) ? await tools.store.find('report', district, [token]) : [];
      if (!found || typeof found.number !== 'string')
        throw new Refused(404, 'noToken', '没有这个 token，或它还没有编号');
      return found.number;
    },
  };
}
