/**
 * tsx bench/places.ts FILE.csv: how well words are placed. The file has a column 河流 (the river a matter is
 * about, 无 when none); a table of names is made of its rivers as a district would keep them, the column is
 * hidden, and title and text alone are placed. Prints shares, and with
 * --wrong the odd ones; fails when less than 95 % of the rivers named in full are found, or 1 % are wrong.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { gazetteer, placeOf, type PlaceAnswer, type PlaceEntry } from '../src/domain/gazetteer.ts';

type Row = Record<string, string>;

const [file, flag] = process.argv.slice(2);
if (!file) throw new Error('用法：tsx bench/places.ts 文件.csv [--wrong]');

const rows: Row[] = parse(readFileSync(file), { columns: true, bom: true });
const labels = [...new Set(rows.map((row) => row['河流'] ?? ''))].filter(
  (name) => name !== '无' && name !== '河流',
);
/** Some rows name several rivers in one cell. */
const rivers = labels.filter(
  (name) => !labels.some((other) => other !== name && name.includes(other)),
);
const entries = rivers.map((name, n): PlaceEntry => ({
  kind: 'site',
  id: String(n),
  name,
  aliases: [],
  areaCode: null,
  point: null,
}));
const table = gazetteer(entries);

/** The rivers a row is about; several when the column names several. */
const labelsOf = (row: Row): string[] => {
  const label = row['河流'] ?? '';
  return rivers.includes(label) ? [label] : rivers.filter((name) => label.includes(name));
};

/** Is the river named: in full, or as its bare name with 河 within the next four characters? */
const isNamed = (name: string, text: string): 'full' | 'short' | 'no' => {
  if (text.includes(name)) return 'full';
  const stem = name.slice(0, -1);
  return new RegExp(`${stem}[一-龥]{0,4}?河`).test(text) ? 'short' : 'no';
};

interface Judged {
  row: Row;
  named: 'full' | 'short' | 'no' | 'none';
  outcome: 'right' | 'wrong' | 'asked, right among' | 'asked, others' | 'nothing';
}

function judge(row: Row): Judged {
  const text = `${row['标题'] ?? ''}\n${row['投诉件内容'] ?? ''}`;
  const answer: PlaceAnswer = placeOf(table, text);
  const own = labelsOf(row);
  const names = answer.candidates.flatMap(({ entry, crossing }) => [
    entry.name,
    crossing?.name ?? entry.name,
  ]);
  const ways = own.map((name) => isNamed(name, text));
  const named =
    own.length === 0
      ? 'none'
      : ways.includes('full')
        ? 'full'
        : ways.includes('short')
          ? 'short'
          : 'no';
  const isOwn = (name: string | undefined): boolean => own.includes(name ?? '');
  const [first] = answer.candidates;
  const outcome =
    names.length === 0
      ? 'nothing'
      : answer.isClear
        ? isOwn(first?.entry.name) || isOwn(first?.crossing?.name)
          ? 'right'
          : 'wrong'
        : names.some(isOwn)
          ? 'asked, right among'
          : 'asked, others';
  return { row, named, outcome };
}

const started = performance.now();
const judged = rows.map(judge);
const each = (performance.now() - started) / rows.length;
const outcomes = ['right', 'asked, right among', 'wrong', 'asked, others', 'nothing'] as const;
const groups: [string, (one: Judged) => boolean][] = [
  ['river named in full', ({ named }) => named === 'full'],
  ['named in a shorter form', ({ named }) => named === 'short'],
  ['river not named in the text', ({ named }) => named === 'no'],
  ['no river (无 or only 河流)', ({ named }) => named === 'none'],
];
console.log(`${rivers.length} rivers, ${rows.length} texts, ${each.toFixed(3)} ms each`);
console.log(['', 'texts', ...outcomes].join('\t'));
for (const [label, belongs] of groups) {
  const some = judged.filter(belongs);
  const cells = outcomes.map((outcome) => {
    const count = some.filter((one) => one.outcome === outcome).length;
    return `${count} (${((100 * count) / Math.max(1, some.length)).toFixed(1)}%)`;
  });
  console.log([label, some.length, ...cells].join('\t'));
}
const full = judged.filter(({ named }) => named === 'full');
const share = (outcome: Judged['outcome']): number =>
  full.filter((one) => one.outcome === outcome).length / full.length;
if (share('right') < 0.95 || share('wrong') > 0.01) process.exitCode = 1;
if (flag === '--wrong') {
  for (const { row, named, outcome } of judged) {
    const isOdd =
      outcome === 'wrong' ||
      (named === 'full' && outcome !== 'right') ||
      outcome === 'asked, others';
    if (isOdd)
      console.log(
        outcome,
        named,
        row['河流'],
        '|',
        row['标题'],
        '|',
        (row['投诉件内容'] ?? '').replace(/\s+/g, ' ').slice(0, 160),
      );
  }
}
