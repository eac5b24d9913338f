/** File client 文件请求: sending a whole file with its progress, and what is done with it, which takes minutes. */
import type { Problem } from '../domain/views.ts';
import { currentCsrf, ProblemError, Unreachable } from './client.ts';

const timeoutMs = 300_000;

const problemOf = (status: number, problem: Problem | null): ProblemError =>
  new ProblemError(
    status,
    problem ?? { code: 'unknown', message: '服务器没有说明原因，请稍后重试', requestId: '' },
  );

/**
 * Sends a file as it is and answers what the server made of it; `onSent` is told the share that has left
 * (0–1). Throws {@link ProblemError} or {@link Unreachable}.
 */
export function sendFile<T>(path: string, file: File, onSent: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const line = new XMLHttpRequest();
    line.open('POST', path);
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
      if (line.status === 200 && answer) resolve(answer as T);
      else reject(problemOf(line.status, answer as Problem | null));
    };
    line.send(file);
  });
}

/** Asks for something to be done with a file that was sent. Throws as {@link sendFile} does. */
export async function doWithFile<T>(path: string, body: unknown): Promise<T> {
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
  if (response.ok) return (await response.json()) as T;
  throw problemOf(response.status, (await response.json().catch(() => null)) as Problem | null);
}
