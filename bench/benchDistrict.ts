/** The demo district furnished for the measurements: workers enough for the limits, issues, photos. */
import type pg from 'pg';
import { seedBase, systemActor } from '../src/server/baseSeed.ts';
import { idFrom } from '../src/server/idFrom.ts';
import { accountsOn } from '../src/server/accounts.ts';
import { baseDistrict } from '../src/domain/nouns.ts';
import type { Role } from '../src/domain/access.ts';
import { demoDistrict, demoId } from '../src/server/demoSeed.ts';
import type { House } from '../src/server/house.ts';
import { performMany, type Order } from '../src/server/perform.ts';
import { issueIdOf, photoIdOf, reportIdOf } from './benchIds.ts';
import type { Worker } from './load.ts';
import { demoPassword } from './signIn.ts';

export const unitId = demoId('unit', 'clean');
const area = `${demoDistrict}001001`;

interface Person {
  login: string;
  number: number;
  role: Worker['role'];
}

const roleOf: Record<Worker['role'], Role> = { desk: 'desk', head: 'unitHead', grid: 'gridWorker' };

/** One person may do 200 requests a second, so there are twenty at the desk. */
export const people: Person[] = (['desk', 'head', 'grid'] as const)
  .flatMap((role) =>
    Array.from({ length: role === 'desk' ? 20 : 8 }, (_each, n) => ({
      login: `bench-${role}-${n}`,
      role,
    })),
  )
  .map((person, number) => ({ ...person, number }));

export const personIdOf = (login: string): string => idFrom(`bench person ${login}`);

const order = (
  noun: string,
  id: string,
  action: string,
  input: Record<string, unknown>,
): Order => ({
  noun,
  id,
  action,
  requestId: idFrom(`bench ${noun} ${id} ${action}`),
  input,
});

async function performAll(
  house: House,
  actor: ReturnType<typeof systemActor>,
  orders: Order[],
): Promise<void> {
  for (let from = 0; from < orders.length; from += 200) {
    for (const outcome of await performMany(house.tools, actor, orders.slice(from, from + 200))) {
      if ('refused' in outcome) throw new Error(`bench data: ${outcome.refused.message}`);
    }
  }
}

/** The workers in a district; heads only where there is the unit. */
export async function addPeople(
  house: House,
  district = demoDistrict,
  workers: readonly Person[] = people,
): Promise<void> {
  const accounts = accountsOn(house.pool, house.tools);
  await performAll(
    house,
    systemActor(baseDistrict),
    workers.map(({ login }) =>
      order('person', personIdOf(login), 'add', { name: login, login, isDemo: true }),
    ),
  );
  for (const { login } of workers)
    await accounts.setPassword(personIdOf(login), demoPassword(), false);
  await performAll(
    house,
    systemActor(district),
    workers.map(({ login, role }) =>
      order('post', idFrom(`bench post ${district} ${login}`), 'add', {
        personId: personIdOf(login),
        role: roleOf[role],
        title: login,
        unitId: role === 'head' ? unitId : null,
        areaCode: role === 'grid' ? district : null,
      }),
    ),
  );
}

/** Reports and accepted issues 1 … n, through `perform`. */
async function addIssues(house: House, issues: number): Promise<void> {
  const orders = Array.from({ length: issues }, (_each, index) => index + 1).flatMap((n) => [
    order('report', reportIdOf(n), 'submit', {
      channel: 'hotline',
      content: `第 ${n} 件：路边有暴露垃圾，味道很大`,
      areaCode: area,
      address: `文昌路 ${n} 号`,
      place: { lng: 116.3 + (n % 1000) / 5000, lat: 40 + (n % 777) / 5000 },
    }),
    order('issue', issueIdOf(n), 'accept', {
      reportId: reportIdOf(n),
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: area,
    }),
  ]);
  await performAll(house, systemActor(demoDistrict, 'desk'), orders);
}

/** Rows of finished photos, as uploads leave them; a lifecycle takes one of the head's and one of the finder's. */
async function addPhotos(pool: pg.Pool, from: number, count: number): Promise<void> {
  for (const { login, number, role } of people) {
    if (role === 'desk') continue;
    await pool.query(
      `insert into photo (district, id, person_id, sha256, size, status, kind, created_at, completed_at)
       select $1, (left($2, 24) || lpad(to_hex(n), 12, '0'))::uuid, $3, repeat('0', 64), 1000, 'complete', 'jpeg', now(), now()
       from generate_series($4::integer, $5::integer) n`,
      [demoDistrict, photoIdOf(number, 0), personIdOf(login), from, from + count - 1],
    );
  }
}

/** Furnishes the district on an open house. The lifecycles begin at issue number `issues + 1`. */
export async function furnishBench(
  house: House,
  issues: number,
  lifecycles: number,
): Promise<void> {
  await seedBase(house.tools);
  await addPeople(house);
  await addIssues(house, issues);
  await addPhotos(house.pool, issues + 1, lifecycles);
}
