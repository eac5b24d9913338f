/**
 * Setup areas 建区清单: the areas of a new district read from what people have: a CSV with codes and names
 * (the statistical bureau's twelve-digit codes too), a GeoJSON, or a list typed line by line, where what is
 * indented belongs to what stands above. Every line that does not fit gets its sentence.
 * Source: domain reference a.2 (6 + 3 + 3 + 3 位), issue 4-7.
 */
import { parentCode } from './areaCode.ts';

export interface SetupArea {
  code: string;
  name: string;
}

/** `line` as the person counts: lines of the text, or features of a GeoJSON; 0 for the whole. */
export interface LineProblem {
  line: number;
  message: string;
}

export interface AreasRead {
  areas: SetupArea[];
  problems: LineProblem[];
  /** What was left out or made on the way, for the preview. */
  notes: string[];
  /** The district's own name, where the text has it. */
  districtName: string | null;
}

/** One area as a line gives it; without a code it gets one by its place. */
interface Line {
  line: number;
  code: string | null;
  name: string;
  /** In a list: 0 subdistrict, 1 community. */
  depth: number;
}

/** More areas than this are another file, or grid cells, which have a page of their own. */
export const mostSetupAreas = 3_000;
const mostLines = 200_000;

const codeHeads = [
  'code',
  '代码',
  '区划代码',
  '区域代码',
  '行政区划代码',
  '统计用区划代码',
  '编码',
];
const nameHeads = ['name', '名称', '区域名称', '区划名称', '街道名称', '社区名称', '单位名称'];

/**
 * A code as the product writes it: the statistical bureau pads with zeros (110116001000 is a subdistrict,
 * 110116000000 the district), we do not. Null when it is no code of an area.
 */
export function setupCode(text: string): string | null {
  const digits = text.replace(/[\s'’]/g, '');
  if (!/^(\d{6}|\d{9}|\d{12}|\d{15})$/.test(digits)) return null;
  let code = digits;
  while (code.length > 6 && code.endsWith('000')) code = code.slice(0, -3);
  return code;
}

/** The name of an area without the body that governs it: 富乐社区居委会 → 富乐社区, 北房村委会 → 北房村. */
export function areaNameOf(name: string): string {
  const bare = name.replace(/(居民委员会|居委会)$/, '');
  if (bare !== name) return bare.endsWith('社区') ? bare : name;
  const village = name.replace(/(村民委员会|村委会)$/, '');
  if (village === name || village === '') return name;
  return village.endsWith('村') ? village : `${village}村`;
}

/** Cells of one line of a CSV text from `at` on; quotes as RFC 4180. `end`: where the next one begins. */
function cellsAt(text: string, at: number, mark: string): { cells: string[]; end: number } {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let n = at;
  for (; n < text.length; n++) {
    const sign = text[n] as string;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[n + 1] === '"') {
        cell += '"';
        n++;
      } else isQuoted = false;
    } else if (sign === '"' && cell === '') isQuoted = true;
    else if (sign === mark) {
      cells.push(cell.trim());
      cell = '';
    } else if (sign === '\n') break;
    else cell += sign;
  }
  cells.push(cell.trim());
  return { cells, end: n + 1 };
}

/** The rows of a table as text, with the line each begins at; empty ones left out. */
export function tableRows(text: string): { line: number; cells: string[] }[] {
  const [first = ''] = text.split('\n', 1);
  const count = (mark: string): number => first.split(mark).length;
  const mark = [',', '\t', ';'].reduce((best, one) => (count(one) > count(best) ? one : best));
  const rows: { line: number; cells: string[] }[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const { cells, end } = cellsAt(text, at, mark);
    if (cells.some((cell) => cell !== '')) rows.push({ line, cells });
    for (let n = at; n < end && n < text.length; n++) if (text[n] === '\n') line++;
    at = end;
  }
  return rows;
}

const isHead = (cells: readonly string[], heads: readonly string[]): number =>
  cells.findIndex((cell) => heads.includes(cell.toLowerCase()));

