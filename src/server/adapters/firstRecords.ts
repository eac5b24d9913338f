/**
 * First records 初始登记: what the command line enters before anybody can sign in: a sender whose file is
 * loaded, and the first administrator of a district. Each by real actions that may be repeated.
 */
import type pg from 'pg';
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { roleLabels, Role } from '../../domain/access.ts';
import { Channel } from '../../domain/channel.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import type { Sender } from '../../domain/sender.ts';
import { Refused } from '../../domain/refused.ts';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import { perform, type Order, type Performing } from '../perform.ts';
import type { ReportMap } from './reportMap.ts';

const addition = (noun: string, words: string, input: Record<string, unknown>): Order => {
  const id = idFrom(`first ${noun} ${words}`);
  return { noun, id, action: 'add', requestId: idFrom(`add ${id}`), input };
};

export interface NewSender {
  code: string;
  name: string;
  map: ReportMap;
}

/** The channel of a sender: the map's when that is one for all rows. */
function channelOf({ channel }: ReportMap): Channel {
  const named = typeof channel === 'object' && 'constant' in channel ? channel.constant : 'hotline';
  const known = Channel.safeParse(named);
  if (known.success) return known.data;
  throw new Refused(
    400,
    'badMap',
    `对照表里的来源渠道“${named}”不对，可用：${Channel.options.join('、')}`,
  );
}

const orderFor = (district: string, { code, name, map }: NewSender): Order =>
  addition('sender', `${district} ${code}`, { code, name, channel: channelOf(map) });

/** Registers the sender of a map. */
export async function registerSender(
  tools: Performing,
  district: string,
  sender: NewSender,
): Promise<void> {
  await perform(tools, systemActor(district), orderFor(district, sender));
}

/** The sender as it would be registered, for a dry run. */
export function senderIn(district: string, sender: NewSender): Sender {
  const { id } = orderFor(district, sender);
  const { code, name, map } = sender;
  const channel = channelOf(map);
  return {
    id,
    district,
    version: 1,
    status: 'active',
    code,
    name,
    channel,
    orderMap: null,
    expectMinutes: null,
    expectedAt: null,
    missedAt: null,
  };
}

const District = z.string().regex(/^\d{6}$/);

async function checkDistrict(
  tools: Performing,
  district: string,
  districtName: string | undefined,
): Promise<void> {
  if (!District.safeParse(district).success || district === baseDistrict) {
    throw new Refused(400, 'badDistrict', '区代码须为 6 位数字（GB/T 2260），例如 110105');
  }
  if ((await tools.master.of(district)).areas.has(district)) return;
  if (districtName === undefined) {
    throw new Refused(
      400,
      'noDistrict',
      `还没有代码为 ${district} 的区，请加上 --district-name 名称 建立它`,
    );
  }
  const area = addition('area', district, { code: district, name: districtName });
  await perform(tools, systemActor(district), area);
}

export interface FirstAdministrator {
  role: string;
  login: string;
  name: string;
  district: string;
  districtName?: string;
}

/**
 * Creates the first administrator of a kind in a district; later ones are appointed on the page. The
 * password is set before the post, so that a post is never without one.
 */
export async function createAdministrator(
  tools: Performing,
  { role: named, login, name, district, districtName }: FirstAdministrator,
  setPassword: (personId: string) => Promise<void>,
): Promise<void> {
  const role = Role.parse(named);
  await checkDistrict(tools, district, districtName);
  const master = await tools.master.of(district);
  if ([...master.posts.values()].some((post) => post.role === role && post.status === 'active')) {
    throw new Refused(
      409,
      'hasAdministrator',
      `本区已有${roleLabels[role]}，请由安全管理员在页面上任命岗位`,
    );
  }
  const person = addition('person', login, { name, login });
  if ((await tools.store.postsHeldBy(person.id)).length > 0) {
    throw new Refused(
      409,
      'hasPost',
      `登录名 ${login} 的人员已有岗位；三个管理员须是三个人，请另选登录名`,
    );
  }
  await perform(tools, systemActor(baseDistrict), person);
  const post = addition('post', `${district} ${role} ${login}`, {
    personId: person.id,
    role,
    title: roleLabels[role],
  });
  await setPassword(person.id);
  await perform(tools, systemActor(district), post);
}

/** Records that a password is reset by whoever keeps the server. Returns the person's id. */
export async function resetPassword(
  tools: Performing,
  pool: pg.Pool,
  login: string,
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from person where district = $1 and login = $2`,
    [baseDistrict, login],
  );
  const id = rows[0]?.id;
  if (!id) throw new Refused(404, 'noPerson', `没有登录名为 ${login} 的人员，请核对后重试`);
  await perform(tools, systemActor(baseDistrict), {
    noun: 'person',
    id,
    action: 'resetPassword',
    requestId: newId(),
    input: {},
  });
  return id;
}
