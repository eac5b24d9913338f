/**
 * Setup units 建区单位: the units a new district begins with: an office for each subdistrict and each
 * community, and the departments of an ordinary district with the words they answer for, so that the duty
 * matrix suggests from the first day. Sources: seed 001-5 (条块结合); the role words of the base categories.
 */
import type { SetupArea, LineProblem } from './setupAreas.ts';
import { tableRows } from './setupAreas.ts';
import { unitKindLabels, type Unit } from './unit.ts';

export interface SetupUnit {
  code: string;
  name: string;
  kind: Unit['kind'];
  dutyRoles: string[];
}

/** What most districts have, in their usual names; to be ticked and renamed. */
export const usualUnits: readonly SetupUnit[] = [
  { code: 'CCB', name: '创城办', kind: 'office', dutyRoles: ['文明实践', '宣传'] },
  { code: 'CGW', name: '城市管理委', kind: 'department', dutyRoles: ['市政', '行业主管'] },
  { code: 'CGJ', name: '城管执法局', kind: 'department', dutyRoles: ['城管执法'] },
  { code: 'HW', name: '环境卫生服务中心', kind: 'department', dutyRoles: ['环卫'] },
  { code: 'YL', name: '园林绿化局', kind: 'department', dutyRoles: ['园林绿化'] },
  { code: 'SW', name: '水务局', kind: 'department', dutyRoles: ['水务', '排水'] },
  { code: 'ZJ', name: '住房城乡建设委', kind: 'department', dutyRoles: ['住建', '物业'] },
  { code: 'GZ', name: '规划和自然资源分局', kind: 'department', dutyRoles: ['规自'] },
  { code: 'SH', name: '生态环境局', kind: 'department', dutyRoles: ['生态环境'] },
  { code: 'JT', name: '交通局', kind: 'department', dutyRoles: ['交通运输', '公交'] },
  { code: 'GA', name: '公安分局', kind: 'department', dutyRoles: ['公安', '派出所'] },
  { code: 'JG', name: '交通支队', kind: 'department', dutyRoles: ['公安交管'] },
  { code: 'XF', name: '消防救援支队', kind: 'department', dutyRoles: ['消防'] },
  { code: 'SC', name: '市场监督管理局', kind: 'department', dutyRoles: ['市场监管'] },
  { code: 'WL', name: '文化和旅游局', kind: 'department', dutyRoles: ['文化执法', '广电'] },
  { code: 'WJ', name: '卫生健康委', kind: 'department', dutyRoles: ['卫健'] },
  { code: 'JY', name: '教育委员会', kind: 'department', dutyRoles: ['教育'] },
  { code: 'TY', name: '体育局', kind: 'department', dutyRoles: ['体育'] },
  { code: 'MZ', name: '民政局', kind: 'department', dutyRoles: ['民政', '民政地名'] },
  { code: 'SWJ', name: '商务局', kind: 'department', dutyRoles: ['商务'] },
  { code: 'YJ', name: '应急管理局', kind: 'department', dutyRoles: ['应急'] },
  { code: 'NY', name: '农业农村局', kind: 'department', dutyRoles: ['农业农村'] },
  { code: 'RF', name: '人民防空办公室', kind: 'department', dutyRoles: ['人防'] },
  { code: 'QX', name: '气象局', kind: 'department', dutyRoles: ['气象'] },
  { code: 'CL', name: '残疾人联合会', kind: 'department', dutyRoles: ['残联'] },
  { code: 'GS', name: '自来水公司', kind: 'firm', dutyRoles: ['供水'] },
  { code: 'RQ', name: '供热供气公司', kind: 'firm', dutyRoles: ['供热供气'] },
  { code: 'DL', name: '供电公司', kind: 'firm', dutyRoles: ['电力'] },
  { code: 'TX', name: '通信运营单位', kind: 'firm', dutyRoles: ['通信'] },
  { code: 'YZ', name: '邮政分公司', kind: 'firm', dutyRoles: ['邮政'] },
];