/** A table with a head that names code and name; or, without one, code in the first column. */
function fromTable(text: string, problems: LineProblem[]): Line[] {
  const [first, ...rest] = tableRows(text);
  if (!first) return [];
  const [codeAt, nameAt] = [isHead(first.cells, codeHeads), isHead(first.cells, nameHeads)];
  const isHeadless = setupCode(first.cells[0] ?? '') !== null;
  if (!isHeadless && (codeAt < 0 || nameAt < 0)) {
    const missing = [
      ...(codeAt < 0 ? ['代码（code）'] : []),
      ...(nameAt < 0 ? ['名称（name）'] : []),
    ];
    problems.push({
      line: first.line,
      message: `第一行没有${missing.join('和')}列，请在第一行写上列名“代码,名称”后再导入`,
    });
    return [];
  }
  const [code, name] = isHeadless ? [0, 1] : [codeAt, nameAt];
  return (isHeadless ? [first, ...rest] : rest).map(({ line, cells }) => ({
    line,
    code: cells[code] ?? '',
    name: cells[name] ?? '',
    depth: 0,
  }));
}

const properties = ['code', '代码', 'adcode', '区划代码', '区域代码'];

/** The codes and names of a GeoJSON's features; boundaries are drawn later, on the page of areas. */
function fromGeoJson(text: string, problems: LineProblem[]): Line[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    problems.push({ line: 0, message: '文件像 GeoJSON，但内容不完整，请重新导出后再试' });
    return [];
  }
  const features = (value as { features?: unknown } | null)?.features;
  if (!Array.isArray(features)) {
    problems.push({ line: 0, message: 'GeoJSON 须是 FeatureCollection，请重新导出后再试' });
    return [];
  }
  return features.map((feature, n) => {
    const found = ((feature as { properties?: unknown } | null)?.properties ?? {}) as Record<
      string,
      unknown
    >;
    const textOf = (keys: readonly string[]): string => {
      const key = keys.find(
        (one) => typeof found[one] === 'string' || typeof found[one] === 'number',
      );
      return key === undefined ? '' : String(found[key]).trim();
    };
    return { line: n + 1, code: textOf(properties), name: textOf(nameHeads), depth: 0 };
  });
}

/** A typed list: “街道”, then its communities indented, or “街道⇥社区”; a code may stand before a name. */
function fromList(text: string): Line[] {
  return text.split('\n').flatMap((whole, n): Line[] => {
    const line = n + 1;
    if (whole.trim() === '') return [];
    const depth = /^[\s\u3000]/.test(whole) ? 1 : 0;
    const [first = '', ...more] = whole
      .trim()
      .split('\t')
      .map((part) => part.trim());
    const coded = /^(\d[\d\s]{4,20}\d)[\s,，、]*(.*)$/.exec(first);
    if (coded) {
      const name = coded[2] || more.join(' ').trim();
      return [{ line, code: coded[1] ?? '', name, depth }];
    }
    const below = more.filter(Boolean).map((name) => ({ line, code: null, name, depth: 1 }));
    return [{ line, code: null, name: first, depth }, ...below];
  });
}

/** Numbers those without a code in their order: subdistricts 001 …, the communities of each 001 …. */
function numbered(lines: readonly Line[], district: string, problems: LineProblem[]): Line[] {
  const used = new Set(lines.flatMap(({ code }) => setupCode(code ?? '') ?? []));
  const next = (parent: string): string | null => {
    for (let n = 1; n < 1000; n++) {
      const code = `${parent}${String(n).padStart(3, '0')}`;
      if (!used.has(code)) return code;
    }
    return null;
  };
  let above: { code: string; name: string } | null = null;
  const result: Line[] = [];
  for (const item of lines) {
    if (item.code !== null) {
      const code = setupCode(item.code);
      if (code?.length === 9) above = { code, name: item.name };
      result.push(item);
      continue;
    }
    if (item.depth === 0 && above?.name === item.name) continue;
    if (item.depth === 1 && !above) {
      problems.push({
        line: item.line,
        message: `“${item.name}”是社区，但上面没有街道；请先写街道，社区缩进写在它下面`,
      });
      continue;
    }
    const code = next(item.depth === 0 ? district : (above?.code ?? district));
    if (code === null) {
      problems.push({ line: item.line, message: `“${item.name}”没有号可编了，一级最多 999 个` });
      continue;
    }
    used.add(code);
    if (item.depth === 0) above = { code, name: item.name };
    result.push({ ...item, code });
  }
  return result;
}

