/** Film 演示照片: the drawings of a life's photos: kept once on the disk, shared by all photos that show them. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { drawPicture, type Scene } from '../demoPictures.ts';
import { readPicture } from '../photos/images.ts';
import { isThere, keepPhoto, originalPath, piecePath } from '../photos/photoStore.ts';
import { idAt, type Chance } from './chance.ts';

export interface Drawing {
  sha256: string;
  size: number;
  width: number;
  height: number;
}

export type Film = Record<Scene, readonly Drawing[]>;

/** Drawings of each scene. */
const variants = 6;

async function keepDrawing(directory: string, scene: Scene, variant: number): Promise<Drawing> {
  const bytes = await drawPicture(scene, variant);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { copies, width, height } = await readPicture(bytes, 'jpeg');
  if (!(await isThere(originalPath(directory, sha256)))) {
    const piece = piecePath(directory, 'film', idAt('2026-01-01T00:00:00.000Z', sha256));
    await mkdir(dirname(piece), { recursive: true, mode: 0o700 });
    await writeFile(piece, bytes, { mode: 0o600 });
    await keepPhoto(directory, piece, sha256, copies);
  }
  return { sha256, size: bytes.length, width: width ?? 640, height: height ?? 480 };
}

/** Draws and keeps all pictures of a life in the folder of photos. */
export async function developFilm(directory: string): Promise<Film> {
  const film: Record<Scene, Drawing[]> = { before: [], after: [] };
  for (const scene of ['before', 'after'] as const)
    for (let variant = 0; variant < variants; variant++)
      film[scene].push(await keepDrawing(directory, scene, variant));
  return film;
}

/** One of the drawings of a scene. Throws when the film is empty. */
export function drawingOf(film: Film, scene: Scene, chance: Chance): Drawing {
  const drawing = film[scene][Math.floor(chance() * film[scene].length)];
  if (!drawing) throw new Error('the film is empty');
  return drawing;
}
