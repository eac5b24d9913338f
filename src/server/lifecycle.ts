/** The lifecycle as a document: for each noun its statuses, its diagram and its actions with sources. */
import { roleLabels } from '../domain/access.ts';
import { nouns } from '../domain/nouns.ts';
import type { AnyRow, Noun } from '../domain/action.ts';

const targets = (row: AnyRow, from: string): string[] =>
  row.to === undefined ? [from] : typeof row.to === 'string' ? [row.to] : [...row.to];

function diagram(noun: Noun): string {
  const edges = Object.entries(noun.actions).flatMap(([name, row]) => {
    const froms = row.from === 'new' ? ['[*]'] : row.from;
    return froms.flatMap((from) =>
      targets(row, from)
        .filter((to) => to !== from)
        .map((to) => `  ${from} --> ${to}: ${row.label} ${name}`),
    );
  });
  const finals = noun.finals.map((status) => `  ${status} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', ...new Set([...edges, ...finals]), '```'].join('\n');
}

function rowLine([name, row]: [string, AnyRow]): string {
  const by = row.consent
    ? `审批 ${row.consent}`
    : row.isInner
      ? '随其他动作'
      : row.by.map((role) => roleLabels[role]).join('、');
  const from = row.from === 'new' ? '（新建）' : row.from.join(', ');
  const to =
    row.to === undefined ? '不变' : typeof row.to === 'string' ? row.to : row.to.join(', ');
  return `| \`${name}\` ${row.label} | ${from} | ${to} | ${by} | ${row.source} |`;
}

/** The text of `docs/lifecycle.md`. */
export function lifecycle(): string {
  const parts = Object.values<Noun>(nouns).map((noun) =>
    [
      `## ${noun.label} \`${noun.name}\``,
      '',
      Object.entries(noun.statuses)
        .map(([status, label]) => `\`${status}\` ${label}`)
        .join(' · '),
      '',
      diagram(noun),
      '',
      '| action | from | to | by | source |',
      '| --- | --- | --- | --- | --- |',
      ...Object.entries(noun.actions).map(rowLine),
    ].join('\n'),
  );
  return `# Lifecycle\n\nWritten by \`npm run generate\` from the action rows in \`src/domain\`.\n\n${parts.join('\n\n')}\n`;
}
