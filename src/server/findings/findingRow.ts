/**
 * Finding row 测评发现行: one row of a table as the input of `finding.record`, with the photos it names, or why not;
 * and the key by which the same row is known in the next file. Source: issue 5-4.
 */
import { maxFindingPhotos } from '../../domain/findingApi.ts';
import {
  findingFieldLabels,
  measureIn,
  photoNamesIn,
  type FindingColumns,
  type FindingField,
} from '../../domain/findingColumns.ts';
import { finding } from '../../domain/finding.ts';
import { fieldMeta } from '../../domain/fields.ts';
import { maskPersonal } from '../../domain/mask.ts';
import { addMinutes, localDay, type Moment } from '../../domain/moment.ts';
import type { RowRefusal } from '../adapters/reportMap.ts';
import type { MasterData } from '../masterData.ts';
import { areasOf, categoriesOf } from '../orders/orderRow.ts';
import { dateOrderOf, orderMoment } from '../orders/orderTime.ts';
import type { SecretBox } from '../secrets.ts';
import { isApproximate, saidIn, type Profile, type RawRow } from '../sheets/listFile.ts';
import type { Archive, ArchivePhoto } from './archive.ts';
import { readPlace, sitesOf, type PlaceNames } from './findingPlace.ts';

export type FindingInput = Record<string, unknown> & { item: string };

/** A row that can go in. */
export interface FindingRow {
  input: FindingInput;
  key: string;
  photos: ArchivePhoto[];
  /** What a person should know of how it was read. */
  note: string | null;
}

export interface FindingReader {
  read(row: RawRow): FindingRow | { refused: RowRefusal };
}

export interface Reading {
  columns: FindingColumns['places'];
  head: readonly string[];
  profile: Profile;
  archive: Pick<Archive, 'find'> | null;
  box: SecretBox;
  master: MasterData;
  now: Moment;
}

/** Shorter numbers are mere counting (1, 2, 3 …) and begin anew in every file. */
const shortestNumber = 6;
/** A clock that is a little fast makes nobody a liar. */
const toleranceMinutes = 5;

const refusedFor = (reason: string, detail?: string): { refused: RowRefusal } => ({
  refused: {
    reason,
    ...(detail === undefined ? {} : { detail: `“${maskPersonal(detail).slice(0, 40)}”` }),
  },
});

/** Persons by name who hold a post of an assessor here; a name that two have names none. */
function assessorsOf(master: MasterData): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const { role, status, personId } of master.posts.values()) {
    const name = master.persons.get(personId)?.name;
    if (role !== 'assessor' || status !== 'active' || !name) continue;
    found.set(name, found.has(name) && found.get(name) !== personId ? null : personId);
  }
  return found;
}

const titleOf = (field: string): string => {
  const shape = finding.actions.record.input as unknown as { shape: Record<string, never> };
  const schema = shape.shape[field];
  return (schema && fieldMeta(schema)?.title) ?? field;
};

