/** Ids of the rows the measurements work on, so that every process can name them without asking. */

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

const idOf = (kind: string, n: number): string => `${kind}-0000-7000-8000-${hex(n, 12)}`;

export const issueIdOf = (n: number): string => idOf('01900000', n);
export const reportIdOf = (n: number): string => idOf('01900001', n);

/** The n-th photo of a person, by the person's place in the list of workers. */
export const photoIdOf = (personNumber: number, n: number): string =>
  idOf(`0190${hex(personNumber + 16, 4)}`, n);
