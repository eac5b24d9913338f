/**
 * Understanding 识别: what a report seems to be, by the district's classifier in use and its table of names,
 * both in memory; under a millisecond a text. Nothing is decided here.
 */
import type pg from 'pg';
import { LRUCache } from 'lru-cache';
import { predict, surest, type Classifier } from '../domain/classifier.ts';
import { readClassifier } from '../domain/classifierFile.ts';
import type { ClassifierRef } from '../domain/facts.ts';
import type { PlaceAnswer, PlaceCandidate } from '../domain/gazetteer.ts';
import type { Moment } from '../domain/moment.ts';
import type { Report } from '../domain/reportShape.ts';
import type { Suggestion, SuggestionMark } from '../domain/suggestion.ts';
import { placeInWords } from './gazetteer.ts';
import { categoryOfClass } from './indicators/catalog.ts';
import type { MasterData } from './masterData.ts';

type Guess = NonNullable<Suggestion['category']>['guesses'][number];

/** The classifier of a district that is in use. */
export interface InUse {
  id: string;
  model: Classifier;
}

export interface Classifiers {
  /** Those being trained or in use. */
  standing: ClassifierRef[];
  inUse: InUse | null;
}

/** Versions never change, so that what was read stays good: a model read is kept for all districts' reloads. */
const models = new LRUCache<string, Classifier>({ max: 20 });

async function modelOf(pool: pg.Pool, district: string, id: string): Promise<Classifier | null> {
  const known = models.get(id);
  if (known) return known;
  const { rows } = await pool.query<{ bytes: Buffer }>(
    `select bytes from classifier_model where district = $1 and id = $2`,
    [district, id],
  );
  if (!rows[0]) return null;
  const model = readClassifier(rows[0].bytes);
  models.set(id, model);
  return model;
}

/** What a district's master data hold of its classifiers. */
export async function readClassifiers(pool: pg.Pool, district: string): Promise<Classifiers> {
  const { rows } = await pool.query<ClassifierRef>(
    `select id, status from classifier_version
     where district = $1 and status in ('waiting', 'inUse') order by used_at desc nulls last, id`,
    [district],
  );
  const chosen = rows.find(({ status }) => status === 'inUse');
  const model = chosen ? await modelOf(pool, district, chosen.id) : null;
  return { standing: rows, inUse: chosen && model ? { id: chosen.id, model } : null };
}

type Told = Pick<Report, 'content' | 'address' | 'areaCode' | 'lng' | 'lat'> &
  Partial<Pick<Report, 'senderCode' | 'outsideClass'>>;

function placeOfReport(
  master: MasterData,
  { content, address, areaCode, lng, lat }: Told,
): PlaceAnswer {
  const point = lng === null || lat === null ? null : ([lng, lat] as const);
  return placeInWords(master, [address ?? '', content].join(' '), {
    areaCode,
    point: point ? [point[0], point[1]] : null,
  });
}

const siteIdOf = ({ entry }: PlaceCandidate): string | null =>
  entry.kind === 'site' || entry.kind === 'alley' ? entry.id : null;

/** The 小类 that the reviewed map gives for what the sender calls it. */
const mapped = (master: MasterData, report: Told, now: Moment): string | undefined =>
  categoryOfClass(
    master,
    { senderCode: report.senderCode ?? null, outsideClass: report.outsideClass ?? null },
    now,
  );

/** What the desk's intake card shows of a report: the reviewed map first, then the classifier. */
export function suggestionFor(master: MasterData, report: Told, now: Moment): Suggestion {
  const { inUse } = master.classifiers;
  const byClass = mapped(master, report, now);
  const guessOf = (label: string, confidence: number, reasons: string[]): Guess[] => {
    const category = master.category(label, now);
    if (!category) return [];
    const { code, name, majorName } = category;
    return [{ code, name, majorName, confidence: round(confidence), reasons }];
  };
  const said = inUse && predict(inUse.model, report.content);
  const place = placeOfReport(master, report);
  return {
    category:
      said || byClass
        ? {
            classifierId: inUse?.id ?? null,
            abstains: byClass === undefined && said?.abstains !== false,
            guesses: [
              ...(byClass ? guessOf(byClass, 1, [`目录对应：${report.outsideClass ?? ''}`]) : []),
              ...(said?.guesses ?? [])
                .filter(({ label }) => label !== byClass)
                .flatMap(({ label, confidence, reasons }) => guessOf(label, confidence, reasons)),
            ].slice(0, 3),
          }
        : null,
    place:
      place.candidates.length === 0
        ? null
        : {
            isClear: place.isClear,
            question: place.question,
            candidates: place.candidates.map((candidate) => ({
              name: candidate.entry.name,
              areaCode: candidate.entry.areaCode,
              areaName: master.areas.get(candidate.entry.areaCode ?? '')?.name ?? null,
              siteId: siteIdOf(candidate),
              reason: candidate.reason,
            })),
          },
  };
}

const round = (share: number): number => Math.round(share * 100) / 100;

type Known = Told & Pick<Report, 'siteId' | 'categoryCode'>;

/**
 * A report with what it leaves open filled in as the intake card fills it in: a clear place, a sure category.
 * So a caller's words are compared with issues that were filed under a site.
 */
export function asUnderstood<R extends Known>(master: MasterData, report: R, now: Moment): R {
  const clear = placeOfReport(master, report);
  const [found] = clear.isClear ? clear.candidates : [];
  const isPlaced = report.lng !== null || report.siteId !== null;
  const place =
    found && !isPlaced
      ? {
          areaCode: found.entry.areaCode ?? report.areaCode,
          siteId: siteIdOf(found),
          lng: found.entry.kind === 'area' ? null : (found.entry.point?.[0] ?? null),
          lat: found.entry.kind === 'area' ? null : (found.entry.point?.[1] ?? null),
        }
      : {};
  const categoryCode =
    report.categoryCode ?? suggestionMark(master, report, now)?.categoryCode ?? null;
  return { ...report, ...place, categoryCode };
}

/** The same in short, for the event of accepting. */
export function suggestionMark(
  master: MasterData,
  report: Told,
  now: Moment,
): SuggestionMark | null {
  const { inUse } = master.classifiers;
  const place = placeOfReport(master, report);
  const clear = place.isClear ? place.candidates[0] : undefined;
  const byClass = mapped(master, report, now);
  if (!inUse && !clear && byClass === undefined) return null;
  const best = inUse && surest(inUse.model, report.content);
  const isSure =
    best !== null &&
    inUse !== null &&
    best.confidence >= inUse.model.threshold &&
    master.category(best.predicted, now) !== undefined;
  return {
    classifierId: inUse?.id ?? null,
    categoryCode: byClass ?? (isSure ? best.predicted : null),
    confidence: byClass ? 1 : best ? round(best.confidence) : 0,
    areaCode: clear?.entry.areaCode ?? null,
    siteId: clear ? siteIdOf(clear) : null,
  };
}
