/**
 * Fields 字段: the kinds of thing a person can be asked for. A kind decides the control of a derived
 * form, what is masked, and what never reaches an event in the clear. One word, one schema.
 */
import { z } from 'zod';
import './inputWords.ts';
import { Day, Moment } from './moment.ts';
import { Polygon, polygonProblem } from './shape.ts';

export type FieldKind =
  | 'address'
  | 'area'
  | 'areas'
  | 'category'
  | 'condition'
  | 'day'
  | 'duration'
  | 'grade'
  | 'moment'
  | 'note'
  | 'number'
  | 'person'
  | 'personal'
  | 'photos'
  | 'place'
  | 'platform'
  | 'polygon'
  | 'post'
  | 'site'
  | 'tags'
  | 'text'
  | 'unit'
  | 'units'
  | 'weekdays'
  | 'words'
  | 'works'
  | 'yesNo';

export interface FieldMeta {
  title: string;
  kind: FieldKind;
}

/** Control characters other than tab and line ends, or half of a surrogate pair. */
const isUnsafe = (value: string): boolean =>
  !value.isWellFormed() || /[^\P{Cc}\t\n\r]/u.test(value);

/** A string PostgreSQL and every screen can hold: no NUL, control character or half surrogate. */
const clean = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `不能超过 ${max} 个字`)
    .refine((value) => !isUnsafe(value), '含有无法保存的字符，请删除后重试');

const meta = (title: string, kind: FieldKind): FieldMeta => ({ title, kind });

/** A short name or code, 1 to `max` characters. */
export const text = (title: string, max = 100) =>
  clean(max)
    .min(1, `请填写${title}`)
    .meta({ ...meta(title, 'text') });

/** Free words: mobile and identity numbers in them are masked, the whole text is kept as a secret. */
export const words = (title: string, max = 4000) =>
  clean(max)
    .min(1, `请填写${title}`)
    .meta({ ...meta(title, 'words') });

/** A remark of one or two sentences; masked like {@link words}. */
export const note = (title = '说明') =>
  clean(1000)
    .min(1, `请填写${title}`)
    .meta({ ...meta(title, 'note') });

/** Where it is, in words; masked like {@link words}, for people put their number there too. */
export const address = (title = '地址') =>
  clean(200)
    .min(1, `请填写${title}`)
    .meta({ ...meta(title, 'address') });

/** A complainant's name or phone: leaves the action only as a reference to `secret`. */
export const personal = (title: string, max = 50) =>
  clean(max)
    .min(1)
    .meta({ ...meta(title, 'personal') });

export const id = (title: string, kind: FieldKind) =>
  z.uuid(`${title}无效，请重新选择`).meta({ ...meta(title, kind) });
export const unit = (title = '单位') => id(title, 'unit');
export const units = (title = '协办单位') =>
  z
    .array(z.uuid())
    .max(20)
    .meta({ ...meta(title, 'units') });
export const site = (title = '点位') => id(title, 'site');
export const person = (title = '人员') => id(title, 'person');
export const post = (title = '岗位') => id(title, 'post');

/** An area code: 6 digits district, 9 subdistrict, 12 community, 15 cell (domain reference a.2). */
const areaCode = /^\d{6}(\d{3}){0,3}$/;

/** One of the areas there are, by its code. */
export const area = (title = '所属区域') =>
  z
    .string()
    .regex(areaCode, '请选择所属区域')
    .meta({ ...meta(title, 'area') });

/** A code for an area, written by hand. */
export const newAreaCode = (title = '区域代码') =>
  z
    .string()
    .trim()
    .regex(areaCode, '代码须为 6 位（区）、9 位（街道）、12 位（社区）或 15 位（网格）数字')
    .meta({ ...meta(title, 'text') });

export const categoryCode = (title = '类别') =>
  z
    .string()
    .regex(/^[PEX][0-9A-Z]{4,6}$/, '请选择类别')
    .meta({ ...meta(title, 'category') });

