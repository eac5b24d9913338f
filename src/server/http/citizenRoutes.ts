/** The citizen's doors: no account. A report under the channel `citizen`, and photos by a short-lived token. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { v4 } from 'uuid';
import { z } from 'zod';
import { lineOfRole, type Actor } from '../../domain/access.ts';
import { CodedAnswer } from '../../domain/callbackApi.ts';
import { epochMs } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { systemActor } from '../baseSeed.ts';
import { perform } from '../perform.ts';
import { callbackStateOf, latestCallback } from '../queries/callbackState.ts';
import { followedReport } from '../queries/citizen.ts';
import { parseBody } from './actionRoutes.ts';
import { readJson } from './body.ts';
import type { Ctx, Doors, Env } from './context.ts';

const lifetimeMs = 60 * 60_000;

const Body = z.strictObject({ requestId: z.uuid(), input: z.record(z.string(), z.unknown()) });

/** Fields a citizen may send; the channel and everything else is ours. */
const allowed = new Set([
  'content',
  'areaCode',
  'categoryCode',
  'place',
  'address',
  'complainantName',
  'complainantPhone',
  'followHash',
  'photos',
  'kind',
]);

/** Tokens: uploader id, end of life and a keyed digest; the uploader is a stranger without a name. */
export function uploadTokens(doors: Pick<Doors, 'house'>) {
  const { box, now } = doors.house.tools;
  const sign = (text: string): Buffer =>
    createHmac('sha256', box.digest('upload tokens')).update(text).digest();
  return {
    make: (district: string): string => {
      const body = `${v4()}.${district}.${epochMs(now()) + lifetimeMs}`;
      return `${body}.${sign(body).toString('base64url')}`;
    },
    /** The stranger's id. Throws 401 when the token is false, foreign or old. */
    read: (token: string, district: string): string => {
      const cut = token.lastIndexOf('.');
      const body = token.slice(0, cut);
      const given = Buffer.from(token.slice(cut + 1), 'base64url');
      const expected = sign(body);
      const [personId, home, end] = body.split('.');
      const isTrue = given.length === expected.length && timingSafeEqual(given, expected);
      if (!isTrue || !personId || home !== district || Number(end) < epochMs(now())) {
        throw new Refused(401, 'badUploadToken', '上传凭证已过期，请刷新页面后重试');
      }
      return personId;
    },
  };
}

/** The citizen as an actor: sees nothing, may only submit. */
const citizen = (personId: string, district: string): Actor => ({
  personId,
  postId: personId,
  name: '市民',
  role: 'citizen',
  line: lineOfRole.citizen,
  district,
  unitId: null,
  unitIds: [],
  areaCodes: [],
  posts: [],
});

async function checkDistrict(c: Ctx, doors: Doors): Promise<string> {
  const district = c.req.param('district') ?? '';
  if (!(await doors.districts()).some(({ code }) => code === district)) {
    throw new Refused(404, 'noSuchDistrict', '没有这个区');
  }
  return district;
}

export function citizenRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const tokens = uploadTokens(doors);

  routes.post('/upload-token', async (c) => {
    doors.limits.citizen(c.get('address'));
    return c.json({ token: tokens.make(await checkDistrict(c, doors)) });
  });

  routes.post('/reports/:id', async (c) => {
    doors.limits.citizen(c.get('address'));
    const district = await checkDistrict(c, doors);
    const id = c.req.param('id');
    if (!z.uuid().safeParse(id).success)
      throw new Refused(400, 'badId', '编号无效，请刷新页面后重试');
    const { requestId, input } = parseBody(Body, await readJson(c));
    const unknown = Object.keys(input).find((field) => !allowed.has(field));
    if (unknown)
      throw new Refused(400, 'badInput', '含有不能填写的项目', {
        fields: [{ field: unknown, message: '不能填写' }],
      });
    const token = c.req.header('x-upload-token');
    // Without a token the request's own id stands for the stranger, so that a repeat is the same request.
    const personId = token ? tokens.read(token, district) : requestId;
    const { record } = await perform(doors.house.tools, citizen(personId, district), {
      noun: 'report',
      id,
      action: 'submit',
      requestId,
      input: { ...input, channel: 'citizen', kind: input.kind ?? 'complaint' },
    });
    return c.json({ number: record.number });
  });

  /** Number and code in, the answers of the complainant; performed by the system, each closing once. */
  routes.post('/callbacks', async (c) => {
    const district = await checkDistrict(c, doors);
    const { requestId, number, code, answer } = parseBody(CodedAnswer, await readJson(c));
    doors.limits.follow(c.get('address'), number);
    const { db, tools } = doors.house;
    const report = await followedReport({ db, district }, { number, code });
    const latest = await latestCallback({ db, district }, report.id);
    if (!latest) throw new Refused(409, 'notAsked', '现在没有需要您评价的事项，办结后再来评价');
    const order = { noun: 'callback', id: latest.id, action: 'answerByCode', input: answer };
    try {
      await perform(tools, systemActor(district), { ...order, requestId });
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'wrongStatus') throw error;
      const words =
        callbackStateOf(latest) === 'answered'
          ? '这次办结已经评价过，谢谢您'
          : '这次办结的评价已经截止，如问题仍在，请重新反映';
      throw new Refused(409, 'notOpen', words);
    }
    return c.json({ isTaken: true });
  });

  return routes;
}
