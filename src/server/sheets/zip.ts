/**
 * Zip: looks at a workbook's parts before any is opened: how many, how large they would become, macros,
 * links to other files, encryption. Source: issue 4-16; trust V5.2 (uploads).
 */
import { StringDecoder } from 'node:string_decoder';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { Refused } from '../../domain/refused.ts';
import { xmlScanner, type XmlReader } from './xml.ts';

const maxParts = 2_000;
const maxBytes = 120 * 1024 * 1024;
/** A part above this size that shrank more than this many times is no table. */
const bombSize = 5 * 1024 * 1024;
const bombRatio = 150;

const refused = (code: string, message: string): Refused => new Refused(400, code, message);

export interface Workbook {
  has(part: string): boolean;
  /** Reads a part of XML piece by piece; nothing when there is no such part. */
  scan(part: string, reader: XmlReader): Promise<void>;
  close(): void;
}

const dangers: [RegExp, string, string][] = [
  [
    /vbaProject\.bin$|(?:^|\/)macrosheets\//i,
    'macros',
    '文件里含有宏，已拒绝；请另存为不含宏的 .xlsx',
  ],
  [
    /(?:^|\/)externalLinks\//i,
    'externalLinks',
    '文件链接到其他文件，已拒绝；请断开链接（数据—编辑链接）或粘贴为值后另存',
  ],
  [
    /(?:^|\/)(?:embeddings|activeX)\//i,
    'embedded',
    '文件里嵌有其他文件或控件，已拒绝；请删去后另存为 .xlsx',
  ],
];

/** Does a part claim to become far larger than anything of its kind? */
export const isBomb = ({ uncompressedSize, compressedSize }: Entry): boolean =>
  uncompressedSize > bombSize && uncompressedSize > compressedSize * bombRatio;

function checkEntry(entry: Entry): void {
  const { fileName } = entry;
  const danger = dangers.find(([pattern]) => pattern.test(fileName));
  if (danger) throw refused(danger[1], danger[2]);
  if (isBomb(entry))
    throw refused('zipBomb', '文件压缩得不合常理，展开后会非常大，已拒绝；请检查来源');
}

async function partsOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > maxParts) throw refused('tooManyParts', '文件里的部件过多，已拒绝');
  const parts = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    checkEntry(entry);
    if (entry.isEncrypted()) throw refused('encrypted', '文件加了密码，请取消密码后另存再上传');
    bytes += entry.uncompressedSize;
    if (bytes > maxBytes)
      throw refused('tooLarge', '文件展开后超过 120 MB，请删去图片和多余的工作表，或分表上传');
    if (parts.has(entry.fileName)) throw refused('brokenFile', '文件里有重名的部件，已拒绝');
    parts.set(entry.fileName, entry);
  }
  return parts;
}

/** A part bent by whoever made the file shows as an error of reading it: the file is to blame, not we. */
const readingError = (error: unknown): unknown =>
  error instanceof Refused
    ? error
    : refused('brokenFile', '文件已损坏或不是表格文件，请在表格软件里打开后另存为 .xlsx 再上传');

/** Opens a workbook on disk. Throws {@link Refused} for what must not be read. */
export async function openWorkbook(path: string): Promise<Workbook> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { autoClose: false, validateEntrySizes: true });
  } catch (error) {
    throw readingError(error);
  }
  try {
    const parts = await partsOf(zip);
    return {
      has: (part) => parts.has(part),
      scan: async (part, reader) => {
        const entry = parts.get(part);
        if (!entry) return;
        try {
          const scanner = xmlScanner(reader);
          const decoder = new StringDecoder('utf8');
          for await (const piece of await zip.openReadStreamPromise(entry))
            scanner.push(decoder.write(piece as Buffer).replace(/^\ufeff/, ''));
          scanner.end();
        } catch (error) {
          throw readingError(error);
        }
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw readingError(error);
  }
}
