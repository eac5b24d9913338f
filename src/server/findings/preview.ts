/** Preview 预览: the first rows of a table of findings as they will be, personal data masked. Source: issue 5-4. */
import { predict } from '../../domain/classifier.ts';
import { measureText } from '../../domain/finding.ts';
import type { FindingPreviewRow } from '../../domain/findingApi.ts';
import { findingFieldLabels } from '../../domain/findingColumns.ts';
import { maskPersonal } from '../../domain/mask.ts';
import { localDay, localTime, type Moment } from '../../domain/moment.ts';
import type { MasterData } from '../masterData.ts';
import { areaName } from '../queries/names.ts';
import type { FindingInput, FindingReader, FindingRow } from './findingRow.ts';
import type { Contents } from './loads.ts';

const previewRows = 12;

/** The category that was written, else what the classifier takes the words for. */
function categoryWords(
  { item, words, categoryCode }: FindingInput,
  master: MasterData,
  now: Moment,
): string {
  if (typeof categoryCode === 'string') return master.category(categoryCode, now)?.name ?? '';
  const { inUse } = master.classifiers;
  const said = inUse && predict(inUse.model, [item, words].filter(Boolean).join('：'));
  const [best] = said && !said.abstains ? said.guesses : [];
  const name = best && master.category(best.label, now)?.name;
  return name ? `建议 ${name}（${Math.round((best?.confidence ?? 0) * 100)}%）` : '由创城专席判定';
}

type Shown = [string, string];

function fieldsOf({ input, note }: FindingRow, master: MasterData, now: string): Shown[] {
  const text = (value: unknown): string => (typeof value === 'string' ? maskPersonal(value) : '');
  const { place, siteId, areaCode, foundAt, measure, measureUnit, personId } = input;
  const at = place as { lng: number; lat: number } | undefined;
  const unit = typeof measureUnit === 'string' ? measureUnit : null;
  const site = typeof siteId === 'string' ? master.sites.get(siteId) : undefined;
  const labels = findingFieldLabels;
  return [
    [labels.item, text(input.item)],
    [labels.words, text(input.words)],
    [
      labels.measure,
      measureText({ measure: (measure as number | undefined) ?? null, measureUnit: unit }),
    ],
    [labels.category, categoryWords(input, master, now)],
    [labels.site, site?.name ?? ''],
    [labels.area, typeof areaCode === 'string' ? areaName(master, areaCode) : ''],
    [labels.address, text(input.address)],
    ['坐标', at ? `${at.lng}，${at.lat}` : ''],
    [
      labels.foundAt,
      typeof foundAt === 'string' ? `${localDay(foundAt)} ${localTime(foundAt)}` : '',
    ],
    [
      labels.assessor,
      typeof personId === 'string'
        ? (master.persons.get(personId)?.name ?? '')
        : text(input.assessorName),
    ],
    ['说明', note ?? ''],
  ];
}

/** The first rows as they will be, each with why it does not go in, if it does not. */
export function previewOf(
  { rows, marks }: Contents,
  reader: FindingReader,
  master: MasterData,
  now: Moment,
): FindingPreviewRow[] {
  return rows.slice(0, previewRows).map((raw) => {
    const found = reader.read(raw);
    const mark = marks[raw.row];
    if ('refused' in found) {
      const { reason, detail = '' } = found.refused;
      return { row: raw.row, fields: [], photos: [], refusal: `${reason}${detail}` };
    }
    return {
      row: raw.row,
      fields: fieldsOf(found, master, now).flatMap(([title, value]) =>
        value === '' ? [] : [{ title, value }],
      ),
      photos: found.photos.map(({ n, name }) => ({ n, name })),
      refusal: mark ? `${mark.reason}${mark.detail ?? ''}` : null,
    };
  });
}
