/** Log 日志: one JSON object a line. No query strings, bodies, names, tokens or personal data go in. */
import pino, { type Logger } from 'pino';

export type Log = Logger;

/** Writes to standard error, so that standard output stays for people. */
export const makeLog = (level: string): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['password', 'token', 'cookie', 'phone', 'name'],
    },
    pino.destination({ fd: 2, sync: false }),
  );
