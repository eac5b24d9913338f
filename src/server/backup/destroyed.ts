/**
 * Destroyed 已销毁名单: the secrets whose keys and the photos whose bytes were destroyed. It lies beside the
 * backups and only grows, so that an older backup gives back nothing that was destroyed after it.
 */
import type pg from 'pg';
import { copyOut } from '../copy.ts';
import { destroyedName } from './manifest.ts';
import { isIn, putFile, readText, type Vault } from './vault.ts';

export interface Destroyed {
  /** `district id` of each secret. */
  secrets: ReadonlySet<string>;
  photos: { district: string; id: string; at: string; reason: string }[];
}

async function linesOf(vault: Vault): Promise<string[]> {
  if (!(await isIn(vault, destroyedName))) return [];
  return (await readText(vault, destroyedName)).split('\n').filter(Boolean);
}

const query = `copy (
  select 'secret', district, id::text, '', '' from secret where wrapped_key is null
  union all
  select 'photo', district, id::text, coalesce(destroyed_at, now())::text, coalesce(destroyed_reason, '')
    from photo where status = 'destroyed' and completed_at is not null
) to stdout`;

/** Adds what is destroyed by now to the list of the backup directory. Answers how long the list is. */
export async function keepDestroyed(client: pg.ClientBase, vault: Vault): Promise<number> {
  const before = await linesOf(vault);
  const keyOf = (line: string): string => line.split('\t').slice(0, 3).join('\t');
  const all = new Map(before.map((line) => [keyOf(line), line]));
  let text = '';
  for await (const chunk of copyOut(client, query)) text += chunk.toString();
  for (const line of text.split('\n').filter(Boolean)) {
    if (!all.has(keyOf(line))) all.set(keyOf(line), line);
  }
  if (all.size > before.length || !(await isIn(vault, destroyedName))) {
    const bytes = Buffer.from([...all.values()].map((line) => `${line}\n`).join(''));
    await putFile(
      vault,
      destroyedName,
      (async function* () {
        yield bytes;
      })(),
    );
  }
  return all.size;
}

const unescaped: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' };
/** A field of COPY's text format as it was. */
export const plain = (field: string): string =>
  field.replace(/\\(.)/g, (_all, letter: string) => unescaped[letter] ?? letter);

/** The list of the backup directory. */
export async function readDestroyed(vault: Vault): Promise<Destroyed> {
  const lines = (await readText(vault, destroyedName)).split('\n').filter(Boolean);
  const fields = lines.map((line) => line.split('\t'));
  return {
    secrets: new Set(
      fields.filter(([kind]) => kind === 'secret').map(([, district, id]) => `${district} ${id}`),
    ),
    photos: fields
      .filter(([kind]) => kind === 'photo')
      .map(([, district = '', id = '', at = '', reason = '']) => ({
        district,
        id,
        at,
        reason: plain(reason),
      })),
  };
}
