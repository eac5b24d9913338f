/**
 * Search words 检索词: how Chinese text is cut for searching without a dictionary. A run of Han characters
 * gives its single characters and its pairs; letters and digits stay whole. A query asks for all pairs, so
 * any two neighbouring characters of a text can be found. Source: product, “find anything in the ledger”.
 */

/** The fields of a record that can be searched, by noun. */
export const searchedFields = {
  issue: ['description', 'address', 'number'],
  report: ['content', 'address', 'number', 'outsideNumber'],
} as const;

const maxToken = 60;
const pieces = /\p{Script=Han}+|[a-z0-9]+/gu;
const gapInHan = /(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu;

/** Text as it is compared: full-width forms made plain, small letters, no blanks. */
export const foldWords = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(' ', '')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const piecesOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .replace(gapInHan, '')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .match(pieces) ?? [];

const isHan = (piece: string): boolean => !/^[a-z0-9]/.test(piece);

const pairs = (piece: string): string[] => {
  const characters = [...piece];
  return characters.slice(1).map((character, at) => `${characters[at] ?? ''}${character}`);
};

/** The words of a text as a tsvector's input: Han characters and pairs, letters and digits, each once. */
export function searchWords(text: string): string {
  const words = piecesOf(text).flatMap((piece) =>
    isHan(piece) ? [...piece, ...pairs(piece)] : [piece.slice(0, maxToken)],
  );
  return [...new Set(words)].join(' ');
}

export interface QueryWords {
  /** The digits when the query is one number, with or without its channel letter. */
  number: string | null;
  /**
   * The parts between blanks, folded, that may be missing from a text in which all words of the query stand:
   * three characters whose pairs stand apart. The rest the index is sure of.
   */
  unsure: string[];
  /** A tsquery, null when nothing in the query can be searched for. */
  query: string | null;
}

/** Whether a part is one word of the index, so that a text with the word has the part. */
const isOneWord = (part: string): boolean => {
  const [piece, ...others] = piecesOf(part);
  if (piece !== part || others.length > 0) return false;
  return [...piece].length <= (isHan(piece) ? 2 : maxToken);
};

/** What a person typed, cut at blanks and folded. */
export const queryParts = (typed: string): string[] =>
  typed.split(/\s+/u).map(foldWords).filter(Boolean);

/** What a person typed, as conditions. Letters and digits are found by their beginning. */
export function queryWords(typed: string): QueryWords {
  const parts = queryParts(typed);
  const number =
    parts.length === 1 ? (/^[a-z]?(\d{14}|\d{19})$/.exec(parts[0] ?? '')?.[1] ?? null) : null;
  const words = parts.flatMap(piecesOf).flatMap((piece) => {
    if (!isHan(piece)) return [`'${piece.slice(0, maxToken)}':*`];
    return ([...piece].length > 1 ? pairs(piece) : [piece]).map((word) => `'${word}'`);
  });
  return {
    number,
    unsure: parts.filter((part) => !isOneWord(part)),
    query: words.length > 0 ? [...new Set(words)].join(' & ') : null,
  };
}
