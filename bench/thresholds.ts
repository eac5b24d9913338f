/** A table of thresholds: of so many true pairs and false ones, how many score at least that much. */

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

export function printThresholds(
  label: string,
  truths: readonly number[],
  lies: readonly number[],
  thresholds: readonly number[],
): void {
  console.log(`\n${label}: ${truths.length} pairs that are one, ${lies.length} that are not`);
  console.log(['score', 'recall', 'precision', 'F1', 'of the others'].join('\t'));
  for (const threshold of thresholds) {
    const hits = truths.filter((score) => score >= threshold).length;
    const wrong = lies.filter((score) => score >= threshold).length;
    const [recall, precision] = [hits / truths.length, hits / Math.max(1, hits + wrong)];
    const f1 = (2 * recall * precision) / Math.max(1e-9, recall + precision);
    const cells = [recall, precision, f1, wrong / Math.max(1, lies.length)].map(percent);
    console.log([threshold, ...cells].join('\t'));
  }
}
