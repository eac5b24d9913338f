/**
 * Demo findings 演示测评发现: what the demo district's assessor found this morning, `seeds/demoFindings.json`: some wait
 * at the desk, some are with their units already. Goes on where the last start stopped.
 */
import { readFileSync } from 'node:fs';
import type { Finding } from '../domain/finding.ts';
import { addMinutes, type Moment } from '../domain/moment.ts';
import { subjectOf } from './demo/tales.ts';
import { startOf } from './demoLife.ts';
import { drawPicture, pictureVariants } from './demoPictures.ts';
import type { Telling } from './demoStories.ts';
import { idFrom } from './idFrom.ts';
import { perform } from './perform.ts';
import { keepBytes } from './photos/keepBytes.ts';
import { uploadsOn } from './photos/upload.ts';

interface Row {
  key: string;
  /** `70m`: minutes before the first start. */
  at: string;
  site: string;
  category?: string;
  item: string;
  words: string;
  measure?: number;
  unit?: string;
  photos: number;
  /** The unit that handles it already. */
  lead?: string;
}

const rows = (): Row[] => JSON.parse(readFileSync('seeds/demoFindings.json', 'utf8')) as Row[];
const findingId = (key: string): string => idFrom(`demo finding ${key}`);
const issueId = (key: string): string => idFrom(`demo finding issue ${key}`);

async function takePhotos(telling: Telling, row: Row, at: Moment): Promise<string[]> {
  const { pool, photoDirectory, district, setting } = telling;
  const uploads = uploadsOn({ pool, directory: photoDirectory, now: () => at });
  const who = { personId: setting.id('person', 'assessor'), district };
  const ids: string[] = [];
  for (let n = 0; n < row.photos; n++) {
    const bytes = await drawPicture(
      subjectOf(row.category ?? 'E0110'),
      'before',
      n % pictureVariants,
    );
    ids.push(idFrom(`demo finding photo ${row.key} ${n}`));
    await keepBytes(uploads, who, ids.at(-1) ?? '', bytes);
  }
  return ids;
}

/** One action at a simulated moment, if it was not performed before. */
async function act(
  { tools, district, setting }: Telling,
  step: { at: Moment; login: string; noun: string; id: string; action: string },
  input: () => Promise<Record<string, unknown>>,
): Promise<void> {
  const { at, login, noun, id, action } = step;
  const requestId = idFrom(`demo finding ${action} ${id}`);
  if ((await tools.store.requests(district, [requestId])).size > 0) return;
  const master = await tools.master.of(district);
  const actor = master.actor(setting.id('person', login), setting.id('post', login), at);
  if (!actor) throw new Error(`demo seed: nobody called ${login}`);
  const order = { noun, id, action, requestId, input: await input() };
  await perform({ ...tools, now: () => at }, actor, order);
}

/** The desk accepts the report of a finding and dispatches it, and the unit claims it. */
async function handOver(telling: Telling, row: Row, start: Moment): Promise<void> {
  const { tools, district, setting } = telling;
  const [found] = await tools.store.find('finding', district, [findingId(row.key)]);
  const { reportId, areaCode } = found as unknown as Finding;
  const lead = row.lead ?? '';
  const step = (login: string, action: string, minutes: number) => {
    const at = addMinutes(start, minutes);
    return { at, login, noun: 'issue', id: issueId(row.key), action };
  };
  await act(telling, step('desk', 'accept', 9), async () => ({
    reportId,
    categoryCode: row.category,
    conditionNo: 1,
    areaCode,
  }));
  await act(telling, step('desk', 'dispatch', 16), async () => ({
    unitId: setting.id('unit', lead),
  }));
  await act(telling, step(setting.headOf(lead), 'claim', 24), async () => ({}));
}

/** Records the demo findings, or what is missing of them. `present`: the first start of the district. */
export async function recordFindings(telling: Telling, present: Moment): Promise<void> {
  const { setting } = telling;
  for (const row of rows()) {
    const at = startOf(row.at, present);
    const id = findingId(row.key);
    await act(
      telling,
      { at, login: 'assessor', noun: 'finding', id, action: 'record' },
      async () => {
        const photos = await takePhotos(telling, row, at);
        return {
          item: row.item,
          words: row.words,
          siteId: setting.id('site', row.site),
          ...(row.category ? { categoryCode: row.category } : {}),
          ...(row.measure ? { measure: row.measure, measureUnit: row.unit } : {}),
          ...(photos.length > 0 ? { photos } : {}),
        };
      },
    );
    if (row.lead) await handOver(telling, row, at);
  }
}

/** The reports and issues of the demo findings; the life around them leaves them as they are. */
export async function findingRecords({
  pool,
  district,
}: Pick<Telling, 'pool' | 'district'>): Promise<string[]> {
  const ids = rows().map(({ key }) => findingId(key));
  const { rows: found } = await pool.query<{ id: string }>(
    `select report_id as id from finding where district = $1 and id = any($2)`,
    [district, ids],
  );
  return [...found.map(({ id }) => id), ...rows().map(({ key }) => issueId(key))];
}
