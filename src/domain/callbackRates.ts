/**
 * Callback rates 响应率、解决率、满意率: the three rates of call-backs, per report. Source: domain reference c.2: the
 * denominator is 有效回访数 (valid visits), not all orders; 响应率 = contacted / valid; 解决率 = solved / valid;
 * 满意率 = (satisfied + 0.9 × basically satisfied) / valid. What is invalid or struck is in none of them.
 */

/** What a basically satisfied complainant counts (domain c.2). */
export const basicallyWeight = 0.9;

/** Valid call-backs by answer; of a report the last valid one within the period. */
export interface CallbackCounts {
  valid: number;
  contacted: number;
  solved: number;
  satisfied: number;
  basicallySatisfied: number;
}

export interface CallbackRates {
  responseRate: number;
  resolutionRate: number;
  satisfactionRate: number;
}

/**
 * The three rates, each a share between 0 and 1; null when nobody was validly asked. Source: domain reference c.2
 * (its formulas, S[RATE]); shares, never multiplied by 100 here.
 */
export function ratesOf(counts: CallbackCounts): CallbackRates | null {
  const { valid, contacted, solved, satisfied, basicallySatisfied } = counts;
  if (valid === 0) return null;
  return {
    responseRate: contacted / valid,
    resolutionRate: solved / valid,
    // Nine tenths by whole numbers, so that 10 of 10 basically satisfied are exactly 0.9.
    satisfactionRate: (satisfied * 10 + basicallySatisfied * basicallyWeight * 10) / (valid * 10),
  };
}
