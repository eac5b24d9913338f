/**
 * Sending 待送: forms that were sent off and are not known to have arrived. Each keeps its request id, so
 * that sending again is safe, and goes on while the person does something else. In memory only, and only
 * for the person and post that made it.
 */
import { useMemo, useSyncExternalStore } from 'react';
import { ProblemError, UnknownOutcome } from '../client.ts';
import type { PhotoTray } from './photoTray.ts';

export interface Sending {
  key: string;
  /** Person and post it belongs to; never sent under another sign-in. */
  owner: string;
  label: string;
  /**
   * waiting: no network, goes by itself later; photos: their upload is under way; unknown: it may have
   * arrived, being checked by sending it again.
   */
  state: 'waiting' | 'photos' | 'sending' | 'unknown' | 'failed' | 'done';
  problem: string | null;
  isSignedOut: boolean;
  /** The number given to a new record. */
  number: string | null;
  /** Where the form stands, to change it after a refusal. */
  editPath: string | null;
  tray: PhotoTray | null;
}

export interface Parcel {
  key: string;
  owner: string;
  label: string;
  /** Its photos, if it has any. */
  tray: PhotoTray | null;
  /** Sends it, always with the same request id; the number of the new record, if it has one. */
  send(photoIds: string[], onUncertain: () => void): Promise<string | null>;
  /** Puts the form back as it was; the page stands at `editPath`. */
  edit?: () => void;
  editPath?: string;
}

const checks = 6;
const firstPauseMs = 2_000;

let sendings: readonly Sending[] = [];
let currentOwner = '';
const parcels = new Map<string, Parcel>();
const listeners = new Set<() => void>();

const put = (next: readonly Sending[]) => {
  sendings = next;
  for (const listener of listeners) listener();
};
const mark = (key: string, part: Partial<Sending>) =>
  put(sendings.map((sending) => (sending.key === key ? { ...sending, ...part } : sending)));

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    globalThis.addEventListener('online', () => (clearTimeout(timer), resolve()), { once: true });
  });

/** Nothing is begun without a network: what was never sent off is not uncertain. */
const backOnline = (): Promise<void> =>
  navigator.onLine
    ? Promise.resolve()
    : new Promise((resolve) =>
        globalThis.addEventListener('online', () => resolve(), { once: true }),
      );

async function run(parcel: Parcel): Promise<void> {
  const { key } = parcel;
  const isOnTheWay = () => parcels.has(key) && parcel.owner === currentOwner;
  try {
    mark(key, { state: 'waiting', problem: null, isSignedOut: false });
    await backOnline();
    mark(key, { state: 'photos' });
    const ids = (await parcel.tray?.finished()) ?? [];
    mark(key, { state: 'waiting' });
    await backOnline();
    mark(key, { state: 'sending' });
    for (let check = 0; isOnTheWay(); check += 1) {
      try {
        const number = await parcel.send(ids, () => mark(key, { state: 'unknown' }));
        mark(key, { state: 'done', number });
        return;
      } catch (error) {
        if (!(error instanceof UnknownOutcome) || check >= checks) throw error;
        mark(key, { state: 'unknown' });
        await pause(firstPauseMs * 2 ** check);
      }
    }
    mark(key, { state: 'failed', problem: '登录已变更，未继续发送。请用原账号登录后重试。' });
  } catch (error) {
    const isUnknown = error instanceof UnknownOutcome;
    mark(key, {
      state: isUnknown ? 'unknown' : 'failed',
      problem: error instanceof Error ? error.message : '未能送出，请重试',
      isSignedOut:
        error instanceof ProblemError &&
        error.status === 401 &&
        error.problem.code !== 'badUploadToken',
    });
  }
}

/** Whose phone it is now; what belongs to another is neither shown nor sent. */
export function setOwner(owner: string): void {
  currentOwner = owner;
}

/** Sends a form off; it is kept until it has arrived or is dropped. */
export function startSending(parcel: Parcel): void {
  parcels.set(parcel.key, parcel);
  put([
    ...sendings.filter(({ key }) => key !== parcel.key),
    {
      key: parcel.key,
      owner: parcel.owner,
      label: parcel.label,
      state: 'waiting',
      tray: parcel.tray,
      problem: null,
      isSignedOut: false,
      number: null,
      editPath: parcel.edit ? (parcel.editPath ?? null) : null,
    },
  ]);
  void run(parcel);
}

/** Sends again what did not arrive, with the same request id. */
export function retrySending(key: string): void {
  const parcel = parcels.get(key);
  if (parcel) void run(parcel);
}

/** Forgets it: arrived and read, or given up. */
export function dropSending(key: string): void {
  parcels.delete(key);
  put(sendings.filter((sending) => sending.key !== key));
}

/** Forgets it once its arrival has been read; what is still on its way stays. */
export function dropArrived(key: string): void {
  if (sendings.some((sending) => sending.key === key && sending.state === 'done')) dropSending(key);
}

/** After a refusal: puts the form back to be changed. */
export function editSending(key: string): void {
  parcels.get(key)?.edit?.();
  dropSending(key);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Everything of this owner that was sent off, oldest first. */
export function useSendings(owner: string): readonly Sending[] {
  const all = useSyncExternalStore(subscribe, () => sendings);
  return useMemo(() => all.filter((sending) => sending.owner === owner), [all, owner]);
}

/** One of them. */
export const useSending = (owner: string, key: string | null): Sending | undefined =>
  useSendings(owner).find((sending) => sending.key === key);
