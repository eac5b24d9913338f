/**
 * tsx bench/sameWords.ts MESSAGES.csv: how well words alone find the same message sent again (columns
 * text_raw, text_seg, dup_group). All pairs of one half that share rare words; looked at on even groups,
 * told on odd ones. With --odd some of the pairs that are alike and not marked as one.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { gramsOf, wordLikeness, type Grams } from '../src/domain/wordLikeness.ts';
import { printThresholds } from './thresholds.ts';

interface Message {
  text: string;
  group: number;
  grams: Grams;
}

const [file, flag] = process.argv.slice(2);
if (!file) throw new Error('用法：tsx bench/sameWords.ts 留言.csv [--odd]');
const rows: Record<string, string>[] = parse(readFileSync(file), { columns: true, bom: true });
const messages = rows.map((row): Message => {
  const text = row.text_raw || (row.text_seg ?? '').replaceAll(' ', '');
  return { text, group: Number(row.dup_group), grams: gramsOf(text) };
});

const rare = 150;
const least = 4;

/** Every two messages that share at least four rare pairs of characters, and every two of one group. */
function pairsOf(some: readonly Message[]): [Message, Message][] {
  const byGram = new Map<string, number[]>();
  for (const [n, { grams }] of some.entries())
    for (const gram of grams.keys()) {
      const list = byGram.get(gram);
      if (list) list.push(n);
      else byGram.set(gram, [n]);
    }
  const shared = new Map<number, number>();
  for (const list of byGram.values()) {
    if (list.length > rare) continue;
    for (const [at, a] of list.entries())
      for (const b of list.slice(at + 1)) {
        const key = a * some.length + b;
        shared.set(key, (shared.get(key) ?? 0) + 1);
      }
  }
  return [...shared].flatMap(([key, count]): [Message, Message][] => {
    const [a, b] = [some[Math.floor(key / some.length)], some[key % some.length]];
    return a && b && (count >= least || a.group === b.group) ? [[a, b]] : [];
  });
}

const started = performance.now();
let compared = 0;
for (const [half, isOdd] of [
  ['looked at', 0],
  ['told', 1],
] as const) {
  const some = messages.filter(({ group }) => group % 2 === isOdd);
  const scored = pairsOf(some).map(([a, b]) => ({
    a,
    b,
    score: wordLikeness(a.grams, b.grams) ?? 0,
  }));
  compared += scored.length;
  const scoresOf = (isOne: boolean): number[] =>
    scored.filter(({ a, b }) => (a.group === b.group) === isOne).map(({ score }) => score);
  printThresholds(`${half} half`, scoresOf(true), scoresOf(false), [0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
  if (flag === '--odd')
    for (const { a, b, score } of scored)
      if (a.group !== b.group && score >= 0.6)
        console.log(score.toFixed(2), a.text.slice(0, 80), '||', b.text.slice(0, 80));
}
console.log(`\n${compared} pairs, ${((performance.now() - started) / 1000).toFixed(1)} s`);
