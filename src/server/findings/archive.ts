/**
 * Archive 照片压缩包: the zip of photos that comes with a table of findings. It is looked through before anything in
 * it is opened: paths, links, encryption, archives within, sizes. Names are read in UTF-8, or in the GBK that
 * Chinese systems write. Nothing of it is ever written under a name of its own. Source: issue 5-4, 5-15; V5.2.
 */
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import iconv from 'iconv-lite';
import { maxArchiveBytes } from '../../domain/findingApi.ts';
import { Refused } from '../../domain/refused.ts';
import { largestPhoto } from '../photos/upload.ts';
import { isBomb } from '../sheets/zip.ts';

const maxEntries = 20_000;
const shownNames = 5;

const refused = (code: string, message: string): Refused => new Refused(400, code, message);
const quoted = (name: string): string => `“${name.slice(-80)}”`;

/** One photo of the zip; `path` in small letters and one form, by which it is found. */
export interface ArchivePhoto {
  n: number;
  name: string;
  path: string;
  size: number;
}

export interface Archive {
  photos: readonly ArchivePhoto[];
  /** What a person should know of the zip as a whole. */
  notes: string[];
  /** The photo that a cell names, or why there is none. */
  find(name: string): { photo: ArchivePhoto } | { problem: string };
  /** The bytes of a photo. Throws {@link Refused} when it is too large or broken. */
  read(n: number): Promise<Buffer>;
  close(): void;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf8Flag = 0x800;
const unicodePath = 0x7075;

/** The name of an entry: by its flag, its extra field of Unicode, as UTF-8 where it can be that, else GBK. */
function nameOf({ fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string {
  const extra = extraFields.find(({ id }) => id === unicodePath)?.data.subarray(5);
  const raw = extra && extra.length > 0 ? extra : fileNameRaw;
  try {
    return utf8.decode(raw);
  } catch {
    const isUtf8 = (generalPurposeBitFlag & utf8Flag) !== 0;
    return isUtf8 ? raw.toString('utf8') : iconv.decode(raw, 'gb18030');
  }
}

/** Names are compared in one form, small letters, and with one kind of stroke. */
const plainPath = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '');

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const withoutEnd = (base: string): string => base.replace(/\.[a-z0-9]{2,5}$/, '');

const isPhotoName = (path: string): boolean =>
  /\.(?:jpe?g|jfif|png|webp|hei[cf])$/.test(path) || !baseOf(path).includes('.');
const isArchiveName = (path: string): boolean => /\.(?:zip|rar|7z|tar|t?gz|bz2|xz)$/.test(path);
/** What systems put into every archive. */
const isDebris = (path: string): boolean =>
  /(?:^|\/)(?:__macosx\/|\.ds_store$|thumbs\.db$|desktop\.ini$|\._[^/]*$)/.test(path);

function checkName(name: string): void {
  const path = name.replaceAll('\\', '/');
  if (/\p{Cc}|\ufffd/u.test(name))
    throw refused('badName', '压缩包里有文件名无法识别，请在电脑上给照片改名后重新压缩');
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || path.split('/').includes('..'))
    throw refused('badPath', `压缩包里的文件路径不正常（${quoted(name)}），已拒绝；请重新压缩照片`);
}

const isLink = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;

/** Throws for what no zip of photos holds. */
function checkEntry(entry: Entry, name: string): void {
  if (isLink(entry))
    throw refused(
      'link',
      `压缩包里有快捷链接（${quoted(name)}），已拒绝；请放入照片本身后重新压缩`,
    );
  if (entry.isEncrypted()) throw refused('encrypted', '压缩包加了密码，请取消密码后重新压缩');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    throw refused('method', '压缩包的压缩方式无法读取，请用电脑自带的“压缩为 ZIP 文件”重新压缩');
  if (isArchiveName(plainPath(name)))
    throw refused(
      'nested',
      `压缩包里还有压缩包（${quoted(name)}），请解开后把照片放进同一个压缩包`,
    );
  if (isBomb(entry))
    throw refused('zipBomb', '压缩包压缩得不合常理，展开后会非常大，已拒绝；请检查来源');
}

interface Found {
  entries: Entry[];
  photos: ArchivePhoto[];
  others: string[];
}

async function lookThrough(zip: ZipFile): Promise<Found> {
  if (zip.entryCount > maxEntries)
    throw refused('tooManyParts', `压缩包里的文件超过 ${maxEntries} 个，请分几次上传`);
  const found: Found = { entries: [], photos: [], others: [] };
  const paths = new Set<string>();
  const sum = { packed: 0, open: 0 };
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry);
    checkName(name);
    const path = plainPath(name);
    if (path.endsWith('/')) continue;
    checkEntry(entry, name);
    sum.packed += entry.compressedSize;
    sum.open += entry.uncompressedSize;
    if (sum.packed > zip.fileSize)
      throw refused('zipBomb', '压缩包里的内容互相重叠，已拒绝；请检查来源');
    if (sum.open > maxArchiveBytes)
      throw refused('tooLarge', '压缩包展开后超过 1 GB，请分几次上传');
    if (isDebris(path)) continue;
    if (paths.has(path))
      throw refused('doubleName', `压缩包里有两个同名文件${quoted(name)}，请改名后重新压缩`);
    paths.add(path);
    if (!isPhotoName(path)) {
      found.others.push(name);
      continue;
    }
    const n = found.entries.push(entry) - 1;
    found.photos.push({ n, name, path, size: entry.uncompressedSize });
  }
  return found;
}

