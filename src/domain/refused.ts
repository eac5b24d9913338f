/**
 * Refused 不予办理: the one expected error. Every "no" of the product is a stable code, a Chinese
 * sentence that says what to do, and an HTTP status; anything else that is thrown is a bug.
 */
export type RefusedStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 503 | 507;

export interface Refusal {
  code: string;
  message: string;
}

/** An expected refusal. `details` carries what a person needs to mend it (fields, both versions). */
export class Refused extends Error {
  readonly status: RefusedStatus;
  readonly code: string;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    status: RefusedStatus,
    code: string,
    message: string,
    details?: Record<string, unknown>,
  ) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** A refusal as a value, for a row's `refuse` and `check`. */
export const refusal = (code: string, message: string): Refusal => ({ code, message });

/**
 * A reminder is only for a clock that has run out; somebody may have acted since the sweep looked.
 * `escalateAt`: the record's next moment, null when no clock runs.
 */
export const notYetDue = (escalateAt: string | null, now: string): Refusal | undefined =>
  escalateAt !== null && escalateAt <= now
    ? undefined
    : refusal('notDue', '这一时限已经办结或尚未到期，无需提醒');
