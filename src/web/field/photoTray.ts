/**
 * Photo tray 照片盘: the photos of one form. Each is sent as soon as it is taken, one after another,
 * while the person goes on typing; sending the form waits for the rest.
 */
import { useSyncExternalStore } from 'react';
import { ProblemError } from '../client.ts';
import { uploadPhoto } from '../photoUpload.ts';

export interface TrayPhoto {
  key: string;
  preview: string;
  state: 'waiting' | 'sending' | 'done' | 'failed';
  /** Share sent, 0 to 1. */
  share: number;
  problem: string | null;
  id: string | null;
}

export interface PhotoTray {
  add(files: Iterable<File>): void;
  remove(key: string): void;
  /** Sends again what failed. */
  retry(): void;
  /** The ids of all photos once they have arrived. Rejects with the reason when one cannot be sent. */
  finished(): Promise<string[]>;
  list(): readonly TrayPhoto[];
  subscribe(listener: () => void): () => void;
}

/** Where photos of a form go; a citizen's token is fetched when the first photo is taken. */
export interface TrayTarget {
  district: string;
  token?: () => Promise<string>;
  /** The token was refused: the next call of `token` fetches another. */
  forgetToken?: () => void;
}

let lastKey = 0;

export function newPhotoTray(target: TrayTarget): PhotoTray {
  const files = new Map<string, File>();
  const tokens = new Map<string, string | undefined>();
  const listeners = new Set<() => void>();
  let photos: readonly TrayPhoto[] = [];
  let line: Promise<void> = Promise.resolve();

  const put = (next: readonly TrayPhoto[]) => {
    photos = next;
    for (const listener of listeners) listener();
  };
  const mark = (key: string, part: Partial<TrayPhoto>) =>
    put(photos.map((photo) => (photo.key === key ? { ...photo, ...part } : photo)));

  const send = async (key: string) => {
    const file = files.get(key);
    if (!file) return;
    mark(key, { state: 'sending', share: 0, problem: null });
    try {
      const token = await target.token?.();
      const id = await uploadPhoto(file, (share) => mark(key, { share }), {
        district: target.district,
        ...(token ? { token } : {}),
      });
      tokens.set(key, token);
      mark(key, { state: 'done', share: 1, id });
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) target.forgetToken?.();
      mark(key, {
        state: 'failed',
        problem: error instanceof Error ? error.message : '照片未能上传',
      });
    }
  };
  const queue = (key: string) => {
    line = line.then(() => send(key));
  };
  const retry = () => {
    const failed = photos.filter((photo) => photo.state === 'failed').map(({ key }) => key);
    put(
      photos.map((photo) => (failed.includes(photo.key) ? { ...photo, state: 'waiting' } : photo)),
    );
    failed.forEach(queue);
  };

  /** Photos sent under a token that has since been replaced belong to nobody: they are sent again. */
  const renew = async () => {
    if (!target.token || photos.length === 0) return;
    const token = await target.token();
    const stale = photos.filter(({ key }) => tokens.get(key) !== token).map(({ key }) => key);
    stale.forEach(queue);
    await line;
  };

  return {
    add(chosen) {
      const added = [...chosen].map((file) => {
        lastKey += 1;
        const key = `photo-${lastKey}`;
        files.set(key, file);
        return {
          key,
          preview: URL.createObjectURL(file),
          state: 'waiting',
          share: 0,
          problem: null,
          id: null,
        } as const;
      });
      put([...photos, ...added]);
      for (const { key } of added) queue(key);
    },
    remove(key) {
      files.delete(key);
      const gone = photos.find((photo) => photo.key === key);
      if (gone) URL.revokeObjectURL(gone.preview);
      put(photos.filter((photo) => photo.key !== key));
    },
    retry,
    async finished() {
      retry();
      await line;
      await renew();
      const failed = photos.find(({ id }) => id === null);
      if (failed) throw new Error(`照片未能上传：${failed.problem ?? '请重试'}`);
      return [...new Set(photos.flatMap(({ id }) => (id ? [id] : [])))];
    },
    list: () => photos,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The tray's photos as they stand, redrawn on every change. */
export const useTray = (tray: PhotoTray): readonly TrayPhoto[] =>
  useSyncExternalStore(tray.subscribe, tray.list);
