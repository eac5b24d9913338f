/**
 * Photo upload 照片上传: announces a photo by its size and digest, then sends it in ranges that can be
 * resumed, so that a broken line costs at most one range. Source: architecture “The hard parts” 10; the
 * HTTP contract of photos.
 */
import { currentCsrf, loadSession, newId, ProblemError, Unreachable } from './client.ts';

const rangeBytes = 512 * 1024;
const plainBytes = 1.5 * 1024 * 1024;
const maxBytes = 20 * 1024 * 1024;
const longEdge = 2560;
const quality = 0.85;
const maxPauses = 5;
const maxRestarts = 2;
const firstPauseMs = 1_000;
const timeoutMs = 60_000;
const shownTypes = ['image/jpeg', 'image/png', 'image/webp'];

interface Progress {
  id: string;
  offset: number;
  isComplete: boolean;
}

interface Answer {
  status: number;
  body: Partial<Progress> & { code?: string; message?: string; requestId?: string };
  retryAfter: number;
}

interface Target {
  district: string;
  /** A citizen's upload token; staff are known by their session. */
  token?: string;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Is there an Exif block? It stands near the beginning (JPEG, PNG) or at the end (WebP). */
async function hasExif(file: Blob): Promise<boolean> {
  const edge = 256 * 1024;
  const parts = [file.slice(0, edge), ...(file.size > edge ? [file.slice(-edge)] : [])];
  for (const part of parts) {
    const text = new TextDecoder('latin1').decode(await part.arrayBuffer());
    if (/Exif\0\0|eXIf|EXIF/.test(text)) return true;
  }
  return false;
}

/** Draws the picture again as JPEG, long edge at most 2560 px; undefined when this browser cannot read it. */
async function redraw(file: Blob): Promise<Blob | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  const scale = Math.min(1, longEdge / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, 'image/jpeg', quality),
  );
  return drawn ?? undefined;
}

/**
 * What is sent of a chosen file. A large photo is drawn smaller, but drawing drops the Exif block with the
 * time and position at which it was taken, and these are evidence: a photo that has them goes as it is
 * while it is not above 20 MB. A kind that others cannot look at (HEIC, BMP) is drawn in any case where
 * this browser can.
 */
async function prepare(file: Blob): Promise<Blob> {
  const isShown = shownTypes.includes(file.type);
  if (isShown && file.size <= plainBytes) return file;
  if (isShown && file.size <= maxBytes && (await hasExif(file))) return file;
  const drawn = await redraw(file);
  return drawn && (!isShown || drawn.size < file.size) ? drawn : file;
}

/** SHA-256 in hex; by own arithmetic where the browser withholds its own (plain http, not this machine). */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = globalThis.crypto.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    : (await import('@noble/hashes/sha2.js')).sha256(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One request; XMLHttpRequest because it alone tells how much has left. Rejects when the line breaks. */
function ask(
  method: 'GET' | 'POST' | 'PUT',
  address: string,
  { token }: Target,
  body?: Blob | string,
  onSent?: (bytes: number) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const line = new XMLHttpRequest();
    line.open(method, address);
    line.timeout = timeoutMs;
    line.setRequestHeader('accept', 'application/json');
    if (method !== 'GET') {
      line.setRequestHeader(
        'content-type',
        typeof body === 'string' ? 'application/json' : 'application/octet-stream',
      );
      line.setRequestHeader('x-csrf', currentCsrf());
    }
    if (token) line.setRequestHeader('x-upload-token', token);
    line.upload.onprogress = ({ loaded }) => onSent?.(loaded);
    line.onerror = line.ontimeout = line.onabort = () => reject(new Unreachable());
    line.onload = () => {
      let answered: Answer['body'] = {};
      try {
        answered = JSON.parse(line.responseText) as Answer['body'];
      } catch {
        // A proxy's page instead of an answer: the status alone decides.
      }
      resolve({
        status: line.status,
        body: answered,
        retryAfter: Number(line.getResponseHeader('retry-after') ?? 0),
      });
    };
    line.send(body ?? null);
  });
}

