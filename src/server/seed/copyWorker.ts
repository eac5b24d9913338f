/**
 * Copy worker: the thread that writes chapters on a connection of its own, one after the other, while the
 * next one is lived. Asked by `copyThread.ts`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { columnTypes, copyChapter } from './copyChapter.ts';
import type { CopyAnswer, CopyAsked, CopyGiven } from './copyThread.ts';

const { connection, district } = workerData as CopyGiven;
const client = new pg.Client(connection);
client.on('error', () => undefined);

async function open(): Promise<(asked: CopyAsked) => Promise<void>> {
  await client.connect();
  const target = { client, types: await columnTypes(client), district };
  return ({ chapter, drawn, at }) => copyChapter(target, chapter, drawn, at);
}

const opened = open();
opened.catch(() => undefined);

parentPort?.on('message', (asked: CopyAsked | null) => {
  const answer = (message: CopyAnswer): void => parentPort?.postMessage(message);
  if (asked === null) {
    void client.end().finally(() => parentPort?.close());
    return;
  }
  opened
    .then((copy) => copy(asked))
    .then(
      () => answer({ problem: null }),
      (error: unknown) => answer({ problem: String(error) }),
    );
});