/** A filing condition of the category named in the same input, by its number. */
export const condition = (title = '立案条件') =>
  z
    .number()
    .int()
    .min(1)
    .max(99)
    .meta({ ...meta(title, 'condition') });

/** A management grade of areas. */
export const grade = (title: string) =>
  clean(20)
    .min(1, `请填写${title}`)
    .meta({ ...meta(title, 'grade') });

/** At most twenty photos an action, each a finished upload of the person who acts. */
export const photos = (title = '照片') =>
  z
    .array(z.uuid())
    .max(20, '每次最多 20 张照片')
    .refine((list) => new Set(list).size === list.length, '同一张照片只需选一次')
    .meta({ ...meta(title, 'photos') });

/** A few short words, each once. */
export const tags = (title: string, max = 20) =>
  z
    .array(clean(30).min(1))
    .max(max, `不能超过 ${max} 个`)
    .refine((list) => new Set(list).size === list.length, '同一个词只需填一次')
    .meta({ ...meta(title, 'tags') });

export const day = (title: string) => Day.meta({ ...meta(title, 'day') });
export const moment = (title: string) => Moment.meta({ ...meta(title, 'moment') });
export const yesNo = (title: string) => z.boolean().meta({ ...meta(title, 'yesNo') });
export const number = (title: string, min: number, max: number) =>
  z
    .number()
    .int()
    .min(min)
    .max(max)
    .meta({ ...meta(title, 'number') });

/** Days of the week, 1 Monday to 7 Sunday. */
export const weekdays = (title: string) =>
  z
    .array(z.number().int().min(1).max(7))
    .min(1, '请至少选择一天')
    .max(7)
    .meta({ ...meta(title, 'weekdays') });

/** WGS84 (CGCS2000) longitude and latitude inside China; 0,0 and swapped pairs are refused. */
export const place = (title = '位置') =>
  z
    .strictObject({
      lng: z
        .number()
        .min(73, '经度不在中国范围内，请检查经纬度是否颠倒')
        .max(136, '经度不在中国范围内'),
      lat: z
        .number()
        .min(3, '纬度不在中国范围内，请检查经纬度是否颠倒')
        .max(54, '纬度不在中国范围内'),
    })
    .meta({ ...meta(title, 'place') });

/** The boundary of an area: WGS84, closed, not crossing itself, on land ({@link polygonProblem}). */
export const polygon = (title = '边界') =>
  Polygon.superRefine((value, context) => {
    const message = polygonProblem(value);
    if (message) context.addIssue({ code: 'custom', message });
  }).meta({ ...meta(title, 'polygon') });

/** The areas that an area is split into. */
export const areas = <T extends z.ZodType>(part: T, title = '拆分后的区域') =>
  z
    .array(part)
    .min(2, '拆分后至少有两个区域')
    .max(20, '一次最多拆成 20 个区域')
    .meta({ ...meta(title, 'areas') });

/** Work quantities 工程量: catalogue code and amount, entered at rectify (seed bulletins 003, 004). */
export const works = (title = '工程量') =>
  z
    .array(
      z.strictObject({
        code: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/),
        quantity: z.number().positive('数量须大于 0').max(1e9, '数量过大，请检查单位'),
      }),
    )
    .max(20)
    .meta({ ...meta(title, 'works') });

/** The kind and title of a field, seen through optional, nullable and default wrappers. */
export function fieldMeta(schema: z.core.$ZodType): FieldMeta | undefined {
  let current: z.core.$ZodType | undefined = schema;
  while (current) {
    const found = z.globalRegistry.get(current) as Partial<FieldMeta> | undefined;
    if (found?.kind && found.title) return { kind: found.kind, title: found.title };
    current =
      'innerType' in current._zod.def ? (current._zod.def.innerType as z.core.$ZodType) : undefined;
  }
  return undefined;
}
