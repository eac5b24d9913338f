/**
 * Intake 签名接口: `/api/v1/intake/SENDER/…`, where systems of others send reports, photos and the states of cases
 * handed to them, each message signed by Standard Webhooks. Sources: issue 5-2, 5-15; docs/connecting.md.
 */
import { Hono } from 'hono';
import { answerOf, mostItems, mostMessageBytes, type ItemAnswer } from '../../domain/intake.ts';
import type { ApiRight } from '../../domain/apiKey.ts';
import { Refused } from '../../domain/refused.ts';
import type { MasterData } from '../masterData.ts';
import { largestPhoto } from '../photos/upload.ts';
import { checkJsonType, parseJson, readBytes } from './body.ts';
import type { Ctx, Doors, Env } from './context.ts';
import { districtOf } from './dataRoutes.ts';
import { answeredOnce } from './intakeMessages.ts';
import { intakePhotosOn } from './intakePhotos.ts';
import { intakeReportsOn } from './intakeReports.ts';
import { intakeStatesOn } from './intakeStates.ts';
import { signaturesOn, type Signed } from './intakeSignature.ts';
import { readSteadily, sharedLanes } from './largeBodies.ts';

const tooLarge = `一次发送不能超过 1 MB、${mostItems} 件，请分几次发送`;

/** The items of a body: under one name a list, or one item by itself. Throws 400. */
function itemsOf(value: unknown, name: 'reports' | 'states'): unknown[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Refused(400, 'badBody', `内容须为一件，或一组：{"${name}": […]}`);
  if (!(name in value)) return [value];
  const { [name]: list, ...rest } = value as Record<string, unknown>;
  if (!Array.isArray(list)) throw new Refused(400, 'badBody', `${name} 须为列表`);
  if (Object.keys(rest).length > 0)
    throw new Refused(400, 'badBody', `除 ${name} 外不能有其他项目，请按文档填写`);
  if (list.length > mostItems)
    throw new Refused(
      400,
      'tooMany',
      `一次最多 ${mostItems} 件，这次有 ${list.length} 件，都没有采用，请分几次发送`,
    );
  return list as unknown[];
}

interface Came {
  master: MasterData;
  signed: Signed;
  body: Buffer;
}

export function intakeRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const { pool, tools } = doors.house;
  const signatures = signaturesOn(doors);
  const photos = intakePhotosOn(doors);
  // Each is held in memory until its signature is known: of one address only some, so that nobody shuts the door.
  const inMemory = sharedLanes(8, 4, 40);
  const reports = intakeReportsOn(doors, photos);
  const states = intakeStatesOn(doors, photos);

  /** Who sent what, when the signature is right. */
  const receive = async (
    c: Ctx,
    right: ApiRight | null,
    read: () => Promise<Buffer>,
  ): Promise<Came> => {
    const master = await tools.master.of(await districtOf(doors, c.req.query('district')));
    const senderCode = c.req.param('sender') ?? '';
    signatures.expect(c, master, senderCode);
    const body = await read();
    const signed = await signatures.require(c, { master, senderCode, body, right });
    return { master, signed, body };
  };

  const takes = (
    name: 'reports' | 'states',
    right: ApiRight,
    take: (came: Came, items: unknown[]) => Promise<ItemAnswer[]>,
  ): void => {
    routes.post(`/:sender/${name}`, async (c) => {
      const came = await receive(c, right, () => readBytes(c, mostMessageBytes, tooLarge));
      checkJsonType(c);
      const items = itemsOf(parseJson(came.body), name);
      const message = { what: name, body: came.body, now: tools.now };
      const answer = await answeredOnce(pool, came.signed, message, async () =>
        answerOf(await take(came, items)),
      );
      return c.json(answer);
    });
  };

  takes('reports', 'intake.post', ({ master, signed }, items) =>
    reports.take(master, signed, items),
  );

  takes('states', 'intake.state', ({ master, signed }, items) =>
    states.take(master, signed, items),
  );

  routes.post('/:sender/photos', async (c) => {
    const words = '照片不能超过 20 MB，请缩小后重发';
    return inMemory(c.get('address'), async () => {
      const { signed, body } = await receive(c, null, () => readSteadily(c, largestPhoto, words));
      return c.json(await photos.keep(signed, body));
    });
  });

  routes.all('*', () => {
    throw new Refused(
      404,
      'noSuchAddress',
      '没有这个地址；可用的是 /api/v1/intake/来源单位代码/ 下的 reports、photos、states',
    );
  });
  return routes;
}
