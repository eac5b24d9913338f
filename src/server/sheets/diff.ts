/**
 * Diff of a sheet: record by record what a file would change, in words and as the actions that would do
 * it. Nothing is written and nothing is decided here; see `preview.ts` and `apply.ts`.
 */
import { z } from 'zod';
import { roleLabels, type Actor, type Role } from '../../domain/access.ts';
import type { AnyRow } from '../../domain/action.ts';
import { getNoun, type NounName } from '../../domain/nouns.ts';
import type { SheetItem } from '../../domain/sheetApi.ts';
import {
  changedFields,
  changesBetween,
  readView,
  type Sheet,
  type SheetProblem,
  type SheetRow,
  type View,
  type Wanted,
} from '../../domain/sheet.ts';
import type { SheetNames } from '../../domain/sheetColumn.ts';
import { idFrom } from '../idFrom.ts';
import type { Ledger, LedgerRecord } from './ledger.ts';

/** An item with what is needed to do it, and to go back. */
export interface DiffItem extends SheetItem {
  /** The version of the record that was looked at; null for a new one. */
  version: number | null;
  /** What the file calls it; of additions, to see whether somebody added it meanwhile. */
  key: string;
  /** What would be done; `restore`: taken into use again, then edited where `input` says something. */
  action: 'add' | 'edit' | 'restore' | 'retire' | null;
  input: Record<string, unknown> | null;
  /** The same fields as they were; of a record to be retired, all that adding it again needs. */
  before: Record<string, unknown> | null;
}

const shapeOf = (row: AnyRow): Record<string, z.ZodType> =>
  row.input instanceof z.ZodObject ? (row.input.shape as Record<string, z.ZodType>) : {};

/** What the row can be told: nulls stay only where null may be said. */
const tellable = (row: AnyRow, input: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input).filter(
      ([key, value]) => value !== null || shapeOf(row)[key]?.safeParse(null).success,
    ),
  );

/** Everything that adding the record as it stands would be told. */
function wholeInput(noun: NounName, { record }: LedgerRecord): Record<string, unknown> {
  const row = getNoun(noun).actions.add as AnyRow;
  const fields = Object.keys(shapeOf(row)).filter((key) => key in record && key !== 'validFrom');
  return tellable(row, Object.fromEntries(fields.map((key) => [key, record[key] ?? null])));
}

/** What of a version an edit can be told: going back says all of it, for an edit may change more than it names. */
const editable = (
  said: Record<string, z.ZodType>,
  value: Record<string, unknown>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).filter(
      ([key, one]) => key in said && (one !== null || said[key]?.safeParse(null).success),
    ),
  );

const waitsFor = (row: AnyRow): string =>
  row.by
    .filter((role) => role !== 'system')
    .map((role: Role) => roleLabels[role])
    .join('、');

interface DiffContext {
  sheet: Sheet;
  view: View;
  actor: Actor;
  names: SheetNames;
  loadId: string;
}

const itemOf = (view: View, rows: number[], label: string): DiffItem => ({
  kind: 'same',
  noun: view.noun,
  id: '',
  label,
  rows,
  fields: [],
  message: null,
  column: '',
  version: null,
  key: '',
  action: null,
  input: null,
  before: null,
});

/** Makes an item one that another role must do, when this one may not. */
function split(item: DiffItem, row: AnyRow | undefined, actor: Actor): DiffItem {
  if (row?.by.includes(actor.role)) return item;
  const message = row
    ? `${row.label}须由${waitsFor(row)}办理，请其导入同一文件`
    : '不能在表格里更改，请停用这一行并新增';
  return { ...item, kind: row ? 'other' : 'refused', message };
}

function addition({ view, actor, names, loadId, sheet }: DiffContext, wanted: Wanted): DiffItem {
  const row = getNoun(view.noun).actions.add;
  const id = addedId(loadId, view.noun, wanted.key);
  const item: DiffItem = {
    ...itemOf(view, wanted.rows, view.labelOf(wanted.value, names)),
    kind: 'added',
    id,
    key: wanted.key,
    fields: changesBetween(sheet, view, undefined, wanted.value, names),
    action: 'add',
    input: row ? tellable(row, view.inputOf(wanted.value)) : {},
  };
  return split(item, row, actor);
}

