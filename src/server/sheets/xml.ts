/**
 * XML in pieces: reads marks and text as they arrive, keeps nothing, and refuses what could make more of
 * itself (document types, entities of its own). Enough for the parts of a workbook, and no more.
 */
import { Refused } from '../../domain/refused.ts';

export interface XmlReader {
  /** Name without prefix; attributes are read only when asked for. */
  open(name: string, attribute: (name: string) => string | undefined): void;
  close(name: string): void;
  text(words: string): void;
}

const broken = (): Refused =>
  new Refused(400, 'brokenFile', '文件内容已损坏，请在表格软件里打开后另存为 .xlsx 再上传');

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text with its five entities and numbered characters read. Throws for any other entity. */
const plain = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w+);/g, (_all, name: string) => {
        if (!name.startsWith('#')) {
          const found = named[name];
          if (found === undefined) throw broken();
          return found;
        }
        const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
        if (code > 0x10ffff) throw broken();
        return String.fromCodePoint(code);
      })
    : text;

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The longest mark or text between marks: a cell holds 32,767 characters. */
const longest = 1_000_000;

const deepest = 100;

const mark = /^<(\/?)([^\s/>]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>$/;

/** Where the mark that begins at `from` ends, quoted attributes apart; -1 when it is not all there. */
function markEnd(text: string, from: number): number {
  if (text.startsWith('<!--', from)) {
    const end = text.indexOf('-->', from);
    return end < 0 ? -1 : end + 2;
  }
  let quote = 0;
  for (let at = from; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (quote > 0) quote = letter === quote ? 0 : quote;
    else if (letter === 34 || letter === 39) quote = letter;
    else if (letter === 62) return at;
  }
  return -1;
}

const patterns = new Map<string, RegExp>();

/** How an attribute of a name is found, whatever its prefix. */
function patternOf(name: string): RegExp {
  let found = patterns.get(name);
  if (!found) {
    found = new RegExp(`\\s(?:\\w+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, found);
  }
  return found;
}

/** A scanner that is given the text piece by piece. */
export function xmlScanner(reader: XmlReader): { push(piece: string): void; end(): void } {
  let rest = '';
  const inside: string[] = [];
  const read = (found: string): void => {
    if (found.startsWith('<?') || found.startsWith('<!--')) return;
    if (found.startsWith('<![CDATA[')) throw broken();
    if (found.startsWith('<!')) {
      throw new Refused(
        400,
        'entities',
        '文件里含有外部定义（DOCTYPE），可能有危险，已拒绝；请在表格软件里另存为 .xlsx',
      );
    }
    const parts = mark.exec(found);
    if (!parts) throw broken();
    const [, isEnd = '', full = '', attributes = '', isEmpty = ''] = parts;
    const name = local(full);
    if (isEnd) {
      if (inside.pop() !== name) throw broken();
      return reader.close(name);
    }
    reader.open(name, (wanted) => {
      const value = patternOf(wanted).exec(attributes);
      const text = value?.[1] ?? value?.[2];
      return text === undefined ? undefined : plain(text);
    });
    if (isEmpty) reader.close(name);
    else if (inside.push(name) > deepest) throw broken();
  };
  return {
    push: (piece) => {
      rest += piece;
      let at = 0;
      for (;;) {
        const start = rest.indexOf('<', at);
        if (start < 0) break;
        const end = markEnd(rest, start);
        if (end < 0) break;
        if (start > at) reader.text(plain(rest.slice(at, start)));
        read(rest.slice(start, end + 1));
        at = end + 1;
      }
      rest = rest.slice(at);
      if (rest.length > longest) throw broken();
    },
    end: () => {
      if (rest.trim() !== '' || inside.length > 0) throw broken();
    },
  };
}