/** A reader for the rows of one file. */
export function readerOf(reading: Reading): FindingReader {
  const { columns, head, profile, archive, box, master, now } = reading;
  const names: PlaceNames = { master, sites: sitesOf(master), areas: areasOf(master) };
  const categories = categoriesOf(master, now);
  const assessors = assessorsOf(master);
  const headingOf = (field: FindingField): string => head[columns[field]?.[0] ?? -1] ?? '';
  const dateOrder = dateOrderOf(profile.dates[headingOf('foundAt')] ?? {}, undefined);
  const timeWords = { label: findingFieldLabels.foundAt, ask: '请写成 2026-03-04 09:30 的样子' };

  const said = ({ cells }: RawRow, field: FindingField): string =>
    (columns[field] ?? [])
      .map((at) => saidIn(cells[at]))
      .filter(Boolean)
      .join('；');

  /** '3 处' in one column, or 3 and 处 in two. */
  const measureOf = (raw: RawRow): Record<string, unknown> | { refused: RowRefusal } => {
    const text = said(raw, 'measure');
    if (text === '') return {};
    const read = measureIn(text);
    if (!read) return refusedFor('数量须为数字，如 3，单位写在“单位”一列', text);
    const measureUnit = said(raw, 'measureUnit') || read.unit;
    return { measure: read.measure, ...(measureUnit ? { measureUnit } : {}) };
  };

  const timeOf = (raw: RawRow): { foundAt?: Moment } | { refused: RowRefusal } => {
    const text = said(raw, 'foundAt');
    if (text === '') return {};
    const found = orderMoment(text, dateOrder, timeWords);
    if ('problem' in found) return refusedFor(found.problem, text);
    if (found.moment > addMinutes(now, toleranceMinutes))
      return refusedFor('检查时间在将来，请核对', text);
    return { foundAt: found.moment > now ? now : found.moment };
  };

  const photosOf = (raw: RawRow): { photos: ArchivePhoto[] } | { refused: RowRefusal } => {
    const wanted = photoNamesIn(said(raw, 'photos'));
    if (wanted.length === 0) return { photos: [] };
    if (wanted.length > maxFindingPhotos)
      return refusedFor(`一行最多 ${maxFindingPhotos} 张照片（实为 ${wanted.length} 张）`);
    if (!archive) return refusedFor('写了照片，但还没有上传照片压缩包');
    const photos: ArchivePhoto[] = [];
    for (const name of wanted) {
      const found = archive.find(name);
      if ('problem' in found)
        return { refused: { reason: '照片对不上', detail: `：${found.problem}` } };
      if (!photos.includes(found.photo)) photos.push(found.photo);
    }
    return { photos };
  };

  const categoryOf = (raw: RawRow, item: string): { code?: string } | { refused: RowRefusal } => {
    const text = said(raw, 'category');
    const code = categories.get(text || item);
    if (text !== '' && !code)
      return refusedFor('没有这个小类，请填写小类的名称或代码，或留空由系统建议', text);
    return code ? { code } : {};
  };

  const keyOf = (number: string, input: FindingInput, photos: readonly ArchivePhoto[]): string => {
    if (number.length >= shortestNumber) return `n:${number}`;
    const day = input.foundAt ?? localDay(now);
    const words = JSON.stringify([
      number,
      { ...input, foundAt: day },
      photos.map(({ path }) => path),
    ]);
    return `c:${box.digest(`finding ${words}`).toString('base64url').slice(0, 27)}`;
  };

  const read = (raw: RawRow): ReturnType<FindingReader['read']> => {
    if (raw.problem) return { refused: { reason: raw.problem } };
    const number = said(raw, 'number');
    if (number !== '' && isApproximate(number, headingOf('number'), profile))
      return refusedFor('编号已被表格软件改成近似数，后几位丢失，请把这一列设为文本后重填', number);
    if (number.length > 90) return refusedFor('编号过长，不能超过 90 个字', number);
    const words = said(raw, 'words');
    const item = said(raw, 'item') || words;
    if (item === '') return refusedFor('缺少检查项目');
    const time = timeOf(raw);
    if ('refused' in time) return time;
    const measure = measureOf(raw);
    if ('refused' in measure) return measure as { refused: RowRefusal };
    const place = readPlace(
      {
        site: said(raw, 'site'),
        area: said(raw, 'area'),
        address: said(raw, 'address'),
        lng: said(raw, 'lng'),
        lat: said(raw, 'lat'),
      },
      names,
    );
    if ('refused' in place) return place;
    const category = categoryOf(raw, item);
    if ('refused' in category) return category;
    const photos = photosOf(raw);
    if ('refused' in photos) return photos;
    const assessor = said(raw, 'assessor');
    const personId = assessors.get(assessor);
    const input: FindingInput = {
      item: item.slice(0, 200),
      ...(words && words !== item ? { words } : {}),
      ...(item.length > 200 ? { words: words || item } : {}),
      ...measure,
      ...place.found,
      ...(category.code ? { categoryCode: category.code } : {}),
      ...time,
      ...(assessor ? (personId ? { personId } : { assessorName: assessor }) : {}),
    };
    if (JSON.stringify(input).includes('\ufffd'))
      return refusedFor('含有无法识别的字符，请检查文件编码');
    const parsed = finding.actions.record.input.safeParse(input);
    if (!parsed.success) {
      const [first] = parsed.error.issues;
      const field = first?.path.map(String)[0] ?? '';
      return refusedFor(`${titleOf(field)}：${first?.message ?? ''}`);
    }
    const known = parsed.data as unknown as FindingInput;
    return {
      input: known,
      key: keyOf(number, known, photos.photos),
      photos: photos.photos,
      note: place.note ?? null,
    };
  };
  return { read };
}
