/**
 * Learning 学习: a version of the classifier from the words of the standard and what officers decided, judged
 * on decisions held back, and whether it is to be put in use. Source: issue 5-6.
 */
import { surest, train, usualTraining, type Classifier, type Sample } from './classifier.ts';
import { readClassifier, writeClassifier } from './classifierFile.ts';
import {
  accuracyOf,
  byLabel,
  confusion,
  coverageTable,
  isHeldBack,
  type Judged,
} from './classifierMeasure.ts';
import type { ClassifierFigures } from './classifierVersion.ts';

export interface Lesson {
  /** What the standard says of each category. */
  standard: Sample[];
  /** Texts of accepted reports, labeled with the category of their issue. */
  decided: Sample[];
  /** The version in use, as bytes; null before the first. */
  inUse: Uint8Array | null;
}

export interface Learned {
  bytes: Uint8Array;
  textCount: number;
  decidedCount: number;
  figures: ClassifierFigures;
  isBetter: boolean;
  verdict: string;
}

/** From so many decisions on, confidence is measured on them alone and no longer on the standard's words. */
export const enoughDecided = 300;
/** With fewer held-back decisions two versions cannot be compared. */
export const enoughHeldBack = 20;

const worstPairs = 20;

const judge = (classifier: Classifier, samples: readonly Sample[]): Judged[] =>
  samples.map(({ text, label }) => ({ label, ...surest(classifier, text) }));

const round = (share: number): number => Math.round(share * 10_000) / 10_000;
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

function figuresOf(
  judged: readonly Judged[],
  threshold: number,
): Omit<ClassifierFigures, 'judgedOn' | 'heldBackCount' | 'heldBackAccuracy' | 'inUseAccuracy'> {
  const covered = judged.filter(({ confidence }) => confidence >= threshold);
  return {
    judgedCount: judged.length,
    accuracy: round(accuracyOf(judged)),
    threshold: round(threshold),
    covered: judged.length === 0 ? 0 : round(covered.length / judged.length),
    coveredAccuracy: round(accuracyOf(covered)),
    coverage: coverageTable(judged).map((row) => ({
      threshold: row.threshold,
      coverage: round(row.coverage),
      accuracy: round(row.accuracy),
    })),
    byCategory: byLabel(judged)
      .slice(0, 300)
      .map(({ label, count, precision, recall }) => ({
        label,
        count,
        precision: round(precision),
        recall: round(recall),
      })),
    confused: confusion(judged)
      .filter(({ label, predicted }) => label !== predicted)
      .slice(0, worstPairs),
  };
}

/** Whether the new version takes the place of the one in use, and why. */
function verdictOf(
  count: number,
  own: number,
  inUse: number | null,
): Pick<Learned, 'isBetter' | 'verdict'> {
  if (inUse === null) return { isBetter: true, verdict: '首个版本，先按标准用语和已立案来件识别' };
  if (count < enoughHeldBack)
    return {
      isBetter: false,
      verdict: `留出的决定只有 ${count} 件，不足 ${enoughHeldBack} 件，无法与在用版本比较，暂不启用`,
    };
  const compared = `在留出的 ${count} 件上正确 ${percent(own)}，在用版本 ${percent(inUse)}`;
  return own >= inUse
    ? { isBetter: true, verdict: `${compared}，予以启用` }
    : { isBetter: false, verdict: `${compared}，不如在用版本，不启用` };
}

/** The version in use may be of an older form; it is then no rival. */
function rivalOf(inUse: Uint8Array | null): Classifier | null {
  if (inUse === null) return null;
  try {
    return readClassifier(inUse);
  } catch {
    return null;
  }
}

/** Trains a version. Throws a Chinese reason when there is nothing to learn from. */
export function learn({ standard, decided, inUse }: Lesson): Learned {
  const isBack = ({ group }: Sample): boolean => isHeldBack(group, usualTraining.seed);
  const heldBack = decided.filter(isBack);
  const known = decided.filter((sample) => !isBack(sample));
  const isDecidedEnough = known.length >= enoughDecided;
  const decidedOnes = new Set(known);
  const { classifier, heldOut } = train(
    [...standard, ...known],
    { minTexts: 1 },
    isDecidedEnough ? (sample) => decidedOnes.has(sample) : undefined,
  );
  const rival = rivalOf(inUse);
  const own = accuracyOf(judge(classifier, heldBack));
  const other = rival && accuracyOf(judge(rival, heldBack));
  const isJudged = heldBack.length > 0;
  return {
    bytes: writeClassifier(classifier),
    textCount: classifier.textCount,
    decidedCount: known.length,
    figures: {
      ...figuresOf(heldOut, classifier.threshold),
      judgedOn: isDecidedEnough ? 'decided' : 'standard',
      heldBackCount: heldBack.length,
      heldBackAccuracy: isJudged ? round(own) : null,
      inUseAccuracy: isJudged && other !== null ? round(other) : null,
    },
    ...verdictOf(heldBack.length, own, other),
  };
}
