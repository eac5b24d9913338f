/**
 * Calls of the crash test: every one is sent until its outcome is known, with the same request id, and
 * every attempt is logged as ok, failed or unknown.
 */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { v4, v7 } from 'uuid';
import type { Chance } from './random.ts';
import type { SignedIn } from './signIn.ts';

export type Outcome = 'ok' | 'failed' | 'unknown';

export interface Photo {
  id: string;
  sha256: string;
}

/** One action as it was ordered, and how each attempt at it ended; the last tells. */
export interface Call {
  requestId: string;
  personId: string;
  noun: string;
  id: string;
  action: string;
  photos: Photo[];
  attempts: Outcome[];
  /** Of an acknowledged call. */
  eventId: string | null;
  /** Of a refused call. */
  code: string | null;
  /** A repeat of an acknowledged request was answered with another event. */
  isDoubled: boolean;
}

export const outcomeOf = (call: Call): Outcome => call.attempts.at(-1) ?? 'unknown';

interface Answer {
  outcome: Outcome;
  status: number;
  body: { eventId?: string; code?: string; isComplete?: boolean; offset?: number };
}

const patience = 6_000;
const plurals: Record<string, string> = { report: 'reports', issue: 'issues' };

/** No answer, 429 and 5xx leave it open what happened; other refusals say that nothing did. */
const outcomeOfStatus = (status: number): Outcome => {
  if (status >= 200 && status < 300) return 'ok';
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'failed' : 'unknown';
};

export class Caller {
  readonly calls: Call[] = [];
  readonly bugs: string[] = [];
  private readonly base: string;
  private readonly who: SignedIn;
  private readonly chance: Chance;

  constructor(base: string, who: SignedIn, chance: Chance) {
    this.base = base;
    this.who = who;
    this.chance = chance;
  }

  private async send(
    method: string,
    path: string,
    type: string,
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<Answer> {
    try {
      const response = await fetch(`${this.base}${path}`, {
        method,
        headers: { cookie: this.who.cookie, 'x-csrf': this.who.csrf, 'content-type': type },
        body,
        signal: AbortSignal.timeout(patience),
      });
      const answer = (await response.json()) as Answer['body'];
      if (response.status === 500) this.bugs.push(`${path}: ${JSON.stringify(answer)}`);
      return { outcome: outcomeOfStatus(response.status), status: response.status, body: answer };
    } catch {
      return { outcome: 'unknown', status: 0, body: {} };
    }
  }

  private async untilKnown(
    send: () => Promise<Answer>,
    seen: (outcome: Outcome) => void,
  ): Promise<Answer> {
    for (;;) {
      const answer = await send();
      seen(answer.outcome);
      if (answer.outcome !== 'unknown') return answer;
      await sleep(this.chance.between(40, 160));
    }
  }

  /** Performs an action until it is acknowledged or refused; now and then says it twice at once or once more. */
  async act(
    noun: string,
    id: string,
    action: string,
    input: Record<string, unknown>,
    photos: Photo[] = [],
  ): Promise<boolean> {
    const requestId = v4();
    const call: Call = {
      requestId,
      personId: this.who.personId,
      noun,
      id,
      action,
      photos,
      attempts: [],
      eventId: null,
      code: null,
      isDoubled: false,
    };
    this.calls.push(call);
    const ids = photos.length > 0 ? { photos: photos.map((photo) => photo.id) } : {};
    const body = JSON.stringify({ requestId, input: { ...input, ...ids } });
    const send = (): Promise<Answer> =>
      this.send('POST', `/${plurals[noun]}/${id}/${action}`, 'application/json', body);
    const twin = this.chance.next() < 0.05 ? send() : undefined;
    const answer = await this.untilKnown(send, (outcome) => call.attempts.push(outcome));
    call.eventId = answer.body.eventId ?? null;
    call.code = answer.body.code ?? null;
    const repeats = [await twin, this.chance.next() < 0.05 ? await send() : undefined];
    for (const repeat of repeats) {
      if (repeat?.outcome !== 'ok' || answer.outcome !== 'ok') continue;
      if (repeat.body.eventId !== call.eventId) call.isDoubled = true;
    }
    return answer.outcome === 'ok';
  }

  /** Takes a picture and sends it in one or two ranges, from wherever the server is. */
  async photo(): Promise<Photo> {
    const size = 40;
    const raw = { width: size, height: size, channels: 3 } as const;
    const bytes = new Uint8Array(
      await sharp(randomBytes(size * size * 3), { raw })
        .jpeg()
        .toBuffer(),
    );
    const photo = { id: v7(), sha256: createHash('sha256').update(bytes).digest('hex') };
    const announcement = JSON.stringify({ ...photo, size: bytes.length });
    const ignore = (): void => undefined;
    for (;;) {
      const { body, outcome, status } = await this.untilKnown(
        () => this.send('POST', '/photos', 'application/json', announcement),
        ignore,
      );
      if (outcome === 'failed') throw new Error(`photo refused: ${status} ${JSON.stringify(body)}`);
      if (body.isComplete) return photo;
      const from = body.offset ?? 0;
      const to = from === 0 && this.chance.next() < 0.3 ? bytes.length >> 1 : bytes.length;
      const part = bytes.slice(from, to);
      const sent = await this.send(
        'PUT',
        `/photos/${photo.id}?offset=${from}`,
        'application/octet-stream',
        part,
      );
      if (sent.body.isComplete) return photo;
    }
  }
}
