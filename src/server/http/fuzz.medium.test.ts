import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { openApi } from '../openapi.ts';
import { served, type Client, type Served } from '../testing/served.ts';

/** Requests in all; each is a random or hostile body or address over one route of the document. */
const rounds = 10_000;

type Json = Record<string, unknown>;

const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    "'; drop table issue; --",
    '<script>alert(1)</script>',
    '{{constructor}}',
    '../../etc/passwd',
    '=cmd|calc',
    '１３８００００１１１１',
    '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '2026-02-30',
    'NaN',
    '-1',
    '00000000-0000-0000-0000-000000000000',
    '__proto__',
  ),
  fc.constant('长'.repeat(5_000)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, -0, 1e308, null, true, [], {}, [[[[]]]]),
  fc.record({
    lng: fc.constantFrom(0, 39.9, 116.4, 1e9),
    lat: fc.constantFrom(0, 116.4, 39.9, -1e9),
  }),
  fc.uuid(),
);

/** A value that fits a schema, or not, about half the time. */
function valueFor(schema: Json, depth = 0): fc.Arbitrary<unknown> {
  const fitting = fittingValue(schema, depth);
  return fc.oneof({ weight: 3, arbitrary: fitting }, { weight: 1, arbitrary: nasty });
}

function fittingValue(schema: Json, depth: number): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  if (schema.const !== undefined) return fc.constant(schema.const);
  const either = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (either) return fc.oneof(...either.map((one) => valueFor(one, depth + 1)));
  if (schema.type === 'object' && depth < 6) {
    const properties = (schema.properties ?? {}) as Record<string, Json>;
    const required = (schema.required ?? []) as string[];
    const fields = Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, valueFor(one, depth + 1)]),
    );
    return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  }
  if (schema.type === 'array')
    return fc.array(valueFor((schema.items ?? {}) as Json, depth + 1), { maxLength: 3 });
  if (schema.type === 'integer' || schema.type === 'number')
    return fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double());
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.format === 'uuid') return fc.uuid({ version: 7 });
  if (schema.type === 'string')
    return fc.oneof(
      fc.constantFrom('核查', '110199001', 'E0101', '2026-03-05'),
      fc.string({ maxLength: 20 }),
    );
  return nasty;
}

interface Route {
  method: 'get' | 'post';
  path: string;
  names: string[];
  query: [string, Json][];
  body: Json | undefined;
}

function routesOf(document: Json): Route[] {
  const routes: Route[] = [];
  for (const [path, methods] of Object.entries(document.paths as Record<string, Json>)) {
    for (const [method, operation] of Object.entries(methods as Record<'get' | 'post', Json>)) {
      const parameters = (operation.parameters ?? []) as {
        name: string;
        in: string;
        schema: Json;
      }[];
      const content = (
        operation.requestBody as { content?: Record<string, { schema: Json }> } | undefined
      )?.content;
      routes.push({
        method: method as Route['method'],
        path,
        names: parameters.filter((one) => one.in === 'path').map((one) => one.name),
        query: parameters.filter((one) => one.in === 'query').map((one) => [one.name, one.schema]),
        body: content?.['application/json']?.schema,
      });
    }
  }
  return routes;
}

describe('bad input', () => {
  let s: Served;
  let clients: Client[];
  let known: string[];
  beforeAll(async () => {
    s = await served();
    const people = [
      'desk',
      'shift',
      'head',
      'officer',
      'streetHead',
      'communityHead',
      'grid',
      'otherGrid',
      'assessor',
      'leader',
      'supervisor',
      'auditAdmin',
      'systemAdmin',
      'securityAdmin',
    ];
    clients = [];
    for (const person of people) clients.push(await s.signIn(person));
    const issues = await Promise.all(
      (['accepted', 'dispatched', 'claimed'] as const).map((status) => s.issue({ status })),
    );
    known = [...issues.map(({ id }) => id), (await s.report()).id];
  });
  afterAll(() => s.stop());

  it(
    `answers ${rounds} hostile requests without a 500, and a refused one changes nothing`,
    { timeout: 240_000 },
    async () => {
      const routes = routesOf(openApi());
      const refused: string[] = [];
      let turn = 0;
      const one = fc.integer({ min: 0, max: routes.length - 1 }).chain((n) => {
        const route = routes[n] as Route;
        return fc.record({
          route: fc.constant(route),
          id: fc.oneof(
            fc.constantFrom(...known),
            fc.uuid({ version: 7 }),
            fc.constantFrom('x', '%00', '%F0%9F'),
          ),
          district: fc.oneof(
            { weight: 8, arbitrary: fc.constant(s.district) },
            { weight: 1, arbitrary: fc.constantFrom('110101', 'abc', '0') },
          ),
          query: fc.record(
            Object.fromEntries(route.query.map(([name, schema]) => [name, valueFor(schema)])),
            { requiredKeys: [] },
          ),
          body: route.body ? valueFor(route.body) : fc.constant(undefined),
        });
      });
      const send = async ({
        route,
        id,
        district,
        query,
        body,
      }: {
        route: Route;
        id: string;
        district: string;
        query: Json;
        body: unknown;
      }) => {
        const client = clients[turn++ % clients.length] as Client;
        const path = route.path
          .replace('{district}', district)
          .replace('{id}', id)
          .replace('{noun}', 'issue');
        const address = new URLSearchParams();
        for (const [name, value] of Object.entries(query))
          address.set(
            name,
            (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed(),
          );
        const isOrder = typeof body === 'object' && body !== null && 'requestId' in body;
        const requestId = newId();
        const sent = isOrder ? { ...body, requestId } : body;
        const answer =
          route.method === 'get'
            ? await client.get(`${path}?${address.toString()}`)
            : await client.post(path, JSON.stringify(sent ?? null));
        if (answer.status !== 200 && isOrder) refused.push(requestId);
        if (answer.status >= 500) {
          throw new Error(
            `${route.method} ${path}?${address.toString()} ${JSON.stringify(sent)?.slice(0, 500)}: ${answer.status}`,
          );
        }
      };
      const parallel = 10;
      await fc.assert(
        fc.asyncProperty(
          fc.array(one, { minLength: parallel, maxLength: parallel }),
          async (many) => {
            await Promise.all(many.map(send));
          },
        ),
        { numRuns: rounds / parallel, endOnFailure: true },
      );
      const { rows } = await s.pool.query<{ found: number }>(
        `select (select count(*) from event where request_id = any($1)) + (select count(*) from request where id = any($1)) as found`,
        [refused],
      );
      expect(refused.length).toBeGreaterThan(rounds / 20);
      expect(rows[0]?.found).toBe(0);
    },
  );

  it('refuses a string of 10 MB before reading it all', async () => {
    const answer = await clients[0]?.post(
      `/api/${s.district}/reports/${newId()}/submit`,
      JSON.stringify({ input: 'x'.repeat(10_000_000) }),
    );
    expect(answer?.status).toBe(413);
  });
});
