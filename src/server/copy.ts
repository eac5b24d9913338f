/**
 * COPY: rows out of a table and into one as a stream, in PostgreSQL's text format, many times faster than
 * statements. `pg` knows the messages of the protocol and leaves their use to a submitted query.
 */
import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** What a connection of `pg` can do beyond its published types. */
interface CopyConnection {
  readonly stream: Duplex;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** A query that speaks for itself; `pg` calls one method for each message of the server. */
class CopyQuery {
  protected connection: CopyConnection | undefined;
  rowCount = 0;
  /** Set by `pg` where queries have a time limit: stops its clock. */
  callback: (() => void) | undefined;
  private settle: { resolve(): void; reject(error: Error): void } | undefined;
  readonly ended: Promise<void>;
  private readonly sql: string;

  constructor(sql: string) {
    this.sql = sql;
    this.ended = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.ended.catch(() => undefined);
  }

  submit(connection: unknown): void {
    this.connection = connection as CopyConnection;
    this.connection.query(this.sql);
  }
  handleCommandComplete({ text }: { text: string }): void {
    this.rowCount = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);
  }
  handleReadyForQuery(): void {
    this.callback?.();
    this.settle?.resolve();
  }
  handleError(error: Error): void {
    this.callback?.();
    this.settle?.reject(error);
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
}

const chunkSize = 256 * 1024;
/** Chunks kept for a slow reader before the server is told to wait. */
const mostWaiting = 8;

class CopyOut extends CopyQuery {
  private rows: Buffer[] = [];
  private size = 0;
  private readonly chunks: Buffer[] = [];
  private wake = (): void => undefined;

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // The parser uses its buffer again: keep a copy.
    this.rows.push(Buffer.from(chunk));
    this.size += chunk.length;
    if (this.size >= chunkSize) this.flush();
  }
  private flush(): void {
    if (this.size > 0) this.chunks.push(Buffer.concat(this.rows, this.size));
    this.rows = [];
    this.size = 0;
    if (this.chunks.length >= mostWaiting) this.connection?.stream.pause();
    this.wake();
  }

  async *read(): AsyncGenerator<Buffer> {
    let isEnded = false;
    const finish = (): void => {
      isEnded = true;
      this.flush();
    };
    this.ended.then(finish, finish);
    try {
      for (;;) {
        const chunk = this.chunks.shift();
        if (chunk) yield chunk;
        else if (isEnded) return await this.ended;
        else {
          this.connection?.stream.resume();
          await new Promise<void>((resolve) => (this.wake = resolve));
        }
      }
    } finally {
      if (!isEnded) this.connection?.stream.destroy();
    }
  }
}

/**
 * The rows of `copy … to stdout`, in chunks of whole lines. Leaving the loop early breaks the connection:
 * the server would otherwise send the rest.
 */
export function copyOut(client: pg.ClientBase, sql: string): AsyncGenerator<Buffer> {
  const query = new CopyOut(sql);
  client.query(query);
  return query.read();
}

class CopyIn extends CopyQuery {
  private open: (() => void) | undefined;
  readonly opened: Promise<void> = new Promise((resolve) => (this.open = resolve));

  handleCopyInResponse(): void {
    this.open?.();
  }
  async write(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    await Promise.race([this.opened, this.ended]);
    const { connection } = this;
    if (!connection) return;
    let isOver = false;
    const over = this.ended.finally(() => (isOver = true));
    over.catch(() => undefined);
    try {
      for await (const chunk of chunks) {
        if (isOver) return;
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain) {
          const drained = new Promise((resolve) => connection.stream.once('drain', resolve));
          await Promise.race([drained, over]);
        }
      }
    } catch (error) {
      connection.sendCopyFail('the source failed');
      await this.ended.catch(() => undefined);
      throw error;
    }
    connection.endCopyFrom();
  }
}

/**
 * Sends chunks (cut anywhere) to `copy … from stdin`. Answers how many rows were taken; throws the
 * server's error, or the source's after the server has forgotten what it got.
 */
export async function copyIn(
  client: pg.ClientBase,
  sql: string,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<number> {
  const query = new CopyIn(sql);
  client.query(query);
  await query.write(chunks);
  await query.ended;
  return query.rowCount;
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One row in COPY's text format; a Buffer is a `bytea`, anything structured is to be given as text. */
export const copyLine = (
  values: readonly (string | number | boolean | Buffer | null)[],
): string => {
  const fields = values.map((value) => {
    if (value === null) return '\\N';
    if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
    return String(value).replace(/[\\\n\r\t]/g, (letter) => escapes[letter] ?? letter);
  });
  return `${fields.join('\t')}\n`;
};
