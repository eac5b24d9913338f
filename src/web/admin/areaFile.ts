/** Sending a file of boundaries: the one body of this size, so it has more time than other requests. */
import type { AreaFileInput, AreaFilePreview } from '../../domain/areaApi.ts';
import { currentCsrf, ProblemError, Unreachable } from '../client.ts';

const timeoutMs = 180_000;
export const maxFileBytes = 20 * 1024 * 1024;

/** Looks at a file or applies it. Throws ProblemError with the reason, or Unreachable; repeating is safe. */
export async function sendAreaFile(
  district: string,
  input: AreaFileInput,
): Promise<AreaFilePreview> {
  let response: Response;
  try {
    response = await fetch(`/api/${district}/areas/file`, {
      method: 'POST',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': 'application/json', 'x-csrf': currentCsrf() },
      body: JSON.stringify(input),
    });
  } catch {
    throw new Unreachable();
  }
  if (response.ok) return (await response.json()) as AreaFilePreview;
  const problem = (await response.json().catch(() => null)) as ProblemError['problem'] | null;
  throw new ProblemError(
    response.status,
    problem ?? { code: 'unknown', message: '服务器没有说明原因，请稍后重试', requestId: '' },
  );
}
