/**
 * Gazetteer 地名表: from words to the district's own areas, sites, alleys and units: longest match, other
 * ways to write a name, house numbers, crossings. It says why, and asks when two places fit.
 * Source: issue 5-7; domain reference a.3 (address in words is most of what a hotline order has).
 */
import {
  formsOf,
  houseAfter,
  isCrossing,
  isStemMeant,
  isWater,
  vagueness,
  weightAmong,
  type FormKind,
} from './placeNames.ts';
import { foldWords } from './searchWords.ts';
import { metersBetween, type Point } from './shape.ts';

export type PlaceKind = 'area' | 'site' | 'alley' | 'unit';

/** A place that may be named. `id`: code of an area, else the record's id. */
export interface PlaceEntry {
  kind: PlaceKind;
  id: string;
  name: string;
  /** Former and other names, beside those that follow from the name itself. */
  aliases: readonly string[];
  areaCode: string | null;
  point: Point | null;
}

interface Form {
  text: string;
  kind: FormKind;
  entries: PlaceEntry[];
}

/** Names ready to be looked for, by their first two characters, the longest first. */
export interface Gazetteer {
  forms: ReadonlyMap<string, readonly Form[]>;
  /** Names of the areas, by code. */
  areas: ReadonlyMap<string, string>;
}

/** One place a text may be about. */
export interface PlaceCandidate {
  entry: PlaceEntry;
  /** 0 … 1.6: what it is weighed by against the others. */
  score: number;
  /** The words that named it, with the house number. */
  words: string;
  house: string | null;
  /** The other street or river, where two meet. */
  crossing: PlaceEntry | null;
  /** 附近, 以北 …: the place is near there and not at it. */
  vague: string | null;
  reason: string;
}

export interface PlaceAnswer {
  /** The likeliest first, at most {@link mostCandidates}. */
  candidates: PlaceCandidate[];
  /** One place fits and no other nearly as well. */
  isClear: boolean;
  /** What to ask the person at the desk; null when clear or when nothing is named. */
  question: string | null;
}

/** What is known already: the area chosen, the point given. */
export interface PlaceHint {
  areaCode?: string | null;
  point?: Point | null;
}

const mostCandidates = 4;
const kindWords: Record<PlaceKind, string> = {
  area: '区域',
  site: '点位',
  alley: '街巷',
  unit: '单位',
};
const strengthOf: Record<FormKind, number> = { name: 1, alias: 0.95, stem: 0.6 };
/** Below it nothing is clear; within it of the best another one is asked about. */
const sure = 0.75;
const closeCall = 0.3;
/** A homonym this near to the point given is the one meant, in meters. */
const nearMeters = 1500;

/** Makes the table; made once for a district, asked often. */
export function gazetteer(entries: Iterable<PlaceEntry>): Gazetteer {
  const all = [...entries];
  const byText = new Map<string, Form>();
  const add = (text: string, kind: FormKind, entry: PlaceEntry): void => {
    const folded = foldWords(text);
    if ([...folded].length < 2) return;
    const known = byText.get(folded);
    if (!known) byText.set(folded, { text: folded, kind, entries: [entry] });
    else if (strengthOf[kind] > strengthOf[known.kind]) {
      byText.set(folded, { text: folded, kind, entries: [entry] });
    } else if (known.kind === kind && !known.entries.includes(entry)) known.entries.push(entry);
  };
  for (const entry of all) {
    for (const name of [entry.name, ...entry.aliases]) {
      add(name, name === entry.name ? 'name' : 'alias', entry);
      for (const [form, kind] of formsOf(name)) add(form, kind, entry);
    }
  }
  const forms = new Map<string, Form[]>();
  for (const form of byText.values()) {
    const key = form.text.slice(0, 2);
    forms.set(key, [...(forms.get(key) ?? []), form]);
  }
  for (const list of forms.values()) list.sort((a, b) => b.text.length - a.text.length);
  const areas = all
    .filter(({ kind }) => kind === 'area')
    .map(({ id, name }) => [id, name] as const);
  return { forms, areas: new Map(areas) };
}

interface Mention {
  form: Form;
  start: number;
  end: number;
  strength: number;
  house: string | null;
  vague: string | null;
}

const around = 12;

/** The longest name that begins at a place of the text; a bare name only where it is meant. */
function nameAt({ forms }: Gazetteer, text: string, at: number): Form | undefined {
  return forms.get(text.slice(at, at + 2))?.find((form) => {
    if (!text.startsWith(form.text, at)) return false;
    if (form.kind !== 'stem') return true;
    const after = text.slice(at + form.text.length, at + form.text.length + around);
    return isStemMeant(
      form.entries.some(({ name }) => isWater(name)),
      after,
    );
  });
}

function mentionsIn(table: Gazetteer, text: string): Mention[] {
  const found: Mention[] = [];
  for (let at = 0; at < text.length; at++) {
    const form = nameAt(table, text, at);
    if (!form) continue;
    const end = at + form.text.length;
    const [before, after] = [text.slice(Math.max(0, at - around), at), text.slice(end, end + 24)];
    const weight = weightAmong(before, after);
    if (weight > 0) {
      const house = houseAfter(after);
      const rest = after.slice(house?.length ?? 0);
      found.push({
        form,
        start: at,
        end,
        strength: strengthOf[form.kind] * weight,
        house,
        vague: vagueness(before, rest),
      });
    }
    at = end - 1;
  }
  return found;
}

interface Weighed {
  entry: PlaceEntry;
  mentions: Mention[];
  score: number;
  notes: string[];
}

