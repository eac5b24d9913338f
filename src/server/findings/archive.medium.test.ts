/** Zips of photos: names as Chinese systems write them, how cells find them, and what hostile ones are refused with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused } from '../../domain/refused.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { zipOf, type ZipPart } from '../testing/zip.ts';
import { openArchive, unnamedNote, type Archive } from './archive.ts';
import { zipOfFiles } from './template.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loop-archive-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = Buffer.from('photo');
const opened = (zip: Buffer): Promise<Archive> => {
  const path = join(folder, 'photos.zip');
  writeFileSync(path, zip);
  return openArchive(path);
};
const withParts = (...parts: Partial<ZipPart>[]): Promise<Archive> =>
  opened(zipOf(parts.map((part) => ({ name: '', bytes, ...part }))));
const problem = async (...parts: Partial<ZipPart>[]): Promise<string> => {
  const { status, message } = await refusedBy(withParts(...parts));
  expect(status).toBe(400);
  return message;
};

describe('names', () => {
  it('are read in GBK, in UTF-8 with its mark and without, and by the field of Unicode', async () => {
    const archive = await withParts(
      { rawName: iconv.encode('照片\\东门（一）.JPG', 'gbk') },
      { name: '西门.jpg', flags: 0x800 },
      { name: '南门.jpeg' },
      { rawName: iconv.encode('誠信.png', 'gb18030') },
    );
    expect(archive.photos.map(({ name }) => name)).toEqual([
      '照片\\东门（一）.JPG',
      '西门.jpg',
      '南门.jpeg',
      '誠信.png',
    ]);
    expect(archive.find('东门(一).jpg')).toMatchObject({ photo: { n: 0 } });
    expect(await archive.read(1)).toEqual(bytes);
    archive.close();
  });

  it('are found by path, by name, without the ending; two of a name are asked about', async () => {
    const archive = await withParts(
      { name: 'a/1.jpg' },
      { name: 'b/1.jpg' },
      { name: 'b/2.jpg' },
      { name: '说明.txt' },
      { name: '.DS_Store' },
      { name: '__MACOSX/b/._2.jpg' },
      { name: 'c/' },
    );
    const found = (name: string) => {
      const answer = archive.find(name);
      return 'photo' in answer ? answer.photo.name : answer.problem;
    };
    expect(found('B/1.JPG')).toBe('b/1.jpg');
    expect(found('2')).toBe('b/2.jpg');
    expect(found('b\\2.jpg')).toBe('b/2.jpg');
    expect(found('1.jpg')).toContain('2 张同名');
    expect(found('3.jpg')).toBe('压缩包里没有照片“3.jpg”');
    expect(archive.notes).toEqual(['压缩包里有 1 个文件不是照片，不会导入：“说明.txt”']);
    expect(unnamedNote(archive.photos, new Set([0, 1]))).toEqual([
      '压缩包里有 1 张照片没有被表格提到，不会导入：“b/2.jpg”',
    ]);
    archive.close();
  });

  it('of our own zip are read as they were written', async () => {
    const archive = await opened(zipOfFiles([{ name: '门口.jpg', bytes }]));
    expect(archive.photos[0]?.name).toBe('门口.jpg');
    expect(await archive.read(0)).toEqual(bytes);
    archive.close();
  });
});

describe('a hostile zip', () => {
  it.each(['../a.jpg', '/etc/a.jpg', 'C:\\a.jpg', 'a/../../b.jpg', '\\\\host\\a.jpg'])(
    'with the path %s is refused',
    async (name) => {
      expect(await problem({ name })).toContain('文件路径不正常');
    },
  );

  it('with links, passwords, archives within, two of a name, unreadable names', async () => {
    expect(await problem({ name: 'a.jpg', mode: 0o120777 })).toContain('快捷链接');
    expect(await problem({ name: 'a.jpg', flags: 1 })).toContain('加了密码');
    expect(await problem({ name: 'a.jpg', method: 9 })).toContain('压缩方式');
    for (const name of ['b.zip', 'b.RAR', 'x/b.7z', 'b.tar.gz'])
      expect(await problem({ name })).toContain('还有压缩包');
    expect(await problem({ name: 'a.jpg' }, { name: 'A.JPG' })).toContain('两个同名文件');
    expect(await problem({ name: 'a\u0000.jpg' })).toContain('文件名无法识别');
  });

  it('that would become huge, or says less than it holds, is refused', async () => {
    const zeros = Buffer.alloc(6 * 1024 * 1024);
    expect(await problem({ name: 'a.jpg', bytes: zeros })).toContain('不合常理');
    const parts = Array.from({ length: 30 }, (_, n) => ({
      name: `${n}.jpg`,
      bytes: Buffer.from(`${n}`),
      claims: 40 * 1024 * 1024,
    }));
    expect(await problem(...parts)).toContain('不合常理');
    const archive = await withParts({
      name: 'a.jpg',
      bytes: zeros.subarray(0, 900_000),
      claims: 10,
    });
    expect((await refusedBy(archive.read(0))).message).toContain('已损坏');
    archive.close();
    const large = await withParts({ name: 'a.jpg', bytes, claims: 4 * 1024 * 1024 });
    expect((await refusedBy(large.read(0))).message).toContain('已损坏');
    large.close();
  });

  it('that is none, of another kind or cut off, is refused with what to do', async () => {
    const zip = zipOf([{ name: 'a.jpg', bytes }]);
    for (const wrong of [
      Buffer.alloc(0),
      Buffer.from('Rar!\u001a\u0007\u0000 and more of it'),
      zip.subarray(0, zip.length - 10),
    ])
      expect((await refusedBy(opened(wrong))).message).toContain('不是 ZIP 压缩包');
  });

  it('bent anywhere is refused or read, and never anything else', async () => {
    const zip = zipOf([
      { name: 'a.jpg', bytes },
      { name: '', rawName: iconv.encode('门口.jpg', 'gbk'), bytes: Buffer.alloc(5000, 7) },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (bends) => {
          const bent = Buffer.from(zip);
          for (const [at, value] of bends) bent[at] = value;
          try {
            const archive = await opened(bent);
            try {
              for (const { n } of archive.photos) await archive.read(n);
            } finally {
              archive.close();
            }
          } catch (error) {
            expect(error).toBeInstanceOf(Refused);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
