/**
 * Classifier 分类器: learns from texts with labels and says of a new text what it may be, how sure that is
 * and which words decided. One straight line per label over characters and pairs of characters; small
 * enough to be trained inside the product, and the same texts always give the same classifier.
 * Source: issue 5-6; why this kind: docs/decisions/2026-11-21-classifier.md.
 */
import {
  confidencesOf,
  corpusOf,
  highestOf,
  linesOf,
  rarityOf,
  scoresOf,
  sharpnessFor,
  weighed,
  type Corpus,
  type HeldOut,
} from './classifierFit.ts';
import { countGrams, dampened, eachGram, plainText } from './classifierGrams.ts';
import { groupedFolds, thresholdFor, type Judged } from './classifierMeasure.ts';
import type { Line } from './classifierSolver.ts';
import { Refused } from './refused.ts';

export interface Sample {
  text: string;
  label: string;
  /** Near-doubles bear the same group, so that none is judged by a classifier that knows its twin. */
  group: string;
}

export interface TrainOptions {
  seed: number;
  /** Grams that fewer texts have are left out. Few texts need 1. */
  minTexts: number;
  cost: number;
  rounds: number;
  /** Parts in which texts are held out to learn what a score is worth. */
  heldOutFolds: number;
  /** Below the confidence from which on this share of held-out texts is right, the classifier abstains. */
  wantedAccuracy: number;
}

/** Chosen by measurement, see the decision. */
export const usualTraining: TrainOptions = {
  seed: 20_261_121,
  minTexts: 3,
  cost: 3,
  rounds: 8,
  heldOutFolds: 3,
  wantedAccuracy: 0.95,
};

export interface Classifier {
  labels: string[];
  /** The grams known, rising, and how much each tells by being rare. */
  keys: Uint32Array;
  rarity: Float32Array;
  /** Weight of gram g for label l at g × labels + l, in steps of `scales[l]`. */
  weights: Int8Array;
  scales: Float32Array;
  offsets: Float32Array;
  sharpness: number;
  /** Below this confidence it abstains. */
  threshold: number;
  /** How many texts it was trained on. */
  textCount: number;
}

/** Held-out judgments of a training, for tables of coverage and confusion. */
export interface Trained {
  classifier: Classifier;
  heldOut: Judged[];
}

interface Task {
  samples: readonly Sample[];
  corpus: Corpus;
  labels: string[];
  labelOf: Uint16Array;
  options: TrainOptions;
  /** Which held-out texts it is judged on. */
  isJudged: (sample: Sample) => boolean;
}

interface Fitted {
  rarity: Float32Array;
  lines: Line[];
}

function fit({ corpus, labels, labelOf, options }: Task, rows: readonly number[]): Fitted {
  const rarity = rarityOf(corpus, rows, options.minTexts);
  const own = Uint16Array.from(rows, (row) => labelOf[row] ?? 0);
  return {
    rarity,
    lines: linesOf(weighed(corpus, rows, rarity), own, labels.length, options),
  };
}

/** The scores of every sample it is judged on by lines that were fitted on others. */
function holdOut(task: Task): HeldOut[] {
  const { samples, corpus, labelOf, options, isJudged } = task;
  const folds = groupedFolds(samples, options.heldOutFolds, options.seed + 1);
  return folds.flatMap((fold) => {
    const isOut = new Set(fold);
    const others = samples.flatMap((_, n) => (isOut.has(n) ? [] : [n]));
    const judged = fold.filter((n) => samples[n] && isJudged(samples[n]));
    if (others.length === 0 || judged.length === 0) return [];
    const { rarity, lines } = fit(task, others);
    const rows = weighed(corpus, judged, rarity);
    return judged.map((n, row) => ({ scores: scoresOf(rows, row, lines), label: labelOf[n] ?? 0 }));
  });
}

const largest = ({ weights }: Line): number =>
  weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);

