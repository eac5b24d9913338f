/**
 * Open311 media: photos that come with a form, or lie at an address of the list the system administrator keeps.
 * They are kept like every upload, under ids made from the request, so that a repeat brings the same ones.
 * Sources: GeoReport v2 (media_url); issue 5-2; trust V13.2.4, V15.3.2.
 */
import type { ApiKey } from '../../domain/apiKey.ts';
import { Refused } from '../../domain/refused.ts';
import type { MasterData } from '../masterData.ts';
import { callOutside, OutsideFailed } from '../outside.ts';
import { keepBytes } from '../photos/keepBytes.ts';
import { lanes } from '../photos/lanes.ts';
import { largestPhoto, uploadsOn } from '../photos/upload.ts';
import type { Doors } from './context.ts';

const patienceMs = 10_000;

const refuse = (message: string): Refused => new Refused(400, 'badMedia', message);

/** Throws unless the host of the address is on the list; the public network is no exception here. */
function checkListed(field: string, address: string, { allowedOutside }: MasterData): void {
  if (!URL.canParse(address)) throw refuse(`${field} 不是有效的地址`);
  const { protocol, hostname, port } = new URL(address);
  const number = Number(port || (protocol === 'https:' ? 443 : 80));
  const isListed = allowedOutside.some(
    (entry) => entry.host === hostname && (entry.port === null || entry.port === number),
  );
  if (!isListed)
    throw refuse(
      `${hostname.slice(0, 100)} 不在外部地址白名单，请改为直接上传照片，或请系统管理员添加`,
    );
}

export interface Media {
  /** Checks what was sent by address before anything is kept or fetched. Throws 400. */
  check(master: MasterData, address: string): void;
  /** The bytes at an address. Throws 400 with the reason. */
  fetch(master: MasterData, address: string): Promise<Buffer>;
  /** Keeps a photo of a key under an id. Throws 400 for what is no photo. */
  keep(key: ApiKey, id: string, bytes: Buffer): Promise<void>;
}

/** `field`: what the address is called where it is sent. */
export function mediaOn({ house }: Pick<Doors, 'house'>, field = 'media_url'): Media {
  const { pool, dataDir, tools } = house;
  const uploads = uploadsOn({ pool, directory: `${dataDir}/photos`, now: tools.now });
  const lane = lanes(4, 40);
  return {
    check: (master, address) => checkListed(field, address, master),
    fetch: (master, url) =>
      lane(async () => {
        try {
          const { status, body } = await callOutside({
            url,
            method: 'GET',
            timeoutMs: patienceMs,
            maxBytes: largestPhoto,
            allowed: master.allowedOutside,
          });
          if (status !== 200) throw refuse(`取不到 ${field} 的照片，对方回答 ${status}`);
          return body;
        } catch (error) {
          if (error instanceof OutsideFailed) throw refuse(`${field}：${error.message}`);
          throw error;
        }
      }),
    keep: (key, id, bytes) =>
      keepBytes(uploads, { personId: key.id, district: key.district }, id, bytes),
  };
}
