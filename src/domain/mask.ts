/**
 * Masking 脱敏: mobile, landline and identity numbers inside free words are never shown in the open.
 * Source: domain reference i (12345 protection of callers); issue 3-16.
 */

const digit = '[0-9０-９]';
/** What people put between digits: spaces of any width, dashes, dots, brackets, at most two of them. */
const gap = '[\\s\\u200b-\\u200d\\u2060\\ufeff\\-－—–‐‑·.．_()（）]{0,2}';
const many = (count: string) => `(?:${digit}${gap}){${count}}`;

/** Identity numbers: 18 with a check character, or the old 15; a real one holds a date of birth. */
const identity = new RegExp(
  `(?<!${digit})(?:${many('17')}[0-9０-９XxＸｘ]|${many('14')}${digit})(?!${digit})`,
  'g',
);
/** Mobile numbers, with or without +86, written in groups or not. */
const mobile = new RegExp(
  `(?<!${digit})(?:(?:[+＋]|00|００)?(?:86|８６)${gap})?[1１]${gap}[3-9３-９]${gap}${many('8')}${digit}(?!${digit})`,
  'g',
);
/** Landlines with area code: 0xx-xxxxxxxx. */
const landline = new RegExp(
  `(?<!${digit})[0０][1-9１-９]${digit}{1,2}${gap}[2-8２-８]${gap}${many('5,6')}${digit}(?!${digit})`,
  'g',
);

const digitsOf = (found: string): string[] =>
  [...found].filter((character) => /[0-9０-９XxＸｘ]/.test(character));

const keepEnds = (found: string): string => {
  const digits = digitsOf(found);
  return `${digits.slice(0, 3).join('')}****${digits.slice(-2).join('')}`;
};

/** An order number of 15 or 18 digits stays as it is: it holds no possible month and day of birth. */
const keepEndsOfPerson = (found: string): string => {
  const digits = digitsOf(found.normalize('NFKC')).join('');
  const born = digits.length === 18 ? digits.slice(6, 14) : `19${digits.slice(6, 12)}`;
  const isDate = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(born);
  return isDate && digits[0] !== '0' ? keepEnds(found) : found;
};

/** The text with every phone and identity number reduced to its ends; the same text when there is none. */
export function maskPersonal(text: string): string {
  if (!/(?:[0-9０-９][^0-9０-９]{0,2}){10}/.test(text)) return text;
  return text
    .replace(identity, keepEndsOfPerson)
    .replace(mobile, keepEnds)
    .replace(landline, keepEnds);
}
