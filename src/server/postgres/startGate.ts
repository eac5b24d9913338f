import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { StartRefused } from '../startRefusal.ts';

/** A short name for a folder: twelve hex digits. */
export const folderHash = (folder: string): string =>
  createHash('sha256').update(folder).digest('hex').slice(0, 12);

/**
 * Admits one program per data directory, from before the first look at its files until the
 * program ends. The gate is a listening socket that the kernel closes with the program, kill -9
 * included, so it is never stale. Linux: an abstract name; elsewhere a file in the directory.
 * Throws `StartRefused` with the holder's process id. Returns the way to open the gate again.
 */
export async function holdStartGate(dataDir: string): Promise<() => Promise<void>> {
  const abstract = process.platform === 'linux';
  const address = abstract ? `\0civicloop-${folderHash(dataDir)}` : join(dataDir, 'gate');
  const gate = createServer((asker) => {
    asker.on('error', () => undefined);
    asker.end(String(process.pid));
  });
  const taken = await listen(gate, address);
  if (taken) {
    const holder = await askHolder(address);
    if (holder !== undefined || abstract) throw secondStart(dataDir, holder);
    rmSync(address, { force: true });
    if (await listen(gate, address)) throw secondStart(dataDir, undefined);
  }
  gate.unref();
  return () => new Promise((resolve) => gate.close(() => resolve()));
}

/** The refusal of a second start on one data directory. */
export function secondStart(dataDir: string, holder: string | undefined): StartRefused {
  const who = holder ? `（进程 ${holder}）` : '';
  return new StartRefused(
    `另一个 CivicLoop${who}正在使用数据目录 ${dataDir}。请先停掉它，或者用 DATA_DIR=另一个目录 再启动。`,
  );
}

/** True when the address is taken. */
function listen(gate: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') resolve(true);
      else reject(error);
    };
    gate.once('error', failed);
    gate.listen(address, () => {
      gate.off('error', failed);
      resolve(false);
    });
  });
}

/** The process id the holder answers, or nothing when nobody listens (or answers within 1 s). */
function askHolder(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const asker = connect(address);
    asker.setEncoding('utf8').setTimeout(1000, () => asker.destroy());
    asker.on('data', (part: string) => (answer += part));
    asker.on('error', () => undefined);
    asker.on('close', () => resolve(answer === '' ? undefined : answer));
  });
}
