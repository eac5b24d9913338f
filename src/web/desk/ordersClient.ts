/** Orders client 工单导入请求: sending a file with its progress; its map, its applying and undoing slice by slice. */
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import type { OrderMap } from '../../domain/orderMap.ts';
import type { Problem } from '../../domain/views.ts';
import { currentCsrf, ProblemError, Unreachable } from '../client.ts';

const timeoutMs = 300_000;

const problemOf = (status: number, problem: Problem | null): ProblemError =>
  new ProblemError(
    status,
    problem ?? { code: 'unknown', message: '服务器没有说明原因，请稍后重试', requestId: '' },
  );

/** Sends a file for a check; `onSent` is told the share that has left (0–1). Nothing is imported by it. */
export function sendOrders(
  district: string,
  sender: string,
  file: File,
  onSent: (share: number) => void,
): Promise<OrderLoadRow> {
  return new Promise((resolve, reject) => {
    const line = new XMLHttpRequest();
    const search = new URLSearchParams({ sender, name: file.name }).toString();
    line.open('POST', `/api/${district}/orders?${search}`);
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
      if (line.status === 200 && answer) resolve((answer as { load: OrderLoadRow }).load);
      else reject(problemOf(line.status, answer as Problem | null));
    };
    line.send(file);
  });
}

async function post(path: string, body: unknown): Promise<OrderLoadRow> {
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
  if (response.ok) return ((await response.json()) as { load: OrderLoadRow }).load;
  throw problemOf(response.status, (await response.json().catch(() => null)) as Problem | null);
}

const address = (district: string, id: string, step: string): string =>
  `/api/${district}/orders/loads/${id}/${step}`;

/** Checks the rows again with another map. */
export const sendMap = (
  district: string,
  id: string,
  choice: { map: OrderMap; isHistoric: boolean },
): Promise<OrderLoadRow> => post(address(district, id, 'map'), choice);

/** A slice of applying or undoing; safe to repeat, and to be called until it is over. */
export const doSlice = (
  district: string,
  id: string,
  step: 'apply' | 'undo',
): Promise<OrderLoadRow> => post(address(district, id, step), {});

/** Where the refused rows are, in the form of the file. */
export const refusedAddress = (district: string, id: string): string =>
  address(district, id, 'refused');