/** Keeps the grams that count, in order of their keys, with weights in 255 steps. */
function packed({ corpus, labels, samples }: Task, { rarity, lines }: Fitted) {
  const columns = corpus.keys
    .flatMap((key, column) => ((rarity[column] ?? 0) > 0 ? [{ key, column }] : []))
    .sort((a, b) => a.key - b.key);
  const scales = Float32Array.from(lines, (line) => largest(line) / 127 || 1);
  const weights = new Int8Array(columns.length * labels.length);
  columns.forEach(({ column }, gram) =>
    lines.forEach((line, label) => {
      const steps = Math.round((line.weights[column] ?? 0) / (scales[label] ?? 1));
      weights[gram * labels.length + label] = Math.max(-127, Math.min(127, steps));
    }),
  );
  return {
    labels,
    keys: Uint32Array.from(columns, ({ key }) => key),
    rarity: Float32Array.from(columns, ({ column }) => rarity[column] ?? 0),
    weights,
    scales,
    offsets: Float32Array.from(lines, ({ offset }) => offset),
    textCount: samples.length,
  };
}

const judgedOf = (labels: string[], { scores, label }: HeldOut, sharpness: number): Judged => {
  const confidences = confidencesOf(scores, sharpness);
  const best = highestOf(confidences);
  return {
    label: labels[label] ?? '',
    predicted: labels[best] ?? '',
    confidence: confidences[best] ?? 0,
  };
};

/** Below an even chance nothing is filled in, however right it was on texts like those learned from. */
const leastThreshold = 0.5;

/**
 * Trains a classifier and shows how it judged what was held out. `isJudged`: the samples whose confidence and
 * threshold count, all when left out. Throws a Chinese reason when there is nothing to learn from.
 */
export function train(
  samples: readonly Sample[],
  given: Partial<TrainOptions> = {},
  isJudged: (sample: Sample) => boolean = () => true,
): Trained {
  const labels = [...new Set(samples.map(({ label }) => label))].sort();
  if (labels.length < 2)
    throw new Refused(400, 'tooFewLabels', '训练至少要有两种标签的文本，请补充后再训练');
  const numberOf = new Map(labels.map((label, n) => [label, n]));
  const task: Task = {
    samples,
    corpus: corpusOf(samples.map(({ text }) => text)),
    labels,
    labelOf: Uint16Array.from(samples, ({ label }) => numberOf.get(label) ?? 0),
    options: { ...usualTraining, ...given },
    isJudged,
  };
  const whole = fit(
    task,
    samples.map((_, n) => n),
  );
  const scores = holdOut(task);
  const sharpness = sharpnessFor(scores);
  const heldOut = scores.map((one) => judgedOf(labels, one, sharpness));
  const threshold = Math.max(leastThreshold, thresholdFor(heldOut, task.options.wantedAccuracy));
  return { classifier: { ...packed(task, whole), sharpness, threshold }, heldOut };
}

/** Where each known gram is, made once per classifier. */
const places = new WeakMap<Classifier, Map<number, number>>();

function placesOf(classifier: Classifier): Map<number, number> {
  const known = places.get(classifier);
  if (known) return known;
  const made = new Map(Array.from(classifier.keys, (key, gram) => [key, gram]));
  places.set(classifier, made);
  return made;
}

/** The share of each known gram in a text, all together of length 1. */
function sharesOf(classifier: Classifier, plain: string): Map<number, number> {
  const place = placesOf(classifier);
  const shares = new Map<number, number>();
  let square = 0;
  for (const [key, count] of countGrams(plain)) {
    const gram = place.get(key);
    if (gram === undefined) continue;
    const value = dampened(count) * (classifier.rarity[gram] ?? 0);
    shares.set(gram, value);
    square += value * value;
  }
  const shrink = square > 0 ? 1 / Math.sqrt(square) : 0;
  for (const [gram, value] of shares) shares.set(gram, value * shrink);
  return shares;
}

function confidencesIn(classifier: Classifier, shares: ReadonlyMap<number, number>): Float64Array {
  const { labels, weights, scales, offsets, sharpness } = classifier;
  const sums = new Float64Array(labels.length);
  for (const [gram, value] of shares) {
    const from = gram * labels.length;
    for (let label = 0; label < labels.length; label++)
      sums[label]! += weights[from + label]! * value;
  }
  return confidencesOf(
    sums.map((sum, label) => sum * (scales[label] ?? 0) + (offsets[label] ?? 0)),
    sharpness,
  );
}

