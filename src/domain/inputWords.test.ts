/** No schema answers a wrong input in English. */
import { describe, expect, it } from 'vitest';
import { queries, type Query } from './api.ts';
import type { Noun } from './action.ts';
import { nouns } from './nouns.ts';

const wrong: unknown[] = [
  undefined,
  null,
  '',
  'x'.repeat(9_999),
  -1,
  1e12,
  0.5,
  true,
  [],
  [1],
  {},
  { surprise: 1 },
];

const schemas = [
  ...Object.values<Noun>(nouns).flatMap((noun) =>
    Object.entries(noun.actions).map(([name, row]) => [`${noun.name}.${name}`, row.input] as const),
  ),
  ...Object.entries<Query>(queries).map(([name, query]) => [name, query.input] as const),
];

/** The words without the names of unknown fields, which are the sender's own. */
const own = (message: string): string => message.replace(/：.*$/s, '');

describe('wrong inputs', () => {
  it.each(schemas)('of %s are answered in Chinese', (_name, schema) => {
    const fields = Object.keys((schema as { shape?: object }).shape ?? {});
    const bodies = wrong.flatMap((value) => [
      value,
      Object.fromEntries(fields.map((field) => [field, value])),
    ]);
    const messages = bodies.flatMap((body) =>
      (schema.safeParse(body).error?.issues ?? []).map((problem) => problem.message),
    );
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(own(message)).not.toMatch(/[A-Za-z]{4,}/);
    for (const message of messages) expect(message).toMatch(/\p{Script=Han}/u);
  });

  it('say what is missing and what is too much', () => {
    const { input } = nouns.person.actions.add;
    const said = (body: object) =>
      (input.safeParse(body).error?.issues ?? []).map((problem) => problem.message);
    expect(said({ name: '王某' })).toEqual(['请填写']);
    expect(said({ name: '王某', login: 'wang', color: 1 })).toEqual(['含有不能填写的项目：color']);
  });
});
