/**
 * Demo house 演示区的家底: what its administrators and supervisors did in the two months before the first start:
 * own versions of categories, working hours of summer and winter, deputies, leaders of areas, a revised
 * row of the matrix; each a real action at its own moment. Data: `seeds/demoHouse.json`. Of a whole
 * district only.
 */
import { existsSync, readFileSync } from 'node:fs';
import { categoryFields } from '../domain/category.ts';
import type { CalendarYear } from '../domain/calendar.ts';
import { addDays, localDay, startOfDay, type Moment } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import type { Addition } from './demo/found.ts';
import { chanceOf, pick } from './demo/chance.ts';
import { demoWords, type Structure } from './demo/structure.ts';
import { startOf } from './demoLife.ts';
import { perform, type Performing } from './perform.ts';
import { idFrom } from './idFrom.ts';

interface HouseSeed {
  hours: CalendarYear['hours'];
  /** In the order of their moments. `base`: a base category whose fields the input begins with. */
  deeds: {
    at: string;
    by: string;
    noun: string;
    nickname: string;
    action: string;
    base?: string;
    input: Record<string, unknown>;
  }[];
  /** Login and device of those who are signed in when the district is first shown. */
  sessions: [string, string][];
}

const seed = (): HouseSeed => JSON.parse(readFileSync('seeds/demoHouse.json', 'utf8')) as HouseSeed;

type IdOf = (noun: string, nickname: string) => string;

/** `post:desk` is an id, `day:-3` a day and `start:7` the beginning of one, both counted from the present. */
function resolved(value: unknown, idOf: IdOf, present: Moment): unknown {
  const [, kind = '', rest = ''] =
    (typeof value === 'string' && /^(post|unit|day|start):(.+)$/.exec(value)) || [];
  if (kind === '') return value;
  if (kind === 'post' || kind === 'unit') return idOf(kind, rest);
  const found = addDays(localDay(present), Number(rest));
  return kind === 'day' ? found : startOfDay(found);
}

/** Years of the calendar from one moment to another that are announced, with the district's own hours. */
export function ownYears(from: Moment, to: Moment): Addition[] {
  const { hours } = seed();
  const first = Number(localDay(from).slice(0, 4));
  const count = Number(localDay(to).slice(0, 4)) - first + 1;
  return Array.from({ length: count }, (_, n) => String(first + n)).flatMap((code) => {
    const file = `seeds/calendar/${code}.json`;
    if (!existsSync(file)) return [];
    const year = JSON.parse(readFileSync(file, 'utf8')) as CalendarYear;
    return [{ noun: 'calendarYear', nickname: code, input: { ...year, code, hours } }];
  });
}

/** Of the communities, the share that has a leader of its own. */
const communityShare = 0.45;
const sinceDays = 300;

/** Leaders for the subdistricts and some communities that have none (包街包片). */
export function leaders(
  { areas }: Structure,
  known: ReadonlySet<string>,
  present: Moment,
): Addition[] {
  const { surnames, givenNames, patronTitles, officeTitles } = demoWords();
  const chance = chanceOf('demo leaders');
  const fromDay = addDays(localDay(present), -sinceDays);
  const own = areas.filter(
    ({ code }) =>
      !known.has(code) && (code.length === 9 || (code.length === 12 && chance() < communityShare)),
  );
  return own.map(({ code }, n) => {
    const street = areas.find((area) => area.code === code.slice(0, 9))?.name ?? '';
    const title =
      code.length === 9
        ? (patronTitles[n % patronTitles.length] ?? '')
        : `${street}${officeTitles[n % officeTitles.length] ?? ''}`;
    const name = `${pick([...surnames], chance)}${pick(givenNames, chance)}`;
    return {
      noun: 'patron',
      nickname: `leader ${code}`,
      input: { areaCode: code, name, title, fromDay },
    };
  });
}

/** Does what the house did before the present, or what is missing of it. `tools` from `simulatedTools`. */
export async function furnishHouse(
  tools: Performing,
  district: string,
  idOf: IdOf,
  present: Moment,
): Promise<void> {
  const orders = seed().deeds.map((deed) => ({
    ...deed,
    requestId: idFrom(`demo house ${deed.noun} ${deed.nickname} ${deed.action}`),
  }));
  const seen = await tools.store.requests(
    district,
    orders.map(({ requestId }) => requestId),
  );
  for (const { at: words, by, noun, nickname, action, base, input, requestId } of orders) {
    if (seen.has(requestId)) continue;
    const at = startOf(words, present);
    const master = await tools.master.of(district);
    const actor = master.actor(idOf('person', by), idOf('post', by), at);
    if (!actor) throw new Error(`demo house: nobody called ${by}`);
    const from = base === undefined ? undefined : master.category(base, at, baseDistrict);
    const own = Object.fromEntries(
      Object.entries(input).map(([field, value]) => [field, resolved(value, idOf, present)]),
    );
    await perform({ ...tools, now: () => at }, actor, {
      noun,
      id: idOf(noun, nickname),
      action,
      requestId,
      input: from ? { ...categoryFields(from), code: nickname, ...own } : own,
    });
  }
}

/** Whom the demo district shows as signed in, with their devices. */
export const signedInDevices = (): [string, string][] => seed().sessions;
