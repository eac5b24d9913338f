/**
 * Intake of reports 批量上报: the items of a signed message become reports of the sender, each by its own fate.
 * Sender and number are one report for ever; what a known one says otherwise becomes an event of it (`amend`), as
 * with orders that come by file, whose lines these share. Sources: issue 5-2, 5-15.
 */
import type { z } from 'zod';
import type { ApiKey } from '../../domain/apiKey.ts';
import { toWgs84 } from '../../domain/coordinates.ts';
import { IntakeReport, type ItemAnswer } from '../../domain/intake.ts';
import type { Moment } from '../../domain/moment.ts';
import { classWords } from '../../domain/orderClass.ts';
import { Refused } from '../../domain/refused.ts';
import type { Report } from '../../domain/reportShape.ts';
import { idFrom } from '../idFrom.ts';
import { categoryOfClass } from '../indicators/catalog.ts';
import { inTurn } from '../inTurn.ts';
import type { MasterData } from '../masterData.ts';
import { fateOf, type Fate } from '../orders/check.ts';
import { changeLines, keepLines, knownOf, type Line } from '../orders/loads.ts';
import { digestsOf, type Digests, type OrderInput } from '../orders/orderRow.ts';
import { performMany, type Order, type Outcome } from '../perform.ts';
import { keyActor } from './apiKeys.ts';
import type { Doors } from './context.ts';
import type { IntakePhotos } from './intakePhotos.ts';
import type { Signed } from './intakeSignature.ts';
import { checkPlace, checkReached, inKeyArea } from './keyPlace.ts';

type Fields = NonNullable<ItemAnswer['fields']>;

/** The fields of an item that are wrong, with the first as its sentence. */
export function badItem(error: z.ZodError): Refused {
  const fields: Fields = error.issues.slice(0, 20).map((problem) => ({
    field: problem.path.map(String).join('.').slice(0, 100),
    message: problem.message.slice(0, 200),
  }));
  const [first] = fields;
  const words = first?.field ? `${first.field}：${first.message}` : (first?.message ?? '');
  return new Refused(400, 'badInput', words || '内容不对，请按文档填写', { fields });
}

/** An item's answer when it was refused. A database that stalls is no answer: the whole message is to come again. */
export function refusedItem(index: number, number: string | null, refused: Refused): ItemAnswer {
  if (refused.status === 503 || refused.status === 507) throw refused;
  const fields = refused.details?.fields as Fields | undefined;
  const [first] = refused.code === 'badInput' ? (fields ?? []) : [];
  const message = first?.field ? `${first.field}：${first.message}` : refused.message;
  return {
    index,
    number,
    status: 'refused',
    code: refused.code,
    message,
    ...(fields ? { fields } : {}),
  };
}

/** The number an item shows, whatever else is wrong with it. */
export const numberOf = (item: unknown): string | null => {
  const found = (item as { number?: unknown } | null)?.number;
  return typeof found === 'string' ? found.slice(0, 80) : null;
};

/** An item as the input of `report.submit`, its photos apart. */
function inputOf(master: MasterData, key: ApiKey, item: IntakeReport, now: Moment): OrderInput {
  const {
    number,
    lng,
    lat,
    coordinates,
    happenedAt,
    photos: _photos,
    photoUrls: _urls,
    ...rest
  } = item;
  const input: OrderInput = {
    ...rest,
    senderCode: key.senderCode,
    channel: master.senders.get(key.senderCode)?.channel,
    outsideNumber: number,
  };
  if (lng !== undefined && lat !== undefined) {
    const [east, north] = toWgs84([lng, lat], coordinates ?? 'wgs84');
    input.place = { lng: east, lat: north };
  }
  if (item.outsideClass) {
    const outsideClass = classWords([item.outsideClass]);
    const { senderCode } = key;
    input.outsideClass = outsideClass;
    input.categoryCode ??= categoryOfClass(master, { senderCode, outsideClass }, now);
  }
  if (happenedAt !== undefined) input.claimedAt = new Date(happenedAt).toISOString();
  checkPlace(master, key, input);
  return input;
}

