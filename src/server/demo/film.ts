/** Film 演示照片: the drawings of a life's photos: kept once on the disk, shared by all photos that show them. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  drawPicture,
  pictureSize,
  pictureSubjects,
  pictureVariants,
  type Scene,
} from '../demoPictures.ts';
import { readPicture } from '../photos/images.ts';
import { isThere, keepPhoto, originalPath, piecePath } from '../photos/photoStore.ts';
import { idAt, type Chance } from './chance.ts';

export interface Drawing {
  sha256: string;
  size: number;
  width: number;
  height: number;
}

/** The drawings of each subject and scene, by 'subject scene'. */
export type Film = ReadonlyMap<string, readonly Drawing[]>;

async function keepDrawing(
  directory: string,
  subject: string,
  scene: Scene,
  variant: number,
): Promise<Drawing> {
  const bytes = await drawPicture(subject, scene, variant);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (!(await isThere(originalPath(directory, sha256)))) {
    const { copies } = await readPicture(bytes, 'jpeg');
    const piece = piecePath(directory, 'film', idAt('2026-01-01T00:00:00.000Z', sha256));
    await mkdir(dirname(piece), { recursive: true, mode: 0o700 });
    await writeFile(piece, bytes, { mode: 0o600 });
    await keepPhoto(directory, piece, sha256, copies);
  }
  return { sha256, size: bytes.length, ...pictureSize };
}

/** Draws and keeps all pictures of a life in the folder of photos. */
export async function developFilm(directory: string): Promise<Film> {
  const numbers = Array.from({ length: pictureVariants }, (_, variant) => variant);
  const film = new Map<string, Drawing[]>();
  for (const subject of pictureSubjects)
    for (const scene of ['before', 'after'] as const)
      film.set(
        `${subject} ${scene}`,
        await Promise.all(numbers.map((n) => keepDrawing(directory, subject, scene, n))),
      );
  return film;
}

/** One of the drawings of a subject in a scene. Throws when there is none. */
export function drawingOf(
  film: Film,
  { subject, scene }: { subject: string; scene: Scene },
  chance: Chance,
): Drawing {
  const drawings = film.get(`${subject} ${scene}`) ?? [];
  const drawing = drawings[Math.floor(chance() * drawings.length)];
  if (!drawing) throw new Error(`no drawing of ${subject} ${scene}`);
  return drawing;
}
