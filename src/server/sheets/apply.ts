/**
 * Apply 应用: does what a preview showed, all or nothing in one transaction, only if nobody changed a
 * record since. Request ids come from the load, so that repeating it is the same. Source: issue 4-6.
 */
import { randomBytes } from 'node:crypto';
import type { Actor } from '../../domain/access.ts';
import { localDay, startOfDay, type Moment } from '../../domain/moment.ts';
import { getNoun } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import type { SheetApply, SheetDone } from '../../domain/sheetApi.ts';
import { getSheet } from '../../domain/sheetList.ts';
import { idFrom } from '../idFrom.ts';
import type { House } from '../house.ts';
import { inTurn } from '../inTurn.ts';
import { performMany, type Order, type Outcome } from '../perform.ts';
import { childIdOf } from '../plan.ts';
import type { DiffItem } from './diff.ts';
import { ledgerOf } from './ledger.ts';
import { diffOf, getLoad, markApplied, rowOf, type AppliedItem, type Load } from './loads.ts';
import { namesOf } from './names.ts';
import { stepsOf, type Step } from './orders.ts';
import { checkMayLoad, refusalWords } from './preview.ts';

export type SheetHouse = Pick<House, 'pool' | 'tools'> & {
  accounts: {
    setPassword(personId: string, password: string, mustChange: boolean): Promise<void>;
    endAll(personId: string): Promise<void>;
  };
};

const maxListed = 200;

/** A refusal that names the records in the way; the first of them stand in the sentence. */
export function standsInWay(
  code: string,
  words: string,
  list: readonly { label: string; message: string }[],
): Refused {
  const first = list
    .slice(0, 3)
    .map(({ label, message }) => `${label}：${message}`)
    .join('；');
  const more = list.length > 3 ? `……共 ${list.length} 处` : '';
  return new Refused(409, code, `${words}${first}${more}`, { problems: list.slice(0, maxListed) });
}

function checkStatus({ status, counts, personId }: Load, actor: Actor): void {
  if (status === 'undone')
    throw new Refused(409, 'undone', '这次导入已经撤销，如需再导入请重新上传');
  if (status === 'expired') throw new Refused(409, 'expired', '预览已过期，请重新上传');
  if (personId !== actor.personId)
    throw new Refused(409, 'notYours', '只有上传的人可以应用，请自己上传后再应用');
  if ((counts.refused ?? 0) > 0)
    throw new Refused(409, 'hasRefused', `有 ${counts.refused} 处被拒，请在文件里改正后重新上传`);
}

/** Additions that somebody else made since the preview, by what the file calls them. */
async function addedMeanwhile(
  { pool, tools }: SheetHouse,
  actor: Actor,
  load: Load,
  items: readonly DiffItem[],
): Promise<{ label: string; message: string }[]> {
  const names = namesOf(await tools.master.of(actor.district));
  const found: { label: string; message: string }[] = [];
  for (const view of getSheet(load.sheet).views) {
    const added = items.filter((item) => item.noun === view.noun && item.kind === 'added');
    if (added.length === 0) continue;
    const context = { district: actor.district, at: tools.now(), names };
    const { byKey } = await ledgerOf(pool, view, context);
    for (const { key, id, label } of added) {
      const record = byKey.get(key)?.record;
      if (record && record.id !== id)
        found.push({ label, message: '预览之后已有人新增，请重新上传预览' });
    }
  }
  return found;
}

/** People who are appointed and have never had a password: whoever appoints them hands it over. */
async function withoutPassword(
  { pool }: SheetHouse,
  items: readonly DiffItem[],
): Promise<string[]> {
  const appointed = items
    .filter(({ noun, kind }) => noun === 'post' && kind === 'added')
    .map(({ input }) => String(input?.personId as string));
  const { rows } = await pool.query<{ id: string }>(
    `select p.id from unnest($1::uuid[]) as p(id)
     where not exists (select from credential c where c.person_id = p.id)`,
    [[...new Set(appointed)]],
  );
  return rows.map(({ id }) => id);
}

const resetOrder = (loadId: string, personId: string): Order => ({
  noun: 'person',
  id: personId,
  action: 'resetPassword',
  input: {},
  requestId: idFrom(`sheet ${loadId} password ${personId}`),
});

