/**
 * Finding columns 测评发现的列: the headings of a table of findings, as inspectors really write them, and what each
 * is. A heading that is met twice is asked about; columns nobody knows are named and left out. Source: issue 5-4.
 */
import { z } from 'zod';

export const FindingField = z.enum([
  'number',
  'foundAt',
  'site',
  'area',
  'address',
  'lng',
  'lat',
  'item',
  'words',
  'measure',
  'measureUnit',
  'category',
  'photos',
  'assessor',
]);
export type FindingField = z.infer<typeof FindingField>;

export const findingFieldLabels: Record<FindingField, string> = {
  number: '编号',
  foundAt: '检查时间',
  site: '点位',
  area: '所属区域',
  address: '地点',
  lng: '经度',
  lat: '纬度',
  item: '检查项目',
  words: '问题描述',
  measure: '数量',
  measureUnit: '单位',
  category: '小类',
  photos: '照片',
  assessor: '测评员',
};

/** What the template says below each heading. */
export const findingFieldHints: Record<FindingField, string> = {
  number: '测评方自己的编号；有编号的，再次上传同一编号视为同一条',
  foundAt: '如 2026-03-04 09:30；不填按导入时间',
  site: '点位的名称或编号，与“主数据表格 — 点位”一致',
  area: '街道、社区的名称或代码',
  address: '点位以外的位置，用文字写明；点位、地点、区域、坐标至少填一项',
  lng: '经度，与纬度一起填写',
  lat: '纬度，与经度一起填写',
  item: '必填；测评清单里的项目',
  words: '看到的情况',
  measure: '数字，如 3',
  measureUnit: '如 处、米、分',
  category: '小类的名称或代码；不填由系统建议',
  photos: '压缩包里照片的文件名，几张用分号隔开',
  assessor: '不填为上传的人',
};

const headings: Record<FindingField, RegExp> = {
  number: /^(?:问题|发现|测评|检查|记录|扣分)?(?:编号|序列号|单号|流水号|编码)$/,
  foundAt: /^(?:检查|测评|发现|巡查|拍摄|采集|实测|考察)?(?:日期)?(?:时间|日期)$/,
  site: /^(?:测评|检查|考察|点位|实测)?(?:点位|样本|测评点|检查点|场所)(?:名称|编号)?$/,
  area: /^(?:所属|所在|属地)?(?:街道|街镇|镇街|乡镇|社区|区域|片区|辖区|属地|街乡镇?)(?:\/社区)?(?:名称|代码)?$/,
  address: /^(?:问题|发现|具体|详细|检查|所在)?(?:地点|地址|位置|方位)(?:描述)?$/,
  lng: /^(?:点位)?(?:经度|lng|lon|longitude)$/i,
  lat: /^(?:点位)?(?:纬度|lat|latitude)$/i,
  item: /^(?:检查|测评|考察|清单|指标|扣分)(?:项目?|内容|指标|标准|条目|名称|要点)+$|^(?:项目|指标)$/,
  words: /^(?:问题|发现|存在|情况|扣分|主要)?(?:描述|问题|情况|说明|原因|详情|存在问题|问题描述)$/,
  measure: /^(?:问题|发现|计量|测得)?(?:数量|数值|个数|处数|测得值|实测值|计数)$/,
  measureUnit: /^(?:计量|数量)?单位$/,
  category: /^(?:问题|案件|网格|事件)?(?:小类|类别|分类)(?:名称|代码|编码)?$/,
  photos:
    /^(?:现场|问题|发现|取证|附件)?(?:照片|图片|影像)(?:文件|附件)?(?:名称?|文件名)?[\d一二三四五六七八九十]*$/,
  assessor: /^(?:测评|检查|考察|巡查|采集|暗访|上报)(?:员|人|人员)(?:姓名)?$/,
};

/** A heading without what spreadsheets and offices put around it. */
const plainHeading = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[（(【[].*?[）)】\]]/g, '')
    .replace(/[\s*：:※]/g, '');

/** Asked in this order: the narrower patterns first. */
const order: FindingField[] = [
  'photos',
  'lng',
  'lat',
  'measureUnit',
  'measure',
  'category',
  'assessor',
  'foundAt',
  'item',
  'site',
  'area',
  'address',
  'words',
  'number',
];

/** Several columns may hold photos; every other field has one. */
const many: ReadonlySet<FindingField> = new Set(['photos']);

export const findingFieldOf = (heading: string): FindingField | undefined => {
  const plain = plainHeading(heading);
  return plain === '' ? undefined : order.find((field) => headings[field].test(plain));
};

/** Where each field stands in the head (0, 1 …), what is not used, or why the table cannot be read. */
export interface FindingColumns {
  places: Partial<Record<FindingField, number[]>>;
  unused: string[];
  problem: string | null;
}

export function findingColumns(head: readonly string[]): FindingColumns {
  const places: FindingColumns['places'] = {};
  const unused: string[] = [];
  let problem: string | null = null;
  for (const [at, heading] of head.entries()) {
    const field = findingFieldOf(heading);
    if (!field) {
      if (heading.trim() !== '' && !unused.includes(heading)) unused.push(heading);
      continue;
    }
    const before = places[field];
    if (before && !many.has(field)) {
      const first = head[before[0] ?? 0] ?? '';
      problem ??=
        first === heading
          ? `表头里有两列都叫“${heading}”，请删去或改名一列后重新上传`
          : `“${first}”和“${heading}”都像是${findingFieldLabels[field]}，请删去或改名一列后重新上传`;
      continue;
    }
    places[field] = [...(before ?? []), at];
  }
  if (!places.item && !places.words)
    problem ??= '表头里没有“检查项目”或“问题描述”，请下载模板填写后上传';
  else if (!places.site && !places.area && !places.address && !(places.lng && places.lat))
    problem ??= '表头里没有“点位、地点、所属区域”或经纬度，不知道在哪里，请下载模板填写后上传';
  return { places, unused, problem };
}

/** The names of photos in a cell: separated by semicolons, commas, 、 or line ends; blanks belong to names. */
export const photoNamesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[;；,，、|\n\r]+/)
      .map((name) => name.trim())
      .filter((name) => name !== '' && name !== '无' && name !== '-'),
  ),
];

/** '3 处' → 3 and 处; '12.5' → 12.5; nothing for what is no number. */
export function measureIn(text: string): { measure: number; unit: string | null } | null {
  const found =
    /^约?\s*(\d{1,7}(?:\.\d{1,4})?)\s*((?:[\p{Script=Han}%]{1,6}|(?:[kcm]?m[23]?|k?g|t|l))?)$/iu.exec(
      text
        .normalize('NFKC')
        .replace(/(?<=\d),(?=\d{3})/g, '')
        .trim(),
    );
  if (!found) return null;
  return { measure: Number(found[1]), unit: found[2] === '' ? null : (found[2] ?? null) };
}
