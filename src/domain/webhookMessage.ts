/**
 * Webhook message 推送内容: what a subscriber is told about one event: that it happened, to which record, when,
 * and where that stands. No words, no names, no address, no photo, nobody's person; of a secret report
 * (`isSecret`) and of what rests on one neither place, category, unit nor outside number. Source: issue 5-10; domain reference i; trust V14.2.
 */
import { isSecret } from './likeness.ts';
import type { Moment } from './moment.ts';
import type { Report } from './reportShape.ts';
import { subscribable } from './subscription.ts';

/** What a message needs to know of a record, as it stood right after the event. */
export type StateThen = Record<string, unknown> & { status: string };

/** The columns of a record that a message or a subscription's limits may need. */
export const stateFields: readonly string[] = [
  'status',
  'number',
  'areaCode',
  'categoryCode',
  'unitId',
  'partyUnitIds',
  'askerUnitId',
  'issueId',
  'subscriptionId',
  'senderCode',
  'outsideNumber',
  'isConfidential',
  'kind',
  'isHistoric',
];

/** An event as it is told. */
export interface ToldEvent {
  id: string;
  /** Of its seal: the order of everything that happens in the district. */
  number: number;
  noun: string;
  action: string;
  recordId: string;
  version: number;
  at: Moment;
  district: string;
  state: StateThen;
  /** The record right before it; null: there was none, or the subscription is not limited. */
  before: StateThen | null;
  /** It, or what it rests on, is kept from others by now. */
  isSecret: boolean;
  /** Of the subscription's sender, when it is limited to one: its reports in this issue. */
  reports?: { id: string; number: string; outsideNumber: string | null }[];
}

/** What a subscription is limited to; null: not limited. */
export interface Limits {
  /** The beginnings of the codes of its area. */
  areaCodes: readonly string[] | null;
  /** Its unit and all below it. */
  unitIds: readonly string[] | null;
}

const units = ({ unitId, askerUnitId, partyUnitIds }: StateThen): unknown[] => [
  unitId,
  askerUnitId,
  ...(Array.isArray(partyUnitIds) ? (partyUnitIds as unknown[]) : []),
];

function lies(state: StateThen, { areaCodes, unitIds }: Limits): boolean {
  const area = String(state.areaCode ?? '');
  if (areaCodes && !areaCodes.some((above) => area.startsWith(above))) return false;
  return !unitIds || units(state).some((id) => unitIds.includes(String(id)));
}

/**
 * Does the event concern the area and the unit that a subscription is limited to? One by which the record leaves
 * them does too. Imported history concerns nobody.
 */
export function concerns({ state, before }: ToldEvent, limits: Limits): boolean {
  if (state.isHistoric === true) return false;
  return lies(state, limits) || (before !== null && lies(before, limits));
}

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The body of the message, an object to be written as JSON. */
export function webhookMessage(event: ToldEvent): Record<string, unknown> {
  const { noun, action, state } = event;
  const isKept = event.isSecret || isSecret(state as unknown as Report);
  const open = (field: string): string | null => (isKept ? null : textOr(state[field]));
  const row = subscribable[noun]?.actions[action];
  return {
    type: `${noun}.${action}`,
    timestamp: event.at,
    data: {
      district: event.district,
      noun,
      id: event.recordId,
      version: event.version,
      sealNumber: event.number,
      action,
      actionLabel: row?.label ?? action,
      number: textOr(state.number),
      status: state.status,
      statusLabel: subscribable[noun]?.statuses[state.status] ?? state.status,
      areaCode: open('areaCode'),
      categoryCode: open('categoryCode'),
      unitId: open('unitId'),
      issueId: textOr(state.issueId),
      senderCode: open('senderCode'),
      outsideNumber: open('outsideNumber'),
      ...(event.reports ? { reports: event.reports } : {}),
    },
  };
}