async function firstPasswords(
  { accounts, tools }: SheetHouse,
  personIds: readonly string[],
  district: string,
): Promise<SheetDone['passwords']> {
  const { persons } = await tools.master.of(district);
  const list: SheetDone['passwords'] = [];
  for (const personId of personIds) {
    const password = randomBytes(12).toString('base64url');
    await accounts.setPassword(personId, password, true);
    const person = persons.get(personId);
    list.push({ login: person?.login ?? '', name: person?.name ?? '', password });
  }
  return list;
}

/** What was done to each record: the last of its actions counts; an edit of a version made the next one. */
function appliedFrom(steps: readonly Step[], outcomes: readonly Outcome[]): AppliedItem[] {
  const byRequest = new Map(outcomes.map((outcome) => [outcome.requestId, outcome]));
  const byItem = new Map<DiffItem, AppliedItem>();
  for (const { item, order } of steps) {
    const outcome = byRequest.get(order.requestId);
    if (!outcome || !('done' in outcome) || item.action === null) continue;
    const { event, record } = outcome.done;
    const isNextVersion = order.action === 'edit' && getNoun(item.noun).isVersioned;
    byItem.set(item, {
      noun: item.noun,
      id: isNextVersion ? childIdOf(event.id, 0) : record.id,
      action: item.action,
      version: isNextVersion ? 1 : record.version,
      label: item.label,
      before: item.before,
      input: item.input,
    });
  }
  return [...byItem.values()];
}

function refuseOutcomes(load: Load, steps: readonly Step[], outcomes: readonly Outcome[]): void {
  const sheet = getSheet(load.sheet);
  const labels = new Map(steps.map(({ item, order }) => [order.requestId, item.label]));
  const refused = outcomes.flatMap((outcome) => {
    if (!('refused' in outcome)) return [];
    const { column, message } = refusalWords(sheet, outcome.refused);
    return [
      {
        label: labels.get(outcome.requestId) ?? '',
        message: `${column}${message}`,
        code: outcome.refused.code,
      },
    ];
  });
  if (refused.length === 0) return;
  const isStale = refused.some(({ code }) => code === 'stale');
  throw standsInWay(
    isStale ? 'stale' : 'refused',
    isStale
      ? '预览之后有人改动过，什么都没有写入，请重新上传预览。'
      : '有不能办理的，什么都没有写入。',
    refused,
  );
}

/** The day versions begin, as a moment; at once when it is today or none is named. */
function validFromOf(fromDay: string | undefined, now: Moment): Moment | null {
  if (fromDay === undefined) return null;
  const today = localDay(now);
  if (fromDay < today) throw new Refused(400, 'tooEarly', '生效日期不能早于今天，请改正');
  return fromDay === today ? null : startOfDay(fromDay);
}

async function applyOnce(
  house: SheetHouse,
  actor: Actor,
  id: string,
  { retire, fromDay }: SheetApply,
): Promise<SheetDone> {
  const { pool, tools } = house;
  const { district } = actor;
  const load = await getLoad(pool, district, id);
  checkMayLoad(getSheet(load.sheet), actor);
  if (load.status === 'applied')
    return { load: rowOf(load, await tools.master.of(district)), eventCount: 0, passwords: [] };
  checkStatus(load, actor);
  const items = await diffOf(pool, district, id);
  const steps = stepsOf(id, items, {
    retire: retire === 'all' ? 'all' : new Set(retire),
    validFrom: validFromOf(fromDay, tools.now()),
  });
  if (steps.length === 0) throw new Refused(409, 'nothing', '没有要办理的，无需应用');
  const added = await addedMeanwhile(house, actor, load, items);
  if (added.length > 0) throw standsInWay('stale', '预览之后有人改动过，什么都没有写入。', added);
  const newcomers = await withoutPassword(house, items);
  const orders = [
    ...newcomers.map((personId) => resetOrder(id, personId)),
    ...steps.map((step) => step.order),
  ];
  const outcomes = await performMany(tools, actor, orders, { allOrNothing: true });
  refuseOutcomes(load, steps, outcomes);
  const passwords = await firstPasswords(house, newcomers, district);
  await markApplied(pool, district, id, tools.now(), appliedFrom(steps, outcomes));
  return {
    load: rowOf(await getLoad(pool, district, id), await tools.master.of(district)),
    eventCount: outcomes.length,
    passwords,
  };
}

/** Applies a preview. Throws {@link Refused} with the records in the way, and then nothing is written. */
export const applyLoad = (
  house: SheetHouse,
  actor: Actor,
  id: string,
  input: SheetApply,
): Promise<SheetDone> => inTurn(`sheet ${id}`, () => applyOnce(house, actor, id, input));
