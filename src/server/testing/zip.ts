/** Zips for tests, byte by byte, so that they can lie about what they hold. */
import { deflateRawSync } from 'node:zlib';

const table = Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

const checksum = (bytes: Buffer): number => {
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
};

export interface ZipPart {
  name: string;
  bytes: Buffer;
  /** The general purpose flags; 1 says encrypted. */
  flags?: number;
  /** The size the directory claims, when it lies. */
  claims?: number;
  /** The bytes of the name, when it is not written in UTF-8. */
  rawName?: Buffer;
  /** The file mode of Unix; 0o120777 says symbolic link. */
  mode?: number;
  /** The method the directory claims; 8, deflated, unless told. */
  method?: number;
}

/** A zip of these parts, deflated. */
export function zipOf(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const part of parts) {
    const { name, bytes, flags = 0, claims = bytes.length, method = 8, mode = 0 } = part;
    const packed = deflateRawSync(bytes, { level: 9 });
    const title = part.rawName ?? Buffer.from(name);
    const sizes = (head: Buffer, from: number): void => {
      head.writeUInt32LE(checksum(bytes), from);
      head.writeUInt32LE(packed.length, from + 4);
      head.writeUInt32LE(claims, from + 8);
      head.writeUInt16LE(title.length, from + 12);
    };
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    sizes(local, 14);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    sizes(central, 16);
    central.writeUInt32LE((mode << 16) >>> 0, 38);
    central.writeUInt32LE(at, 42);
    locals.push(local, title, packed);
    directory.push(central, title);
    at += local.length + title.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, list, end]);
}

const xml = (text: string): Buffer => Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`);

/** A workbook written by hand, as another program would: `sheetData` is the inside of that element. */
export const bareWorkbook = (
  sheetData: string,
  {
    after = '',
    more = [],
    name = '区域',
    before = '',
  }: Partial<Record<'after' | 'name' | 'before', string>> & { more?: ZipPart[] } = {},
): Buffer =>
  zipOf([
    { name: '[Content_Types].xml', bytes: xml('<Types/>') },
    {
      name: 'xl/workbook.xml',
      bytes: xml(
        `<x:workbook xmlns:x="m" xmlns:r="r"><x:sheets><x:sheet name="${name}" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>`,
      ),
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      bytes: xml(
        '<Relationships><Relationship Id="rId1" Type="t" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
      ),
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      bytes: xml(`${before}<worksheet><sheetData>${sheetData}</sheetData>${after}</worksheet>`),
    },
    ...more,
  ]);
