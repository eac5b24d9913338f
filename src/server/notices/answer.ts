/** What came of an attempt to send a notice, and what may be said of a call by HTTP that failed. */
import type { AllowedAddress } from '../../domain/outsideAddress.ts';
import type { Moment } from '../../domain/moment.ts';
import { callOutside, OutsideFailed, type OutsideCall } from '../outside.ts';

/**
 * `failed`: it certainly did not arrive and may be tried again; `refused`: nor would it next time; `unsure`: it was on
 * the way when the connection broke, so it is not sent again by itself.
 */
export type Result = 'sent' | 'failed' | 'refused' | 'unsure';

export interface Outcome {
  result: Result;
  /** What the other side said, in words for the administrator. */
  answer: string;
  /** Whatever goes by this channel now would fare the same. */
  isForAll: boolean;
  /** Not to be tried again for so many seconds. */
  restSeconds?: number;
}

/** What sending needs besides the message. */
export interface Sending {
  secret: string;
  allowed: readonly AllowedAddress[];
  timeoutMs: number;
  now: Moment;
  signal?: AbortSignal | undefined;
}

export const sent = (answer: string): Outcome => ({ result: 'sent', answer, isForAll: false });
export const refused = (answer: string, isForAll = false): Outcome => ({
  result: 'refused',
  answer,
  isForAll,
});
export const failed = (answer: string, restSeconds?: number): Outcome => ({
  result: 'failed',
  answer,
  isForAll: true,
  ...(restSeconds === undefined ? {} : { restSeconds }),
});
export const unsure = (answer: string): Outcome => ({ result: 'unsure', answer, isForAll: false });

const maxAnswerBytes = 100_000;

/** A fault of a call, as an outcome. */
export const outcomeOfFault = ({ message, wasConnected }: OutsideFailed): Outcome =>
  wasConnected ? unsure(`${message}，不知对方是否已收到`) : failed(message);

/** Posts once and gives the answer's JSON to be judged; answers that are no JSON are judged by their status. */
export async function postOnce(
  call: Pick<OutsideCall, 'url' | 'headers' | 'body'>,
  { allowed, timeoutMs, signal }: Sending,
  judge: (answer: Record<string, unknown>) => Outcome,
): Promise<Outcome> {
  try {
    const { status, body } = await callOutside({
      ...call,
      method: 'POST',
      allowed,
      timeoutMs,
      maxBytes: maxAnswerBytes,
      isOnce: true,
      ...(signal ? { signal } : {}),
    });
    const answer = readObject(body);
    if (answer) return judge(answer);
    // 503 says that it was not taken; what else broke over there may have broken after taking it.
    if (status >= 500 && status !== 503) return unsure(`对方出错（${status}），不知是否已收到`);
    return status >= 200 && status < 300
      ? unsure('对方的回答无法辨认，不知是否已收到，请核对渠道地址')
      : failed(`对方回答 ${status}，请核对渠道地址`);
  } catch (error) {
    if (!(error instanceof OutsideFailed)) throw error;
    return outcomeOfFault(error);
  }
}

function readObject(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