/** The office that governs an area: 泉河街道 → 泉河街道办事处, 富乐社区 → 富乐社区居委会. */
export function officeNameOf({ code, name }: SetupArea): string {
  if (code.length === 9) {
    if (/(街道|地区)$/.test(name)) return `${name}办事处`;
    return /[镇乡]$/.test(name) ? `${name}人民政府` : name;
  }
  if (name.endsWith('社区')) return `${name}居委会`;
  return name.endsWith('村') ? `${name}委会` : name;
}

/** Units of the areas: a subdistrict office for each subdistrict, under it one for each community. */
export const officesOf = (
  areas: readonly SetupArea[],
): (SetupUnit & { areaCode: string; parentCode: string | null })[] =>
  areas
    .filter(({ code }) => code.length === 9 || code.length === 12)
    .map((area) => ({
      code: area.code,
      name: officeNameOf(area),
      kind: area.code.length === 9 ? 'subdistrict' : 'community',
      dutyRoles: [],
      areaCode: area.code,
      parentCode: area.code.length === 12 ? area.code.slice(0, 9) : null,
    }));

const heads = {
  name: ['name', '名称', '单位名称'],
  code: ['code', '代码', '单位代码'],
  kind: ['kind', '类型', '单位类型'],
  dutyRoles: ['dutyroles', '职责词', '职责'],
};

const kindOf = (text: string): Unit['kind'] | undefined =>
  (Object.keys(unitKindLabels) as Unit['kind'][]).find(
    (kind) => kind === text || unitKindLabels[kind] === text,
  );

/** Role words that usual units of that name answer for; none for a name nobody knows. */
const usualRoles = (name: string): string[] =>
  usualUnits.find((usual) => name.endsWith(usual.name))?.dutyRoles ?? [];

/**
 * Reads departments: a table with a head (名称, 代码, 类型, 职责词), or a list, one name to a line. A code that
 * is missing is made from the order; role words that are missing are those usual for the name.
 */
export function readUnits(given: string): { units: SetupUnit[]; problems: LineProblem[] } {
  const text = given
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n');
  const [first, ...rest] = tableRows(text);
  const problems: LineProblem[] = [];
  if (!first) return { units: [], problems };
  const at = (names: readonly string[]): number =>
    first.cells.findIndex((cell) => names.includes(cell.toLowerCase()));
  const columns = {
    name: at(heads.name),
    code: at(heads.code),
    kind: at(heads.kind),
    dutyRoles: at(heads.dutyRoles),
  };
  const isHeaded = columns.name >= 0;
  const places = isHeaded ? columns : { name: 0, code: -1, kind: -1, dutyRoles: 1 };
  const units: SetupUnit[] = [];
  const lineOf = new Map<string, number>();
  for (const { line, cells } of isHeaded ? rest : [first, ...rest]) {
    const cell = (n: number): string => (n < 0 ? '' : (cells[n] ?? ''));
    const name = cell(places.name);
    const code = cell(places.code) || `D${String(line).padStart(3, '0')}`;
    const kind = cell(places.kind) === '' ? 'department' : kindOf(cell(places.kind));
    const roles = cell(places.dutyRoles)
      .split(/[、,，;；\s]+/)
      .filter(Boolean);
    const problem = unitProblem({
      name,
      code,
      kind: cell(places.kind),
      isKnown: kind !== undefined,
    });
    const twice = lineOf.get(`code ${code}`) ?? lineOf.get(`name ${name}`);
    if (problem) problems.push({ line, message: problem });
    else if (twice) problems.push({ line, message: `“${name}”与第 ${twice} 行重复，请只留一行` });
    else if (kind) {
      lineOf.set(`code ${code}`, line).set(`name ${name}`, line);
      units.push({ code, name, kind, dutyRoles: roles.length > 0 ? roles : usualRoles(name) });
    }
  }
  return { units, problems };
}

function unitProblem(row: {
  name: string;
  code: string;
  kind: string;
  isKnown: boolean;
}): string | undefined {
  if (row.name === '') return '没有单位名称，请补上';
  if (row.name.length > 60) return `“${row.name.slice(0, 20)}…”超过 60 个字，请改短`;
  if (row.code.length > 40) return `“${row.name}”的代码超过 40 个字符，请改短`;
  if (!row.isKnown)
    return `“${row.name}”的类型“${row.kind.slice(0, 20)}”不认得，可用：${Object.values(unitKindLabels).join('、')}`;
  return undefined;
}