interface Item {
  index: number;
  given: IntakeReport;
  input: OrderInput;
  digests: Digests;
}

interface Placed extends Item {
  fate: Exclude<Fate, { kind: 'refused' }>;
  reportId: string;
  before: Digests;
}

type Answers = Map<number, ItemAnswer>;

/** The items that can be read; whatever cannot is answered. */
function readItems(
  { house }: Pick<Doors, 'house'>,
  master: MasterData,
  key: ApiKey,
  raw: readonly unknown[],
  answers: Answers,
): Item[] {
  const places = new Map<string, number>();
  return raw.flatMap((one, index): Item[] => {
    try {
      const parsed = IntakeReport.safeParse(one);
      if (!parsed.success) throw badItem(parsed.error);
      const given = parsed.data;
      const twin = places.get(given.number);
      if (twin !== undefined)
        throw new Refused(
          409,
          'duplicateNumber',
          `同一次发送中编号重复，与第 ${twin + 1} 件相同，这一件没有采用`,
        );
      places.set(given.number, index);
      const input = inputOf(master, key, given, house.tools.now());
      return [{ index, given, input, digests: digestsOf(house.tools.box, input) }];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answers.set(index, refusedItem(index, numberOf(one), error));
      return [];
    }
  });
}

function orderOf({ input, digests, fate, before, reportId: id }: Placed, signed: Signed): Order[] {
  if (fate.kind === 'known') return [];
  const words = JSON.stringify(digests);
  if (fate.kind === 'added') {
    const requestId = idFrom(`submit ${id} ${words} ${JSON.stringify(input.photos ?? [])}`);
    const whole = inKeyArea(signed.key, input);
    return [{ noun: 'report', id, action: 'submit', input: whole, requestId }];
  }
  // The sender's class goes with the words, as in orders that come by file.
  const more = fate.fields.includes('content') && input.outsideClass ? ['outsideClass'] : [];
  const changed = Object.fromEntries(
    [...fate.fields, ...more].map((field) => [field, input[field]]),
  );
  const said = `${JSON.stringify(before)} ${words} ${signed.key.id} ${signed.messageId}`;
  return [
    {
      noun: 'report',
      id,
      action: 'amend',
      input: changed,
      requestId: idFrom(`amend ${id} ${said}`),
    },
  ];
}

const otherWay = (): Refused =>
  new Refused(409, 'otherWay', '这个编号已由其他途径进入系统，没有再次采用，请在来件中核对');

/** A known report that can no longer be changed says so. */
const notAmended = ({ fate }: Placed, refused: Refused): Refused =>
  fate.kind === 'changed' && refused.status === 409
    ? new Refused(409, refused.code, `内容有变更，但不能再更正：${refused.message}`)
    : refused;

const linesOf = (items: readonly Placed[], kind: Fate['kind']): Line[] =>
  items.flatMap(({ input, digests, fate, reportId }) =>
    fate.kind === kind ? [{ number: input.outsideNumber, reportId, digests }] : [],
  );

export interface IntakeReports {
  /** What became of each item, in their order. Throws 400 for the message, 503 or 507 to come again. */
  take(master: MasterData, signed: Signed, raw: readonly unknown[]): Promise<ItemAnswer[]>;
}