/** How sure each label is, in the order of `labels`; together 1. */
export const confidences = (classifier: Classifier, text: string): Float64Array =>
  confidencesIn(classifier, sharesOf(classifier, plainText(text)));

/** The surest label and how sure it is; the fast way for many texts. */
export function surest(
  classifier: Classifier,
  text: string,
): { predicted: string; confidence: number } {
  const all = confidences(classifier, text);
  const best = highestOf(all);
  return { predicted: classifier.labels[best] ?? '', confidence: all[best] ?? 0 };
}

export interface Guess {
  label: string;
  /** 0 to 1: of texts with this confidence, about this share is so labeled. */
  confidence: number;
  /** The words of the text that spoke most for the label, strongest first; up to three. */
  reasons: string[];
}

export interface Prediction {
  /** Up to three, surest first. */
  guesses: Guess[];
  /** Not sure enough to be taken for granted: somebody should choose. */
  abstains: boolean;
}

const guessCount = 3;
const reasonCount = 3;
const longestReason = 6;
/** A character belongs to a reason from this share of the loudest one's voice on. */
const audible = 0.15;
/** A second or third guess below this is no guess. */
const leastConfidence = 0.01;

/** How much each character of a plain text speaks for a label more than for the labels on average. */
function voicesOf(
  classifier: Classifier,
  plain: string,
  shares: ReadonlyMap<number, number>,
  label: number,
): Float64Array {
  const { labels, weights, scales } = classifier;
  const place = placesOf(classifier);
  const counts = countGrams(plain);
  const voices = new Float64Array(plain.length);
  eachGram(plain, (key, at, weight) => {
    const gram = place.get(key);
    if (gram === undefined) return;
    let mean = 0;
    for (let other = 0; other < labels.length; other++)
      mean += ((weights[gram * labels.length + other] ?? 0) * (scales[other] ?? 0)) / labels.length;
    const own = (weights[gram * labels.length + label] ?? 0) * (scales[label] ?? 0);
    const voice = ((own - mean) * (shares.get(gram) ?? 0) * weight) / (counts.get(key) ?? 1);
    const isPair = key >= 65_536;
    voices[at]! += isPair ? voice / 2 : voice;
    if (isPair) voices[at + 1]! += voice / 2;
  });
  return voices;
}

/** Runs of characters that all speak clearly for the label, the loudest first, each word once. */
function reasonsIn(plain: string, voices: Float64Array): string[] {
  const loudness = new Map<string, number>();
  const least = audible * voices.reduce((a, b) => Math.max(a, b), 0);
  for (let at = 0; at < plain.length;) {
    let end = at;
    let sum = 0;
    while (end < plain.length && end - at < longestReason && (voices[end] ?? 0) > least)
      sum += voices[end++] ?? 0;
    if (end - at >= 2) {
      const word = plain.slice(at, end);
      loudness.set(word, (loudness.get(word) ?? 0) + sum);
    }
    at = Math.max(end, at + 1);
  }
  return [...loudness]
    .sort((a, b) => b[1] - a[1])
    .slice(0, reasonCount)
    .map(([word]) => word);
}

/** What a text may be: up to three labels with their reasons, and whether to leave it to somebody. */
export function predict(classifier: Classifier, text: string): Prediction {
  const plain = plainText(text);
  const shares = sharesOf(classifier, plain);
  const all = confidencesIn(classifier, shares);
  const guesses = Array.from(all, (confidence, label) => ({ confidence, label }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, guessCount)
    .filter(({ confidence }, n) => n === 0 || confidence >= leastConfidence)
    .map(({ confidence, label }) => ({
      label: classifier.labels[label] ?? '',
      confidence,
      reasons: reasonsIn(plain, voicesOf(classifier, plain, shares, label)),
    }));
  return { guesses, abstains: (guesses[0]?.confidence ?? 0) < classifier.threshold };
}
