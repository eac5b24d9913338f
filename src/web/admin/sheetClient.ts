/** Sheet client 表格请求: sending a file with its progress, applying and undoing: bodies and waits of this size only. */
import type { Problem } from '../../domain/views.ts';
import type { SheetApply, SheetDone, SheetLoadRow } from '../../domain/sheetApi.ts';
import { currentCsrf, ProblemError, Unreachable } from '../client.ts';

const timeoutMs = 180_000;
export const maxFileBytes = 10 * 1024 * 1024;

const problemOf = (status: number, problem: Problem | null): ProblemError =>
  new ProblemError(
    status,
    problem ?? { code: 'unknown', message: '服务器没有说明原因，请稍后重试', requestId: '' },
  );

/** The address of a sheet as a file. `day`: the versions in force then. */
export const sheetAddress = (
  district: string,
  sheet: string,
  form: 'xlsx' | 'csv',
  options: { day?: string; isEmpty?: boolean } = {},
): string => {
  const search = new URLSearchParams({
    ...(options.day ? { day: options.day } : {}),
    ...(options.isEmpty ? { empty: '1' } : {}),
  }).toString();
  return `/api/${district}/sheets/${sheet}.${form}${search ? `?${search}` : ''}`;
};

/** Sends a file for a preview; `onSent` is told the share that has left (0–1). Nothing is written by it. */
export function sendSheet(
  district: string,
  sheet: string,
  file: File,
  onSent: (share: number) => void,
): Promise<SheetLoadRow> {
  return new Promise((resolve, reject) => {
    const line = new XMLHttpRequest();
    line.open('POST', `/api/${district}/sheets/${sheet}?name=${encodeURIComponent(file.name)}`);
    line.timeout = timeoutMs;
    line.setRequestHeader('content-type', 'application/octet-stream');
    line.setRequestHeader('x-csrf', currentCsrf());
    line.upload.onprogress = ({ loaded }) => onSent(file.size === 0 ? 1 : loaded / file.size);
    line.onerror = line.ontimeout = line.onabort = () => reject(new Unreachable());
    line.onload = () => {
      let answer: unknown = null;
      try {
        answer = JSON.parse(line.responseText);
      } catch {
        // A proxy's page instead of an answer: the status alone decides.
      }
      if (line.status === 200 && answer) resolve((answer as { load: SheetLoadRow }).load);
      else reject(problemOf(line.status, answer as Problem | null));
    };
    line.send(file);
  });
}

async function post(path: string, body: unknown): Promise<SheetDone> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': 'application/json', 'x-csrf': currentCsrf() },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Unreachable();
  }
  if (response.ok) return (await response.json()) as SheetDone;
  throw problemOf(response.status, (await response.json().catch(() => null)) as Problem | null);
}

/** Applies a preview; safe to repeat, but first passwords are told only once. */
export const applySheet = (district: string, id: string, choice: SheetApply): Promise<SheetDone> =>
  post(`/api/${district}/sheets/loads/${id}/apply`, choice);

/** Undoes a load; safe to repeat. */
export const undoSheet = (district: string, id: string): Promise<SheetDone> =>
  post(`/api/${district}/sheets/loads/${id}/undo`, {});