const problemOf = ({ status, body }: Answer): ProblemError =>
  new ProblemError(status, {
    code: body.code ?? `http${status}`,
    message: body.message ?? (status === 413 ? '照片太大，请换一张' : '照片未能上传，请重试'),
    requestId: body.requestId ?? '',
  });

const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** May the same succeed a little later? */
const isLaterPossible = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ProblemError && isPassing(error.status));

/** The progress in an answer. Throws ProblemError on a refusal. */
async function progressIn(answer: Answer): Promise<Progress> {
  const { status, body, retryAfter } = answer;
  if (status >= 200 && status < 300) {
    return { id: body.id ?? '', offset: body.offset ?? 0, isComplete: body.isComplete ?? false };
  }
  if (isPassing(status) && retryAfter > 0) await wait(Math.min(retryAfter, 20) * 1000);
  throw problemOf(answer);
}

/** Tries again after growing pauses (1, 2, 4, 8, 16 s), each cut short when the phone is back online. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let pauses = 0; ; pauses += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLaterPossible(error) || pauses >= maxPauses) throw error;
      const online = new Promise<void>((resolve) =>
        globalThis.addEventListener('online', () => resolve(), { once: true }),
      );
      await Promise.race([wait(firstPauseMs * 2 ** pauses), online]);
    }
  }
}

/** Sends the next range; a server that stands elsewhere is asked where. Throws like {@link progressIn}. */
async function sendRange(
  bytes: Blob,
  { id, offset }: Progress,
  target: Target,
  tell: (sent: number) => void,
): Promise<Progress> {
  const photo = `/api/${target.district}/photos/${id}`;
  const range = bytes.slice(offset, offset + rangeBytes);
  const answer = await ask('PUT', `${photo}?offset=${offset}`, target, range, (sent) =>
    tell(offset + sent),
  );
  const stands =
    answer.status === 409
      ? await progressIn(await ask('GET', `${photo}/state`, target))
      : await progressIn(answer);
  if (stands.isComplete || stands.offset !== offset) return { ...stands, id };
  if (answer.status === 409) throw problemOf(answer);
  throw new Unreachable();
}

interface Announced {
  id: string;
  bytes: Blob;
  sha256: string;
  token: string | undefined;
}

/** What was announced of a file, so that uploading it again goes on where it stopped. */
const announced = new WeakMap<File, Announced>();

async function announcementOf(file: File, token: string | undefined): Promise<Announced> {
  const known = announced.get(file);
  if (known && known.token === token) return known;
  const bytes = known?.bytes ?? (await prepare(file));
  const sha256 = known?.sha256 ?? (await digestOf(new Uint8Array(await bytes.arrayBuffer())));
  const fresh = { id: newId(), bytes, sha256, token };
  announced.set(file, fresh);
  return fresh;
}

/**
 * Uploads one photo and returns its id, ready for an action's `photos`. `onProgress` is told the share
 * sent, 0 to 1. Without `options` the district is that of the session. Throws ProblemError (refused) or
 * Unreachable (line broken, five pauses in a row without progress); calling again with the same file
 * goes on where the server stands.
 */
export async function uploadPhoto(
  file: File,
  onProgress: (share: number) => void = () => {},
  options?: Target,
): Promise<string> {
  const target = options ?? { district: (await loadSession())?.district ?? '' };
  const { id, bytes, sha256 } = await announcementOf(file, target.token);
  const words = JSON.stringify({ id, sha256, size: bytes.size });
  const tell = (sent: number) => onProgress(Math.min(1, sent / bytes.size));

  let state = await patiently(async () =>
    progressIn(await ask('POST', `/api/${target.district}/photos`, target, words)),
  );
  for (let restarts = 0; !state.isComplete;) {
    const from = state;
    tell(from.offset);
    state = await patiently(() => sendRange(bytes, from, target, tell));
    if (state.offset < from.offset) restarts += 1;
    if (restarts > maxRestarts) throw new Unreachable();
  }
  onProgress(1);
  return state.id;
}
