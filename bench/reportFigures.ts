/** Figures as a table for people and as lines for machines. */

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What it is measured against in the same run; a null value when that could not be measured. */
  against: { what: string; value: number | null } | null;
  /** What is required: of the value, or of its ratio to what it is measured against. */
  least?: number | undefined;
  most?: number | undefined;
  leastRatio?: number | undefined;
  mostRatio?: number | undefined;
  /** The same figure of the smallest district of the run. */
  smallest?: number | undefined;
}

const ratioOf = ({ value, against }: Figure): number | null =>
  against?.value ? value / against.value : null;

const round = (value: number): number => Number(value.toPrecision(4));

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

const wanted = ({ least, most, leastRatio, mostRatio }: Figure): string =>
  [
    ...(least === undefined ? [] : [`≥ ${least}`]),
    ...(most === undefined ? [] : [`< ${most}`]),
    ...(leastRatio === undefined ? [] : [`≥ ${leastRatio} ×`]),
    ...(mostRatio === undefined ? [] : [`≤ ${mostRatio} ×`]),
  ].join(', ');

function isMissed(figure: Figure): boolean {
  const { value, least, most, leastRatio, mostRatio } = figure;
  const ratio = ratioOf(figure);
  return (
    (least !== undefined && value < least) ||
    (most !== undefined && value >= most) ||
    (leastRatio !== undefined && ratio !== null && ratio < leastRatio) ||
    (mostRatio !== undefined && ratio !== null && ratio > mostRatio)
  );
}

const line = (figure: Figure) => {
  const { name, value, unit, against } = figure;
  const ratio = ratioOf(figure);
  return {
    name,
    value: round(value),
    unit,
    against: against && {
      what: against.what,
      value: against.value === null ? null : round(against.value),
    },
    ratio: ratio === null ? null : round(ratio),
    toSmallest: figure.smallest ? round(value / figure.smallest) : null,
  };
};

function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const ratio = ratioOf(figure);
    const { name, value, unit, against } = figure;
    const other = against
      ? `${against.what} ${against.value === null ? '–' : number(against.value)}`
      : '';
    return [
      name,
      `${number(value)} ${unit}`,
      other,
      ratio === null ? '' : number(ratio),
      figure.smallest ? number(value / figure.smallest) : '',
      wanted(figure),
    ];
  });
  const all = [['what', 'value', 'against', 'ratio', 'to smallest', 'required'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const report = { line, number, table, isMissed };
