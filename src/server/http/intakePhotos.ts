/**
 * Intake photos 照片: sent beforehand in signed messages of their own, or fetched from addresses of the system
 * administrator's list. Ids are made from what is sent, so that a repeat keeps and fetches nothing twice. Sources:
 * issue 5-2; trust V5, V13.2.4.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ApiKey } from '../../domain/apiKey.ts';
import { mostFetchedPhotos, mostItemPhotos, type IntakePhoto } from '../../domain/intake.ts';
import { Refused } from '../../domain/refused.ts';
import { idFrom } from '../idFrom.ts';
import type { MasterData } from '../masterData.ts';
import type { Doors } from './context.ts';
import type { Signed } from './intakeSignature.ts';
import { mediaOn } from './open311Media.ts';

/** How long, in milliseconds, a message may wait for addresses; the door waits 90 s at most. */
const patienceMs = 40_000;
const atOnce = 4;

/** Photos of one item; `about`: the words its ids are made from. */
export interface Wanted {
  about: string;
  photos?: readonly string[] | undefined;
  photoUrls?: readonly string[] | undefined;
}

/** The ids of an item's photos, or why they cannot be had. */
export type Gathered = { ids: string[] } | { refused: Refused };

export interface IntakePhotos {
  /** Keeps one photo that came by itself. Throws 409 or 415 for what is no photo. */
  keep(signed: Signed, bytes: Buffer): Promise<z.infer<typeof IntakePhoto>>;
  /** Fetches what is named by address. Throws 400 when one message names too many. */
  gather(key: ApiKey, master: MasterData, items: readonly Wanted[]): Promise<Gathered[]>;
}

const late = (): Refused =>
  new Refused(409, 'photosLate', '照片没有在规定时间内全部取到，已取到的保留，请把这一件重新发送');

export function intakePhotosOn(doors: Pick<Doors, 'house'>): IntakePhotos {
  const media = mediaOn(doors, 'photoUrls');
  const { pool } = doors.house;

  const isKept = async ({ district, id: personId }: ApiKey, id: string): Promise<boolean> => {
    const { rows } = await pool.query({
      name: 'intake-photo-kept',
      text: `select 1 from photo where district = $1 and id = $2 and person_id = $3 and status = 'complete'`,
      values: [district, id, personId],
    });
    return rows.length > 0;
  };

  const gatherOne = async (
    key: ApiKey,
    master: MasterData,
    wanted: Wanted,
    until: number,
  ): Promise<Gathered> => {
    const urls = wanted.photoUrls ?? [];
    const ids = [...(wanted.photos ?? []), ...urls.map((url) => idFrom(`${wanted.about} ${url}`))];
    const first = wanted.photos?.length ?? 0;
    try {
      if (ids.length > mostItemPhotos)
        throw new Refused(400, 'tooManyPhotos', `每件最多 ${mostItemPhotos} 张照片`);
      for (const url of urls) media.check(master, url);
      for (const [n, url] of urls.entries()) {
        const id = ids[first + n] ?? '';
        if (await isKept(key, id)) continue;
        if (performance.now() > until) throw late();
        await media.keep(key, id, await media.fetch(master, url));
      }
      return { ids };
    } catch (error) {
      if (error instanceof Refused && error.status !== 507) return { refused: error };
      throw error;
    }
  };

  return {
    keep: async ({ key, messageId }, bytes) => {
      if (bytes.length === 0) throw new Refused(400, 'noPhoto', '没有收到照片的内容');
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const photo = idFrom(`intake photo ${key.district} ${key.id} ${messageId}`);
      await media.keep(key, photo, bytes);
      return { photo, sha256, size: bytes.length };
    },
    gather: async (key, master, items) => {
      const named = items.reduce((sum, { photoUrls }) => sum + (photoUrls?.length ?? 0), 0);
      if (named > mostFetchedPhotos)
        throw new Refused(
          400,
          'tooManyPhotos',
          `一次最多按地址取 ${mostFetchedPhotos} 张照片，请分几次发送，或先上传照片`,
        );
      const until = performance.now() + patienceMs;
      const gathered: Gathered[] = items.map(({ photos = [] }) => ({ ids: [...photos] }));
      const left = items.flatMap((item, n) => (item.photoUrls?.length ? [n] : []));
      const taker = async (): Promise<void> => {
        for (let n = left.shift(); n !== undefined; n = left.shift())
          gathered[n] = await gatherOne(key, master, items[n] as Wanted, until);
      };
      await Promise.all(Array.from({ length: atOnce }, taker));
      return gathered;
    },
  };
}
