/**
 * Names of a sheet: the units, areas, people and posts that cells may name, each by one line of words;
 * those that the same file adds can be named too.
 */
import { roleLabels } from '../../domain/access.ts';
import type { Named, SheetNames } from '../../domain/sheetColumn.ts';
import type { MasterData } from '../masterData.ts';

interface Entry {
  id: string;
  /** “代码 名称”: the code before the first blank. */
  line: string;
  isActive: boolean;
}

const codeOf = (text: string): string => text.split(' ')[0] ?? '';

function namedFrom(entries: readonly Entry[]): Named {
  const lineOf = new Map(entries.map(({ id, line }) => [id, line]));
  const byLine = new Map<string, string>();
  const byCode = new Map<string, string>();
  const byName = new Map<string, string | undefined>();
  // Those in use last, so that they win over what was retired.
  for (const { id, line } of [...entries].sort((a, b) => Number(a.isActive) - Number(b.isActive))) {
    byLine.set(line, id);
    byCode.set(codeOf(line), id);
  }
  for (const { id, line, isActive } of entries) {
    const name = line.slice(codeOf(line).length + 1);
    if (isActive && name !== '') byName.set(name, byName.has(name) ? undefined : id);
  }
  let labels: string[] | undefined;
  return {
    labels: () =>
      (labels ??= entries
        .filter(({ isActive }) => isActive)
        .map(({ line }) => line)
        .sort()),
    labelOf: (id) => lineOf.get(id),
    find: (text) => byLine.get(text) ?? byCode.get(codeOf(text)) ?? byName.get(text),
  };
}

/** Posts have no code: the login and the title, and where it is when that is not enough. */
function postEntries(master: MasterData): Entry[] {
  const words = [...master.posts.values()].map((post) => {
    const person = master.persons.get(post.personId);
    return { post, line: `${person?.login ?? ''}/${post.title || roleLabels[post.role]}` };
  });
  const counts = new Map<string, number>();
  for (const { line } of words) counts.set(line, (counts.get(line) ?? 0) + 1);
  return words.map(({ post, line }) => ({
    id: post.id,
    line: (counts.get(line) ?? 0) > 1 ? `${line}/${post.id.slice(-6)}` : line,
    isActive: post.status === 'active',
  }));
}

/** `added`: units and people the file itself adds, by code, with the ids they will have. */
export function namesOf(
  master: MasterData,
  added: { unit?: ReadonlyMap<string, string>; person?: ReadonlyMap<string, string> } = {},
): SheetNames {
  const coming = (list: ReadonlyMap<string, string> | undefined): Entry[] =>
    [...(list ?? [])].map(([code, id]) => ({ id, line: code, isActive: true }));
  return {
    unit: namedFrom([
      ...[...master.units.values()].map(({ id, code, name, status }) => ({
        id,
        line: `${code} ${name}`,
        isActive: status === 'active',
      })),
      ...coming(added.unit),
    ]),
    area: namedFrom(
      [...master.areas.values()].map(({ code, name, status }) => ({
        id: code,
        line: `${code} ${name}`,
        isActive: status === 'active',
      })),
    ),
    person: namedFrom([
      ...[...master.persons.values()].map(({ id, login, name, status }) => ({
        id,
        line: `${login} ${name}`,
        isActive: status === 'active',
      })),
      ...coming(added.person),
    ]),
    post: namedFrom(postEntries(master)),
  };
}