export function intakeReportsOn(doors: Pick<Doors, 'house'>, photos: IntakePhotos): IntakeReports {
  const { pool, tools } = doors.house;

  const reportsOf = async ({ district }: ApiKey, ids: string[]): Promise<Map<string, Report>> => {
    const found = (await tools.store.find('report', district, ids)) as unknown as Report[];
    return new Map(found.map((one) => [one.id, one]));
  };

  /** What each item is: new, changed or known; the others are answered. */
  const placed = async (
    master: MasterData,
    key: ApiKey,
    items: readonly Item[],
    answers: Answers,
  ): Promise<Placed[]> => {
    const { district, senderCode } = key;
    const known = await knownOf(
      pool,
      district,
      senderCode,
      items.map(({ given }) => given.number),
    );
    const ids = [...known.values()].flatMap(({ reportId }) => reportId ?? []);
    const reports = await reportsOf(key, ids);
    return items.flatMap((item) => {
      const { number } = item.given;
      const there = known.get(number);
      try {
        const report = reports.get(there?.reportId ?? '');
        if (report) checkReached(master, key, report.areaCode);
        const fate = fateOf({ district, load: key }, number, item.digests, there);
        if (fate.kind === 'refused') throw otherWay();
        return [{ ...item, fate, reportId: fate.reportId, before: there?.digests ?? {} }];
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        answers.set(item.index, refusedItem(item.index, number, error));
        return [];
      }
    });
  };

  /** Fetches photos before the sender's turn comes: only for what is new. */
  const withPhotos = async (
    key: ApiKey,
    master: MasterData,
    items: readonly Item[],
    answers: Answers,
  ): Promise<Item[]> => {
    const isNew = new Map(
      (await placed(master, key, items, answers)).map(({ index, fate }) => [
        index,
        fate.kind === 'added',
      ]),
    );
    const left = items.filter(({ index }) => isNew.has(index));
    const wanted = left.map(({ index, given: { number, photos: sent, photoUrls } }) => ({
      about: `intake ${key.district} ${key.id} ${number}`,
      ...(isNew.get(index) ? { photos: sent, photoUrls } : {}),
    }));
    const gathered = await photos.gather(key, master, wanted);
    return left.flatMap((item, n) => {
      const found = gathered[n];
      if (found && 'refused' in found) {
        const { index, given } = item;
        answers.set(index, refusedItem(index, given.number, found.refused));
        return [];
      }
      const ids = found?.ids ?? [];
      return [ids.length > 0 ? { ...item, input: { ...item.input, photos: ids } } : item];
    });
  };

  const apply = async (
    master: MasterData,
    signed: Signed,
    items: readonly Item[],
    answers: Answers,
  ): Promise<void> => {
    const { key } = signed;
    const list = await placed(master, key, items, answers);
    await keepLines(pool, key.district, key, linesOf(list, 'added'));
    const orders = list.map((item) => orderOf(item, signed)[0]);
    const outcomes = new Map<string, Outcome>(
      (
        await performMany(
          tools,
          keyActor(key, master),
          orders.filter((order) => order !== undefined),
        )
      ).map((outcome) => [outcome.requestId, outcome]),
    );
    const changed: Placed[] = [];
    const reports = await reportsOf(
      key,
      list.map(({ reportId }) => reportId),
    );
    for (const [n, item] of list.entries()) {
      const { index, given, fate, reportId } = item;
      const outcome = outcomes.get(orders[n]?.requestId ?? '');
      if (outcome && 'refused' in outcome) {
        answers.set(index, refusedItem(index, given.number, notAmended(item, outcome.refused)));
        continue;
      }
      if (fate.kind === 'changed') changed.push(item);
      const isRepeat = !outcome || outcome.done.isRepeat;
      answers.set(index, {
        index,
        number: given.number,
        status: isRepeat ? 'repeated' : fate.kind === 'added' ? 'accepted' : 'amended',
        reportId,
        reportNumber: reports.get(reportId)?.number ?? '',
      });
    }
    await changeLines(pool, key.district, key, linesOf(changed, 'changed'));
  };

  return {
    take: async (master, signed, raw) => {
      const { key } = signed;
      const answers: Answers = new Map();
      const read = readItems(doors, master, key, raw, answers);
      const items = await withPhotos(key, master, read, answers);
      // The turns of files of the same sender too: they share lines and numbers.
      await inTurn(`orders ${key.district} ${key.senderCode}`, () =>
        apply(master, signed, items, answers),
      );
      return [...answers.values()].sort((a, b) => a.index - b.index);
    },
  };
}
