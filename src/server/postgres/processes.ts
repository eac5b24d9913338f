import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Process ids of the living PostgreSQL processes of one cluster. Every process of a cluster
 * carries its `cluster_name` (the marker) in its command line, so neither a recycled pid of
 * another program nor a zombie (whose command line is empty) is ever taken for the server.
 */
export function serverProcesses(marker: string): number[] {
  return commandLines()
    .filter(({ command }) => isPostgres(command) && command.includes(marker))
    .map(({ pid }) => pid);
}

const isPostgres = (command: string): boolean => /^(\S*\/)?postgres[: \0]/.test(command);

function commandLines(): { pid: number; command: string }[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: readCommand(name) }));
}

/** Empty for a zombie, and for a process that ended while we looked. */
function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function fromPs(): { pid: number; command: string }[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,stat=,command='], { encoding: 'utf8' });
  return lines.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!match || match[2]?.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), command: match[3] ?? '' }];
  });
}

/** Sends a signal; a process that is already gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Waits until `done` holds, looking every `every` ms; false when `timeout` ms went by first. */
export async function waitUntil(
  done: () => boolean | Promise<boolean>,
  timeout: number,
  every = 20,
): Promise<boolean> {
  const end = performance.now() + timeout;
  for (;;) {
    if (await done()) return true;
    if (performance.now() >= end) return false;
    await sleep(every);
  }
}
