/**
 * Photo look 照片特征: 64 bits that stay nearly the same when a photo is scaled, compressed or lightened, so
 * that the same view is known again: of nine by eight gray points each is brighter than its neighbor or
 * not. Computed when a photo is kept; for older ones by a sweep. Source: issue 5-8.
 */
import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import sharp from 'sharp';
import { copyPath } from './photoStore.ts';

/** The bits in hexadecimal; '' for what is no picture that can be read here. */
export async function dhashOf(picture: Buffer | undefined): Promise<string> {
  if (!picture) return '';
  const gray = await sharp(picture)
    .greyscale()
    .resize(9, 8, { fit: 'fill' })
    .raw()
    .toBuffer()
    .catch(() => undefined);
  if (gray?.length !== 72) return '';
  let bits = 0n;
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++) {
      const [left = 0, right = 0] = gray.subarray(y * 9 + x, y * 9 + x + 2);
      bits = (bits << 1n) | (left > right ? 1n : 0n);
    }
  return bits.toString(16).padStart(16, '0');
}

const batch = 200;

/** Looks at kept photos that nobody looked at yet, some at a time. Answers how many. Safe to repeat. */
export async function sweepLooks(pool: pg.Pool, directory: string): Promise<number> {
  const { rows } = await pool.query<{ district: string; id: string; sha256: string }>(
    `select district, id, sha256 from photo where status = 'complete' and dhash is null
     order by completed_at limit ${batch}`,
  );
  const looks = new Map<string, string>();
  for (const { sha256 } of rows) {
    if (looks.has(sha256)) continue;
    const path = copyPath(directory, sha256, 'thumbnail');
    looks.set(sha256, await dhashOf(await readFile(path).catch(() => undefined)));
  }
  await pool.query(
    `update photo p set dhash = l.dhash from unnest($1::text[], $2::uuid[], $3::text[]) l(district, id, dhash)
     where p.district = l.district and p.id = l.id`,
    [
      rows.map(({ district }) => district),
      rows.map(({ id }) => id),
      rows.map(({ sha256 }) => looks.get(sha256) ?? ''),
    ],
  );
  return rows.length;
}
