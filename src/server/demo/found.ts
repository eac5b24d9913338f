/**
 * Found 建立虚构的区: its areas, units, places, people and rosters by real actions. Every one has an id and a
 * request id made from words, so that a start after a kill goes on where the last one stopped.
 */
import type { Actor } from '../../domain/access.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import { performMany, type Order, type Performing } from '../perform.ts';
import type { Structure } from './structure.ts';

export interface Addition {
  noun: string;
  nickname: string;
  input: Record<string, unknown>;
}

export interface Founding {
  district: string;
  name: string;
  /** Begins the words that ids are made from; each district has its own. */
  prefix: string;
  structure: Structure;
  /** Role words of a unit, by its code. */
  rolesOf(unitCode: string): string[];
  /** What else belongs to it, in the order it is added. */
  further: readonly (readonly Addition[])[];
  /** Called before a person gets their post: who has a post has a password, whenever it was stopped. */
  beforePost(login: string, personId: string): Promise<void>;
}

const atOnce = 400;

/** Performs those of the orders that were not performed before. Throws when one is refused. */
async function addMissing(
  tools: Performing,
  actor: Actor,
  orders: readonly Order[],
): Promise<void> {
  const missing = await missingOf(tools, actor.district, orders);
  for (let start = 0; start < missing.length; start += atOnce) {
    for (const outcome of await performMany(tools, actor, missing.slice(start, start + atOnce))) {
      if ('done' in outcome) continue;
      const order = missing.find(({ requestId }) => requestId === outcome.requestId);
      throw new Error(
        `demo seed ${order?.noun} ${JSON.stringify(order?.input)}: ${outcome.refused.message}`,
      );
    }
  }
}

async function missingOf(
  tools: Performing,
  district: string,
  orders: readonly Order[],
): Promise<Order[]> {
  const seen = await tools.store.requests(
    district,
    orders.map((order) => order.requestId),
  );
  return orders.filter((order) => !seen.has(order.requestId));
}

/** Makes orders of additions; ids and request ids come from the founding's words. */
function ordersOf({ prefix }: Founding) {
  const id = (noun: string, nickname: string): string => idFrom(`${prefix} ${noun} ${nickname}`);
  return {
    id,
    unitId: (code: string | undefined): string | null => (code ? id('unit', code) : null),
    add: (noun: string, nickname: string, input: Record<string, unknown>): Order => ({
      noun,
      id: id(noun, nickname),
      action: 'add',
      requestId: idFrom(`${prefix} add ${noun} ${nickname}`),
      input,
    }),
  };
}

async function addPlaces(tools: Performing, founding: Founding): Promise<void> {
  const { district, name, structure, rolesOf } = founding;
  const { add, unitId } = ordersOf(founding);
  const areaOrder = ({ code, ...rest }: Structure['areas'][number]): Order => {
    const own = code === district ? { name, isDemo: true } : {};
    return add('area', code, { code, ...rest, ...own });
  };
  for (const length of [6, 9, 12]) {
    const level = structure.areas.filter(({ code }) => code.length === length);
    await addMissing(tools, systemActor(district), level.map(areaOrder));
  }
  await addMissing(tools, systemActor(district, 'systemAdmin'), [
    ...structure.units.map(({ code, parent, area, ...rest }) =>
      add('unit', code, {
        code,
        ...rest,
        parentId: unitId(parent),
        areaCode: area ?? null,
        dutyRoles: rolesOf(code),
      }),
    ),
    ...structure.senders.map((sender) => add('sender', sender.code, sender)),
    ...structure.sites.map(({ key, type, area, unit, at: [lng, lat], ...rest }) =>
      add('site', key, {
        ...rest,
        siteType: type,
        areaCode: area,
        unitId: unitId(unit),
        place: { lng, lat },
      }),
    ),
  ]);
}

/** People are of the installation and added at the server's own moment; their posts are the district's. */
async function addPeople(tools: Performing, real: Performing, founding: Founding): Promise<void> {
  const { district, structure, beforePost } = founding;
  const { add, id, unitId } = ordersOf(founding);
  await addMissing(
    real,
    systemActor(baseDistrict),
    structure.people.map(({ login, name }) => add('person', login, { name, login, isDemo: true })),
  );
  const posts = structure.people.map(({ login, role, title, unit, area }) =>
    add('post', login, {
      personId: id('person', login),
      role,
      title,
      unitId: unitId(unit),
      areaCode: area ?? null,
    }),
  );
  const open = new Set((await missingOf(tools, district, posts)).map((post) => post.id));
  await Promise.all(
    structure.people.map(async ({ login }) => {
      if (open.has(id('post', login))) await beforePost(login, id('person', login));
    }),
  );
  await addMissing(tools, systemActor(district), posts);
}

/**
 * Founds a district, or what is missing of it. `tools` perform in its simulated time, `real` at the
 * server's. Throws when a row is refused: what it is made from is wrong then.
 */
export async function found(
  tools: Performing,
  real: Performing,
  founding: Founding,
): Promise<void> {
  const { district, structure, further } = founding;
  const { add, id } = ordersOf(founding);
  const admin = systemActor(district, 'systemAdmin');
  await addPlaces(tools, founding);
  const [rules = [], ...rest] = further;
  const orderOf = ({ noun, nickname, input }: Addition): Order => add(noun, nickname, input);
  await addMissing(tools, admin, rules.map(orderOf));
  await addPeople(tools, real, founding);
  for (const additions of rest) await addMissing(tools, admin, additions.map(orderOf));
  await addMissing(
    tools,
    admin,
    structure.rosters.map(({ unit, post, weekdays, from, to }) =>
      add('roster', `${unit} ${post}`, {
        unitId: id('unit', unit),
        postId: id('post', post),
        weekdays,
        startsAt: from,
        endsAt: to,
      }),
    ),
  );
}
