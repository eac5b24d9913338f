/**
 * Masking 脱敏: mobile, landline and identity numbers inside free words are never shown in the open.
 * Source: domain reference i (12345 protection of callers); issue 3-16.
 */

const digit = '[0-9０-９]';
const gap = '[ \\-－—·.]?';
const many = (count: string) => `(?:${digit}${gap}){${count}}`;

/** Identity numbers: 18 with a check character (spaces and dashes allowed between), or 15 digits. */
const identity = new RegExp(`(?<!${digit})(?:${many('17')}[0-9０-９XxＸｘ]|${digit}{15})(?!${digit})`, 'g');
/** Mobile numbers, with or without +86, written in groups or not. */
const mobile = new RegExp(
  `(?<!${digit})(?:[+＋]?(?:86|８６)${gap})?[1１]${gap}[3-9３-９]${gap}${many('8')}${digit}(?!${digit})`,
  'g',
);
/** Landlines with area code: 0xx-xxxxxxxx. */
const landline = new RegExp(`(?<!${digit})[0０]${digit}{2,3}[-－— ]?${digit}{7,8}(?!${digit})`, 'g');

const keepEnds = (found: string): string => {
  const digits = [...found].filter((character) => /[0-9０-９XxＸｘ]/.test(character));
  return `${digits.slice(0, 3).join('')}****${digits.slice(-2).join('')}`;
};

/** The text with every phone and identity number reduced to its ends; the same text when there is none. */
export function maskPersonal(text: string): string {
  if (!/[0-9０-９]{3}/.test(text) && !/(?:[0-9０-９][^0-9０-９]?){7}/.test(text)) return text;
  return text.replace(identity, keepEnds).replace(mobile, keepEnds).replace(landline, keepEnds);
}
