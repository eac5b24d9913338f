/**
 * Base seed 基础标准: settings, calendars, categories, indicators and clauses of the base layer (district 000000),
 * each by a real action with a request id made from its content, so that it can be repeated and never doubles.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { idFrom } from './idFrom.ts';
import type { Actor } from '../domain/access.ts';
import { startOfDay } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import { performMany, type Order, type Performing } from './perform.ts';

/** The id of the program itself in events. */
export const systemId = '00000000-0000-7000-8000-000000000001';

/** The program as an actor in a district; `role` when it stands in for an office's own decision. */
export const systemActor = (district: string, role: Actor['role'] = 'system'): Actor => ({
  personId: systemId,
  postId: systemId,
  name: '系统',
  role,
  line: 'office',
  district,
  unitId: null,
  unitIds: [],
  areaCodes: [],
  posts: [],
});

/** Base rows are in force from the beginning of the calendar's years, local time. */
const beginning = startOfDay('2024-01-01');

const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

const addition = (noun: string, code: string, input: Record<string, unknown>): Order => ({
  noun,
  id: idFrom(`${noun} ${code}`),
  action: 'add',
  requestId: idFrom(`add ${noun} ${code}`),
  input: { code, ...input, validFrom: beginning },
});

function orders(): Order[] {
  const settings = Object.entries(read<Record<string, unknown>>('seeds/settings.json'));
  const years = readdirSync('seeds/calendar')
    .sort()
    .map((name) => read<{ year: number }>(`seeds/calendar/${name}`));
  const categories = read<{ code: string }[]>('seeds/categories.json');
  const indicators = read<{ code: string }[]>('seeds/indicators.json');
  const clauses = read<{ code: string }[]>('seeds/clauses.json');
  return [
    ...settings.map(([code, value]) => addition('setting', code, { value })),
    ...years.map((year) => addition('calendarYear', String(year.year), year)),
    ...categories.map(({ code, ...rest }) => addition('category', code, rest)),
    ...indicators.map(({ code, ...rest }) => addition('indicator', code, rest)),
    ...clauses.map(({ code, ...rest }) => addition('clause', code, rest)),
  ];
}

/** Performs what is missing of the base seed. Throws when a row is refused: the seed itself is wrong then. */
export async function seedBase(tools: Performing): Promise<void> {
  const actor = systemActor(baseDistrict);
  const all = orders();
  const seen = await tools.store.requests(
    baseDistrict,
    all.map((order) => order.requestId),
  );
  const missing = all.filter((order) => !seen.has(order.requestId));
  for (let start = 0; start < missing.length; start += 400) {
    for (const outcome of await performMany(tools, actor, missing.slice(start, start + 400))) {
      if ('refused' in outcome) {
        const order = missing.find(({ requestId }) => requestId === outcome.requestId);
        throw new Error(
          `base seed ${order?.noun} ${String(order?.input.code)}: ${outcome.refused.message} ${JSON.stringify(outcome.refused.details ?? {})}`,
        );
      }
    }
  }
}