/** The id a record that a file adds will have: the same for every look at the same load. */
export const addedId = (loadId: string, noun: string, key: string): string =>
  idFrom(`sheet ${loadId} ${noun} ${key}`);

const titlesOf = (sheet: Sheet, keys: readonly string[]): string =>
  keys
    .map((key) => `“${sheet.columns.find((column) => column.key === key)?.title ?? key}”`)
    .join('、');

function change(context: DiffContext, wanted: Wanted, found: LedgerRecord): DiffItem {
  const { view, actor, names, sheet, loadId } = context;
  const { record, value, isBase } = found;
  const noun = getNoun(view.noun);
  const isRetired = !noun.isVersioned && record.status === 'retired';
  const fields = changesBetween(sheet, view, value, wanted.value, names);
  const item: DiffItem = {
    ...itemOf(view, wanted.rows, view.labelOf(wanted.value, names)),
    id: record.id,
    version: record.version,
  };
  if (fields.length === 0 && !isRetired) return item;
  const { before, after } = changedFields(view, value, wanted.value);
  if (isBase) {
    const input = { ...wholeInput(view.noun, found), ...after };
    const row = noun.actions.add as AnyRow;
    const id = addedId(loadId, view.noun, wanted.key);
    const own: DiffItem = { ...item, kind: 'changed', id, version: null, fields, action: 'add' };
    return split({ ...own, input: tellable(row, input) }, row, actor);
  }
  const row = noun.actions[isRetired ? 'restore' : 'edit'];
  const said = shapeOf((noun.actions.edit ?? row) as AnyRow);
  const fixed = Object.keys(after).filter((key) => !(key in said));
  if (noun.actions.edit && fixed.length > 0)
    return {
      ...item,
      kind: 'refused',
      message: `${titlesOf(sheet, fixed)}不能在表格里更改，请改回原样，或停用后新增`,
    };
  const status = {
    title: '状态',
    before: noun.statuses.retired ?? '',
    after: noun.statuses.active ?? '',
  };
  return split(
    {
      ...item,
      kind: 'changed',
      fields: isRetired ? [status, ...fields] : fields,
      action: isRetired ? 'restore' : 'edit',
      input: after,
      before: noun.isVersioned ? { ...editable(said, view.inputOf(value)), ...before } : before,
    },
    row,
    actor,
  );
}

function missing({ view, actor, names }: DiffContext, found: LedgerRecord): DiffItem {
  const { record, value } = found;
  const item: DiffItem = {
    ...itemOf(view, [], view.labelOf(value, names)),
    kind: 'gone',
    id: record.id,
    version: record.version,
    action: 'retire',
    before: wholeInput(view.noun, found),
  };
  const row = getNoun(view.noun).actions.retire;
  return row?.by.includes(actor.role)
    ? item
    : { ...item, action: null, message: row ? `停用须由${waitsFor(row)}办理` : '不能停用' };
}

/** A problem of the file as an item of the preview. `label`: what its row is called by. */
export const problemItem = (
  noun: string,
  { row, column, message }: SheetProblem,
  label: string,
): DiffItem => ({
  kind: 'refused',
  noun,
  id: '',
  label,
  rows: [row],
  fields: [],
  message,
  column,
  version: null,
  key: '',
  action: null,
  input: null,
  before: null,
});

/** What the rows would change in one noun. */
export function diffView(
  context: DiffContext,
  rows: readonly SheetRow[],
  ledger: Ledger,
): { items: DiffItem[]; problems: SheetProblem[]; baseCount: number } {
  const { sheet, view, names } = context;
  const found = readView(sheet, view, rows, names, {
    known: ledger.known,
    find: (key) => {
      const one = ledger.byKey.get(key);
      return one && { id: one.record.id, value: one.value };
    },
  });
  const items = found.wanted.map((wanted) => {
    const record = ledger.byKey.get(wanted.key);
    return record ? change(context, wanted, record) : addition(context, wanted);
  });
  const gone = ledger.active.filter(({ record }) => !found.spoken.has(record.id));
  const own = view.isRetirable ? gone.filter(({ isBase }) => !isBase) : [];
  return {
    items: [...items, ...own.map((record) => missing(context, record))],
    problems: found.problems,
    baseCount: view.isRetirable ? gone.length - own.length : 0,
  };
}