/** Codes made right, those of other districts and the district's own row set apart. */
function sorted(lines: readonly Line[], district: string, read: AreasRead): void {
  const seen = new Map<string, { line: number; name: string }>();
  const foreign: number[] = [];
  for (const { line, code: given, name: full } of lines) {
    const code = setupCode(given ?? '');
    const name = full.trim();
    if (code === null) {
      const message = given
        ? `代码“${given.slice(0, 20)}”不对，须为 6、9、12 或 15 位数字`
        : '没有代码，请补上';
      read.problems.push({ line, message });
    } else if (code === district) read.districtName ??= name || null;
    else if (!code.startsWith(district)) foreign.push(line);
    else if (name === '') read.problems.push({ line, message: `${code} 没有名称，请补上` });
    else if (name.length > 60)
      read.problems.push({ line, message: `${code} 的名称超过 60 个字，请改短` });
    else if (seen.has(code)) {
      const other = seen.get(code);
      read.problems.push({
        line,
        message: `代码 ${code} 与第 ${other?.line ?? 0} 行“${other?.name ?? ''}”重复，请改正其中一行`,
      });
    } else {
      seen.set(code, { line, name });
      read.areas.push({ code, name: areaNameOf(name) });
    }
  }
  const orphans = new Map<string, SetupArea[]>();
  for (const area of read.areas) {
    const parent = parentCode(area.code);
    if (parent === null || parent === district || seen.has(parent)) continue;
    orphans.set(parent, [...(orphans.get(parent) ?? []), area]);
  }
  for (const [parent, [first, ...others]] of orphans) {
    const many = others.length > 0 ? `等 ${others.length + 1} 个` : '';
    read.problems.push({
      line: seen.get(first?.code ?? '')?.line ?? 0,
      message: `“${first?.name ?? ''}”（${first?.code ?? ''}）${many}的上级 ${parent} 不在清单里，请把上级的清单一起导入`,
    });
  }
  if (foreign.length === 0) return;
  const where = `第 ${foreign.slice(0, 3).join('、')}${foreign.length > 3 ? ' …' : ''} 行`;
  if (read.areas.length > 0)
    read.notes.push(`另有 ${foreign.length} 行不是 ${district} 的代码（${where}），没有采用`);
  else
    read.problems.push({
      line: foreign[0] ?? 0,
      message: `清单里没有 ${district} 的区域，${foreign.length} 行都是别的区的代码；请核对区代码或换一个文件`,
    });
}

const looksLikeTable = (text: string): boolean => {
  const first = text.split('\n').find((line) => line.trim() !== '') ?? '';
  const cells = first.split(/[,\t;]/).map((cell) => cell.trim().replaceAll('"', ''));
  return first.includes(',') || isHead(cells, codeHeads) >= 0 || isHead(cells, nameHeads) >= 0;
};

/** Reads the areas of a district from any of the three forms; several texts are read as one. */
export function readAreas(texts: readonly string[], district: string): AreasRead {
  const read: AreasRead = { areas: [], problems: [], notes: [], districtName: null };
  const lines: Line[] = [];
  for (const given of texts) {
    const text = given
      .replace(/^\uFEFF/, '')
      .replaceAll('\r\n', '\n')
      .replaceAll('\r', '\n');
    if (text.includes('\u0000') || text.startsWith('PK\u0003\u0004')) {
      const message = '这不是文本文件；Excel 请先“另存为 CSV UTF-8（逗号分隔）”再导入';
      read.problems.push({ line: 0, message });
    } else if (/^\s*[{[]/.test(text)) lines.push(...fromGeoJson(text, read.problems));
    else if (looksLikeTable(text)) lines.push(...fromTable(text, read.problems));
    else lines.push(...numbered(fromList(text), district, read.problems));
  }
  if (lines.length > mostLines) {
    const message = `共 ${lines.length} 行，超过 ${mostLines} 行；请只留下本区的行再导入`;
    return { ...read, problems: [{ line: 0, message }] };
  }
  sorted(lines, district, read);
  if (read.areas.length > mostSetupAreas) {
    const message = `本区有 ${read.areas.length} 个区域，一次最多 ${mostSetupAreas} 个；请先导入街道和社区，单元网格建区后在“区域”页导入`;
    return { ...read, areas: [], problems: [{ line: 0, message }] };
  }
  read.areas.sort((a, b) => a.code.length - b.code.length || (a.code < b.code ? -1 : 1));
  return read;
}
