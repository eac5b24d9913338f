/**
 * Measure 分类的度量: folds that keep near-doubles together, accuracy by label, coverage against accuracy,
 * and whether a confidence of 0.8 is right eight times of ten.
 */

/** What was said of a text whose label is known. */
export interface Judged {
  label: string;
  predicted: string;
  confidence: number;
}

/** A number made from words, evenly spread over 32 bits. */
function spread(words: string, seed: number): number {
  let mixed = seed | 0;
  for (let n = 0; n < words.length; n++) {
    mixed = Math.imul(mixed ^ words.charCodeAt(n), 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x85ebca6b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** One of ten groups is held back for ever: no version learns from it, so all are judged on it alike. */
export const isHeldBack = (group: string, seed: number): boolean => spread(group, seed) % 10 === 0;

/**
 * The numbers of the samples in `count` parts of about the same size and the same share of each label.
 * Samples of one group are in one part. The same samples and seed give the same parts.
 */
export function groupedFolds(
  samples: readonly { label: string; group: string }[],
  count: number,
  seed: number,
): number[][] {
  const groups = new Map<string, number[]>();
  samples.forEach(({ group }, n) => {
    const members = groups.get(group);
    if (members) members.push(n);
    else groups.set(group, [n]);
  });
  const order = [...groups]
    .map(([name, members]) => ({ members, rank: spread(name, seed) }))
    .sort((a, b) => a.rank - b.rank);
  const folds: number[][] = Array.from({ length: count }, () => []);
  const dealt = new Map<string, number>();
  for (const { members } of order) {
    const label = samples[members[0] ?? 0]?.label ?? '';
    const turn = dealt.get(label) ?? 0;
    folds[turn % count]?.push(...members);
    dealt.set(label, turn + 1);
  }
  return folds;
}

export interface LabelFigures {
  label: string;
  /** Texts that bear the label. */
  count: number;
  /** Of those called so, the share that is. 0 when none was called so. */
  precision: number;
  /** Of those that are, the share called so. */
  recall: number;
  f1: number;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Precision, recall and their harmonic mean of every label that a text bears, most frequent first. */
export function byLabel(judged: readonly Judged[]): LabelFigures[] {
  const borne = new Map<string, number>();
  const called = new Map<string, number>();
  const right = new Map<string, number>();
  const count = (map: Map<string, number>, label: string): unknown =>
    map.set(label, (map.get(label) ?? 0) + 1);
  for (const { label, predicted } of judged) {
    count(borne, label);
    count(called, predicted);
    if (label === predicted) count(right, label);
  }
  return [...borne]
    .map(([label, texts]) => {
      const hits = right.get(label) ?? 0;
      const calls = called.get(label) ?? 0;
      return {
        label,
        count: texts,
        precision: share(hits, calls),
        recall: share(hits, texts),
        f1: share(2 * hits, texts + calls),
      };
    })
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}

/** The mean of the labels' F1, each label counting the same. 0 for no texts. */
export function macroF1(judged: readonly Judged[]): number {
  const figures = byLabel(judged);
  return share(
    figures.reduce((sum, { f1 }) => sum + f1, 0),
    figures.length,
  );
}

export const accuracyOf = (judged: readonly Judged[]): number =>
  share(judged.filter(({ label, predicted }) => label === predicted).length, judged.length);

/** How often each label was taken for each other, the most frequent first. */
export function confusion(
  judged: readonly Judged[],
): { label: string; predicted: string; count: number }[] {
  const pairs = new Map<string, { label: string; predicted: string; count: number }>();
  for (const { label, predicted } of judged) {
    const key = JSON.stringify([label, predicted]);
    const pair = pairs.get(key) ?? { label, predicted, count: 0 };
    pair.count += 1;
    pairs.set(key, pair);
  }
  return [...pairs.values()].sort((a, b) => b.count - a.count);
}

export interface Coverage {
  threshold: number;
  /** The share of texts at or above the threshold. */
  coverage: number;
  /** Of those, the share that is right. */
  accuracy: number;
}

export const usualThresholds = [0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95] as const;

/** What abstaining below each threshold leaves and how right that is. */
export const coverageTable = (
  judged: readonly Judged[],
  thresholds: readonly number[] = usualThresholds,
): Coverage[] =>
  thresholds.map((threshold) => {
    const kept = judged.filter(({ confidence }) => confidence >= threshold);
    return {
      threshold,
      coverage: share(kept.length, judged.length),
      accuracy: accuracyOf(kept),
    };
  });

/** The lowest threshold above which at least the wanted share is right; above 1 when there is none. */
export function thresholdFor(judged: readonly Judged[], wantedAccuracy: number): number {
  const sorted = [...judged].sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let lowest = 1.01;
  sorted.forEach(({ label, predicted, confidence }, n) => {
    if (label === predicted) right += 1;
    const isLastOfItsKind = sorted[n + 1]?.confidence !== confidence;
    if (isLastOfItsKind && right >= wantedAccuracy * (n + 1)) lowest = confidence;
  });
  return lowest;
}

/** Mean distance between confidence and share right over ten steps of confidence, by texts; 0 is honest. */
export function calibrationError(judged: readonly Judged[]): number {
  const steps = Array.from({ length: 10 }, () => ({ confidence: 0, right: 0 }));
  for (const { label, predicted, confidence } of judged) {
    const step = steps[Math.min(9, Math.floor(confidence * 10))];
    if (!step) continue;
    step.confidence += confidence;
    if (label === predicted) step.right += 1;
  }
  const distance = steps.reduce((sum, step) => sum + Math.abs(step.confidence - step.right), 0);
  return share(distance, judged.length);
}
