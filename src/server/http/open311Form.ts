/**
 * Open311 form: what a client posts, as the input of `report.submit`. Names that GeoReport v2 does not know are
 * passed over, as clients in use send some of their own. Source: GeoReport v2, POST Service Request.
 */
import type { Category } from '../../domain/category.ts';
import { ComplaintKind, complaintLabels } from '../../domain/channel.ts';
import { attributeCodes, attributesOf, type AttributeCode } from '../../domain/open311.ts';
import { Refused } from '../../domain/refused.ts';

/** What a person wrote, in one field of a report at most. */
const longest = 4_000;

const missing = (message: string): Refused => new Refused(400, 'missing', message);
const wrong = (message: string): Refused => new Refused(400, 'badInput', message);

type Answers = Partial<Record<AttributeCode, string>>;

/** The attributes given, each once and with a value of the definition. */
function answersOf(fields: ReadonlyMap<string, string>, category: Category): Answers {
  const known = attributesOf(category);
  const answers: Answers = {};
  for (const [name, value] of fields) {
    const code = /^attribute\[([^\]]*)\](?:\[\])?$/.exec(name)?.[1];
    if (code === undefined || value === '') continue;
    const found = attributeCodes.find((each) => each === code);
    const attribute = known.find((each) => each.code === code);
    if (!found || !attribute) throw wrong(`attribute[${code.slice(0, 40)}] 不在此类别的定义中`);
    if (!attribute.values.some(({ key }) => key === value))
      throw wrong(
        `attribute[${code}] 的值不在可选范围内，请按 services/${category.code} 的定义填写`,
      );
    answers[found] = value;
  }
  return answers;
}

function numberOf(name: string, text: string): number {
  if (!/^[+-]?\d{1,3}(?:\.\d{1,15})?$/.test(text)) throw wrong(`${name} 须为十进制度数（WGS84）`);
  return Number(text);
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** One of lat and long, address_string, address_id; more than one may come. */
function placeOf(fields: ReadonlyMap<string, string>): Record<string, unknown> {
  const [lat, long] = [fields.get('lat'), fields.get('long')];
  const address = fields.get('address_string');
  const site = fields.get('address_id');
  if ((lat === undefined) !== (long === undefined)) throw missing('lat 和 long 须同时提供');
  if (lat === undefined && address === undefined && site === undefined)
    throw missing('缺少位置：请提供 lat 和 long，或 address_string，或 address_id');
  if (site !== undefined && !uuid.test(site)) throw wrong('address_id 不是本系统的点位编号');
  return {
    ...(lat === undefined || long === undefined
      ? {}
      : { place: { lng: numberOf('long', long), lat: numberOf('lat', lat) } }),
    ...(address === undefined ? {} : { address }),
    ...(site === undefined ? {} : { siteId: site.toLowerCase() }),
  };
}

/** 王小明, but John Smith. */
function nameOf(fields: ReadonlyMap<string, string>): string | undefined {
  const [first, last] = [fields.get('first_name') ?? '', fields.get('last_name') ?? ''];
  const isHan = /\p{Script=Han}/u.test(first + last);
  const name = isHan ? last + first : `${first} ${last}`.trim();
  return name === '' ? undefined : name;
}

function contentOf(
  fields: ReadonlyMap<string, string>,
  answers: Answers,
  category: Category,
): string {
  const condition = category.conditions.find(({ no }) => String(no) === answers.CONDITION);
  const lines = [fields.get('description'), condition && `现场情形：${condition.openWhen}`];
  const content = lines.filter((line) => line !== undefined).join('\n') || category.name;
  if (content.length > longest)
    throw wrong(`description 连同所选情形不能超过 ${longest} 个字，请缩短`);
  return content;
}

/** The input of `report.submit`, channel, sender and photos apart. Throws 400. */
export function submitInputOf(
  fields: ReadonlyMap<string, string>,
  category: Category,
): Record<string, unknown> {
  const answers = answersOf(fields, category);
  const kind = ComplaintKind.safeParse(answers.KIND).data;
  const given = {
    kind: kind && Object.hasOwn(complaintLabels, kind) ? kind : undefined,
    urgency: answers.DANGER === 'yes' ? 'danger' : undefined,
    isConfidential: answers.CONFIDENTIAL === 'yes' ? true : undefined,
    complainantName: nameOf(fields),
    complainantPhone: fields.get('phone'),
    complainantEmail: fields.get('email'),
  };
  return {
    categoryCode: category.code,
    content: contentOf(fields, answers, category),
    ...placeOf(fields),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}