const within = (entry: PlaceEntry, code: string): boolean =>
  entry.areaCode !== null && entry.areaCode.startsWith(code);

const contains = (above: PlaceEntry, below: PlaceEntry): boolean =>
  above.kind === 'area' && above.id !== below.id && within(below, above.id);

/** Each place named, weighed by how, how often and where in the text. */
function weigh(mentions: readonly Mention[]): Weighed[] {
  const byEntry = new Map<PlaceEntry, Mention[]>();
  for (const mention of mentions)
    for (const entry of mention.form.entries)
      byEntry.set(entry, [...(byEntry.get(entry) ?? []), mention]);
  return [...byEntry].map(([entry, own]) => {
    const best = Math.max(...own.map(({ strength }) => strength));
    const again = own.filter(({ strength }) => strength >= best / 2).length - 1;
    const isFirst = own.some(({ start }) => start === mentions[0]?.start);
    const unit = entry.kind === 'unit' ? 0.5 : 1;
    const score = best * unit + Math.min(3, again) * 0.1 + (isFirst ? 0.1 : 0);
    return { entry, mentions: own, score, notes: [] };
  });
}

/** What is said of the area, or known of it, speaks for the places inside. */
function support(weighed: readonly Weighed[], { areaCode, point }: PlaceHint): void {
  for (const one of weighed) {
    const above = weighed.find(({ entry }) => contains(entry, one.entry));
    if (above) {
      one.score += 0.3;
      one.notes.push(`在文中提到的${above.entry.name}内`);
    } else if (areaCode && areaCode.length > 6 && within(one.entry, areaCode)) {
      one.score += 0.3;
      one.notes.push('在所选区域内');
    }
    const meters = point && one.entry.point ? metersBetween(point, one.entry.point) : Infinity;
    if (meters <= nearMeters) {
      one.score += 0.3;
      one.notes.push(`距所给坐标 ${Math.round(meters)} 米`);
    }
  }
}

/** Two names with 与 between and 路口 behind are one place, told by the first. */
function crossingsOf(text: string, mentions: readonly Mention[]): Map<Mention, Mention> {
  const found = new Map<Mention, Mention>();
  for (const [n, first] of mentions.entries()) {
    const second = mentions[n + 1];
    const isOne =
      second &&
      isCrossing(text.slice(first.end, second.start), text.slice(second.end, second.end + 6));
    if (isOne) found.set(first, second);
  }
  return found;
}

function candidateOf(
  { entry, mentions, score, notes }: Weighed,
  crossings: Map<Mention, Mention>,
): PlaceCandidate {
  const first = mentions.reduce((a, b) => (a.strength >= b.strength ? a : b));
  const house = mentions.find((mention) => mention.house !== null)?.house ?? null;
  const crossing = mentions.flatMap((mention) => crossings.get(mention) ?? [])[0];
  const vague = mentions.every((mention) => mention.vague !== null) ? first.vague : null;
  const words = crossing
    ? `${first.form.text}与${crossing.form.text}交会处`
    : `${first.form.text}${house ?? ''}`;
  const isSame = first.form.text === foldWords(entry.name);
  const reason = [
    `文中有“${words}${vague ?? ''}”${isSame ? '' : `，即${kindWords[entry.kind]}“${entry.name}”`}`,
    ...(mentions.length > 1 ? [`共 ${mentions.length} 处`] : []),
    ...notes,
    ...(first.form.kind === 'stem' ? ['名称不全'] : []),
    ...(vague ? ['只说了大致方位'] : []),
  ].join('，');
  return { entry, score, words, house, crossing: crossing?.form.entries[0] ?? null, vague, reason };
}

function questionFor(candidates: readonly PlaceCandidate[], { areas }: Gazetteer): string | null {
  const [first, second] = candidates;
  if (!first) return null;
  if (!second) return `是在${first.entry.name}吗？${first.reason}`;
  const names = candidates.map(({ entry }) => entry.name);
  const isShared = new Set(names).size < names.length;
  const labels = candidates.map(({ entry }) => {
    const area = isShared ? areas.get(entry.areaCode ?? '') : undefined;
    return area ? `${area}的${entry.name}` : entry.name;
  });
  return `是${labels.join('还是')}？`;
}

/**
 * The place a text is about. An area that holds another place named gives way to it; of two places with
 * one name the one that lies in the area or near the point given; of two that stay, it asks.
 */
export function placeOf(table: Gazetteer, words: string, hint: PlaceHint = {}): PlaceAnswer {
  const text = foldWords(words);
  const mentions = mentionsIn(table, text);
  const crossings = crossingsOf(text, mentions);
  const seconds = new Set([...crossings.values()].flatMap(({ form }) => form.entries));
  const weighed = weigh(mentions);
  support(weighed, hint);
  const best = Math.max(0, ...weighed.map(({ score }) => score));
  const isOuter = ({ entry }: Weighed): boolean =>
    weighed.some((other) => contains(entry, other.entry) && other.score > best / 2);
  const candidates = weighed
    .filter((one) => !isOuter(one))
    .filter(({ entry }) => !seconds.has(entry) || crossings.size === 0)
    .sort((a, b) => b.score - a.score || (a.entry.id < b.entry.id ? -1 : 1))
    .slice(0, mostCandidates)
    .map((one) => candidateOf(one, crossings));
  const [first, second] = candidates;
  const isClear =
    first !== undefined &&
    first.score >= sure &&
    (second === undefined || first.score - second.score >= closeCall);
  const asked = candidates.filter(({ score }) => score > (first?.score ?? 0) - closeCall);
  return { candidates, isClear, question: isClear ? null : questionFor(asked, table) };
}