const listed = (names: readonly string[]): string =>
  `${names.slice(0, shownNames).map(quoted).join('、')}${names.length > shownNames ? ' 等' : ''}`;

const groupedBy = (
  photos: readonly ArchivePhoto[],
  keyOf: (photo: ArchivePhoto) => string,
): Map<string, ArchivePhoto[]> => {
  const groups = new Map<string, ArchivePhoto[]>();
  for (const photo of photos)
    groups.set(keyOf(photo), [...(groups.get(keyOf(photo)) ?? []), photo]);
  return groups;
};

/** How a cell's name leads to a photo: its whole path, the end of it, or without the ending of the name. */
function finder(photos: readonly ArchivePhoto[]): Archive['find'] {
  const byBase = groupedBy(photos, ({ path }) => baseOf(path));
  const byStem = groupedBy(photos, ({ path }) => withoutEnd(baseOf(path)));
  return (name) => {
    const path = plainPath(name.trim()).replace(/^\/+/, '');
    const same = byBase.get(baseOf(path)) ?? [];
    const whole = same.find((photo) => photo.path === path);
    if (whole) return { photo: whole };
    const ends = (photo: ArchivePhoto): boolean => `/${photo.path}`.endsWith(`/${path}`);
    const stems = (photo: ArchivePhoto): boolean =>
      `/${withoutEnd(photo.path)}`.endsWith(`/${path}`);
    const near = same.filter(ends);
    const fits = near.length > 0 ? near : (byStem.get(baseOf(path)) ?? []).filter(stems);
    const [first, second] = fits;
    if (!first) return { problem: `压缩包里没有照片${quoted(name)}` };
    return second
      ? {
          problem: `照片${quoted(name)}在压缩包里有 ${fits.length} 张同名，请写上文件夹名，如 ${first.name}`,
        }
      : { photo: first };
  };
}

async function readEntry(zip: ZipFile, entry: Entry, name: string): Promise<Buffer> {
  if (entry.uncompressedSize > largestPhoto)
    throw refused('photoTooLarge', `照片${quoted(name)}超过 20 MB，请缩小后重新压缩`);
  try {
    const pieces: Buffer[] = [];
    for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  } catch {
    throw refused('brokenPhoto', `照片${quoted(name)}在压缩包里已损坏，请重新压缩`);
  }
}

const notZip = (): Refused =>
  refused('notZip', '这不是 ZIP 压缩包或已损坏；请把照片压缩为 ZIP（不是 RAR、7z）后上传');

/** Opens the zip at a path and looks it through. Throws {@link Refused} for what must not be read. */
export async function openArchive(path: string): Promise<Archive> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, {
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: true,
    });
  } catch {
    throw notZip();
  }
  try {
    const { entries, photos, others } = await lookThrough(zip);
    return {
      photos,
      notes:
        others.length > 0
          ? [`压缩包里有 ${others.length} 个文件不是照片，不会导入：${listed(others)}`]
          : [],
      find: finder(photos),
      read: async (n) => {
        const [entry, photo] = [entries[n], photos[n]];
        if (!entry || !photo)
          throw new Refused(404, 'notFound', '压缩包里没有这张照片，请刷新页面');
        return readEntry(zip, entry, photo.name);
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error instanceof Refused ? error : notZip();
  }
}

/** The photos no row names, as a sentence; nothing when there are none. */
export function unnamedNote(photos: readonly ArchivePhoto[], named: ReadonlySet<number>): string[] {
  const rest = photos.filter(({ n }) => !named.has(n)).map(({ name }) => name);
  return rest.length > 0
    ? [`压缩包里有 ${rest.length} 张照片没有被表格提到，不会导入：${listed(rest)}`]
    : [];
}
