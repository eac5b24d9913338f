/**
 * Open data 开放数据: closed cases as CSV for everybody, made anew each night from 02:00, whole and by the month of
 * acceptance. No persons, no words, no photos, places to about 100 meters. Source: issue 5-14.
 */
import { existsSync, renameSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { DataIssue } from '../domain/dataApi.ts';
import { channelLabels } from '../domain/channel.ts';
import { localDay, localTime, minutesBetween } from '../domain/moment.ts';
import { openWriter, type CsvWriter } from './adapters/csvFile.ts';
import type { Database } from './database.ts';
import type { Log } from './log.ts';
import type { Performing } from './perform.ts';
import { dataIssues } from './queries/dataLists.ts';

export interface OpenDataPlace {
  db: Database;
  tools: Performing;
  /** Where the files lie, a folder for each district. */
  directory: string;
  log: Log;
}

const madeFrom = '02:00';
const pageRows = 500;

const columns: { title: string; cell(issue: DataIssue): string }[] = [
  { title: '案件编号', cell: ({ number }) => number },
  { title: '类别代码', cell: ({ categoryCode }) => categoryCode },
  { title: '类别', cell: ({ categoryName }) => categoryName },
  { title: '区域代码', cell: ({ areaCode }) => areaCode },
  { title: '区域', cell: ({ areaName }) => areaName },
  { title: '来源渠道', cell: ({ channel }) => channelLabels[channel] },
  { title: '立案日期', cell: ({ acceptedAt }) => localDay(acceptedAt) },
  { title: '结案日期', cell: ({ closedAt }) => (closedAt ? localDay(closedAt) : '') },
  {
    title: '用时（小时）',
    cell: ({ acceptedAt, closedAt }) =>
      closedAt ? (minutesBetween(acceptedAt, closedAt) / 60).toFixed(1) : '',
  },
  { title: '办理次数', cell: ({ attempt }) => String(attempt) },
  { title: '经度', cell: ({ lng }) => lng?.toFixed(3) ?? '' },
  { title: '纬度', cell: ({ lat }) => lat?.toFixed(3) ?? '' },
];

export interface OpenDataIndex {
  district: string;
  day: string;
  files: { name: string; rowCount: number }[];
}

/** What there is of a district; null before the first night. */
export const openDataIndex = async (
  directory: string,
  district: string,
): Promise<OpenDataIndex | null> =>
  readFile(`${directory}/${district}/index.json`, 'utf8')
    .then((text) => JSON.parse(text) as OpenDataIndex)
    .catch(() => null);

/** Writes all files of a district beside the old ones, then puts them in their place. */
async function makeFiles({ db, tools, directory }: OpenDataPlace, district: string): Promise<void> {
  const now = tools.now();
  const master = await tools.master.of(district);
  const place = `${directory}/${district}`;
  const [fresh, old] = [`${place}.new`, `${place}.old`];
  for (const left of [fresh, old]) await rm(left, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  const files = new Map<string, number>();
  const open = async (name: string): Promise<CsvWriter> => {
    files.set(name, 0);
    const writer = await openWriter(`${fresh}/${name}`, { advice: '请检查磁盘' });
    await writer.write(columns.map(({ title }) => title));
    return writer;
  };
  const all = await open('closed-issues.csv');
  let monthName = '';
  let month: CsvWriter | undefined;
  let cursor: string | undefined;
  do {
    const filter = { status: 'closed', limit: pageRows, ...(cursor ? { cursor } : {}) };
    const areas = master.areaCodesOf(district);
    const page = await dataIssues({ db, master, areas, now, filter });
    for (const issue of page.items) {
      const cells = columns.map(({ cell }) => cell(issue));
      const name = `closed-issues-${localDay(issue.acceptedAt).slice(0, 7)}.csv`;
      if (monthName !== name) {
        await month?.close();
        month = await open(name);
        monthName = name;
      }
      await all.write(cells);
      await month?.write(cells);
      for (const file of ['closed-issues.csv', name]) files.set(file, (files.get(file) ?? 0) + 1);
    }
    cursor = page.next ?? undefined;
  } while (cursor);
  await month?.close();
  await all.close();
  const index: OpenDataIndex = {
    district,
    day: localDay(now),
    files: [...files].map(([name, rowCount]) => ({ name, rowCount })),
  };
  await writeFile(`${fresh}/index.json`, JSON.stringify(index));
  // One right after the other, so that no reader of this program finds the place empty.
  if (existsSync(place)) renameSync(place, old);
  renameSync(fresh, place);
  await rm(old, { recursive: true, force: true });
}

/** Removes the files of a district that is removed. */
export async function removeOpenData(directory: string, district: string): Promise<void> {
  for (const name of [district, `${district}.new`, `${district}.old`])
    await rm(`${directory}/${name}`, { recursive: true, force: true });
}

/** Makes the files of each district that has none of today; where that fails the log says so. Returns how many districts. */
export async function sweepOpenData(
  place: OpenDataPlace,
  districts: readonly string[],
): Promise<number> {
  const now = place.tools.now();
  let made = 0;
  for (const district of districts) {
    const known = await openDataIndex(place.directory, district);
    const isFirst = !known || !existsSync(`${place.directory}/${district}/closed-issues.csv`);
    if (!isFirst && (known.day === localDay(now) || localTime(now) < madeFrom)) continue;
    try {
      await makeFiles(place, district);
      made += 1;
    } catch (error) {
      place.log.warn({ district, error: String(error) }, 'open data not made');
    }
  }
  return made;
}
