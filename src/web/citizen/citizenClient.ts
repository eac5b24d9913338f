/** Citizen client 市民请求: what a page without sign-in sends. No account, so no session and no token of one. */
import type { CallbackAnswer } from '../../domain/callbackAnswer.ts';
import type { Problem } from '../../domain/views.ts';
import { newId, ProblemError, UnknownOutcome } from '../client.ts';
import { digestOf } from '../photoUpload.ts';

/** 32 signs without 0, O, 1 and I, which are mistaken for one another: 5 bits each. */
const signs = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const codeLength = 10;
const timeoutMs = 30_000;

/** A follow code of 10 signs, 50 bits; made here, so that the server never holds it in the clear. */
export function newFollowCode(): string {
  const dice = crypto.getRandomValues(new Uint8Array(codeLength));
  return Array.from(dice, (byte) => signs[byte % signs.length]).join('');
}

/** The code as it is read aloud: two groups of five. */
export const spacedCode = (code: string): string => `${code.slice(0, 5)} ${code.slice(5)}`;

/** What a person typed, as the code: capitals, without spaces and dashes. */
export const cleanCode = (typed: string): string => typed.toUpperCase().replace(/[\s-]/g, '');

/** The only form in which the code is sent when reporting: SHA-256 in hex. */
export const followHashOf = (code: string): Promise<string> =>
  digestOf(new TextEncoder().encode(code));

async function post<T>(
  address: string,
  body: unknown,
  requestId: string,
  token?: string,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        ...(token ? { 'x-upload-token': token } : {}),
      },
      body: JSON.stringify(body),
    });
  } catch {
    throw new UnknownOutcome(requestId);
  }
  const answer = (await response.json().catch(() => ({}))) as Partial<Problem> & T;
  if (response.ok) return answer;
  throw new ProblemError(response.status, {
    code: answer.code ?? `http${response.status}`,
    message: answer.message ?? '服务暂时不可用，请稍后重试。',
    requestId: answer.requestId ?? requestId,
    ...(answer.details ? { details: answer.details } : {}),
  });
}

/** Tokens live an hour; one of 45 minutes is replaced, so that it does not end in the middle of a photo. */
const freshMs = 45 * 60_000;
const tokens = new Map<string, { token: Promise<string>; at: number }>();

/** The upload token of a district, kept while it is fresh; a failure is not kept. */
export function uploadToken(district: string): Promise<string> {
  const known = tokens.get(district);
  if (known && performance.now() - known.at < freshMs) return known.token;
  const address = `/api/${district}/citizen/upload-token`;
  const token = post<{ token: string }>(address, {}, newId()).then((answer) => answer.token);
  tokens.set(district, { token, at: performance.now() });
  token.catch(() => tokens.delete(district));
  return token;
}

/** The token was refused: the next one is fetched anew. */
export function forgetUploadToken(district: string): void {
  tokens.delete(district);
}

/** Sends what a complainant answers to the call-back. Throws ProblemError, or UnknownOutcome when the line broke. */
export async function sendCallback(
  district: string,
  body: { requestId: string; number: string; code: string; answer: CallbackAnswer },
): Promise<void> {
  await post(`/api/${district}/citizen/callbacks`, body, body.requestId);
}

export interface CitizenReport {
  content: string;
  areaCode?: string;
  categoryCode?: string;
  place?: { lng: number; lat: number };
  address?: string;
  complainantName?: string;
  complainantPhone?: string;
  followHash: string;
  photos?: string[];
}

/** Sends a report and returns its number. Throws ProblemError, or UnknownOutcome when the line broke. */
export async function sendReport(
  district: string,
  id: string,
  requestId: string,
  input: CitizenReport,
): Promise<string> {
  const token = input.photos ? await uploadToken(district) : undefined;
  const address = `/api/${district}/citizen/reports/${id}`;
  try {
    return (await post<{ number: string }>(address, { requestId, input }, requestId, token)).number;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) forgetUploadToken(district);
    throw error;
  }
}
