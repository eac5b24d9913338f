/**
 * Setup 建区: everything a new district begins with, as one draft: code and name, areas, units, its three
 * administrators. Standards, calendar and settings are those of the base layer; nothing is copied. The
 * draft is made on the page or by the command and applied at once, all or nothing. Source: issue 4-7.
 */
import { z } from 'zod';
import { administrators, roleLabels, type Role } from './access.ts';
import { tags, text } from './fields.ts';
import { loginName } from './person.ts';
import { mostSetupAreas } from './setupAreas.ts';
import { officesOf } from './setupUnits.ts';
import { UnitKind } from './unit.ts';

/** The first two digits of GB/T 2260: provinces, autonomous regions, municipalities, special regions. */
const provinces =
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82';

export const DistrictCode = z
  .string()
  .regex(/^\d{6}$/, '区代码须为 6 位数字（GB/T 2260），例如 110116')
  .refine(
    (code) => !/^\d{6}$/.test(code) || provinces.includes(code.slice(0, 2)),
    '区代码的前两位不是省级代码，请核对（GB/T 2260）',
  )
  .refine((code) => !/^\d\d0000$/.test(code), '这是省级代码，请填区的 6 位代码');

const FirstPerson = z.strictObject({ name: text('姓名', 30), login: loginName });

export const SetupDraft = z.strictObject({
  /** Made once when the draft is begun; a repeat of the same draft is the same setting up. */
  id: z.uuid(),
  code: DistrictCode,
  name: text('区名称', 60),
  areas: z
    .array(
      z.strictObject({
        code: z.string().regex(/^(\d{9}|\d{12}|\d{15})$/),
        name: text('区域名称', 60),
      }),
    )
    .max(mostSetupAreas, `一次最多 ${mostSetupAreas} 个区域`),
  /** An office for each subdistrict and each community. */
  hasOffices: z.boolean(),
  units: z
    .array(
      z.strictObject({
        code: text('单位代码', 40),
        name: text('单位名称', 60),
        kind: UnitKind,
        dutyRoles: tags('职责词'),
      }),
    )
    .max(500, '一次最多 500 个单位'),
  systemAdmin: FirstPerson,
  securityAdmin: FirstPerson,
  /** May be appointed later by the security administrator. */
  auditAdmin: FirstPerson.nullable(),
});
export type SetupDraft = z.infer<typeof SetupDraft>;

export const SetupStep = z.enum(['district', 'areas', 'units', 'people']);
export type SetupStep = z.infer<typeof SetupStep>;

export const SetupProblem = z.object({ step: SetupStep, message: z.string() });
export type SetupProblem = z.infer<typeof SetupProblem>;

/** How much a draft sets up. */
export const SetupCounts = z.object({
  subdistricts: z.number(),
  communities: z.number(),
  cells: z.number(),
  offices: z.number(),
  units: z.number(),
  dutyRoles: z.number(),
  persons: z.number(),
});
export type SetupCounts = z.infer<typeof SetupCounts>;

/** The administrators of a draft, in the order of their roles. */
export const administratorsOf = (
  draft: Pick<SetupDraft, 'systemAdmin' | 'securityAdmin' | 'auditAdmin'>,
): { role: Role; name: string; login: string }[] =>
  administrators.flatMap((role) => {
    const person = draft[role];
    return person ? [{ role, ...person }] : [];
  });

export function setupCounts(draft: SetupDraft): SetupCounts {
  const ofLength = (length: number): number =>
    draft.areas.filter(({ code }) => code.length === length).length;
  return {
    subdistricts: ofLength(9),
    communities: ofLength(12),
    cells: ofLength(15),
    offices: draft.hasOffices ? officesOf(draft.areas).length : 0,
    units: draft.units.length,
    dutyRoles: new Set(draft.units.flatMap(({ dutyRoles }) => dutyRoles)).size,
    persons: administratorsOf(draft).length,
  };
}

/** The first thing that is there twice. */
function twice(values: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return values.find((value) => seen.has(value) || !seen.add(value));
}

function areaProblems({ code: district, areas }: SetupDraft): string[] {
  const codes = new Set(areas.map(({ code }) => code));
  const same = twice(areas.map(({ code }) => code));
  const foreign = areas.find(({ code }) => !code.startsWith(district));
  const orphan = areas.find(({ code }) => code.length > 9 && !codes.has(code.slice(0, -3)));
  return [
    ...(areas.some(({ code }) => code.length === 9)
      ? []
      : ['还没有街道乡镇，请导入或填写区域清单']),
    ...(same ? [`区域代码 ${same} 重复，请改正清单`] : []),
    ...(foreign
      ? [
          `区域 ${foreign.code} ${foreign.name} 不是 ${district} 的代码，请核对区代码，或重新导入清单`,
        ]
      : []),
    ...(orphan && !foreign
      ? [`区域 ${orphan.code} ${orphan.name} 的上级不在清单里，请把上级一起导入`]
      : []),
  ];
}

function unitProblems({ units, areas, hasOffices }: SetupDraft): string[] {
  const offices = hasOffices ? officesOf(areas) : [];
  const code = twice([...units, ...offices].map((unit) => unit.code));
  const name = twice(units.map((unit) => unit.name));
  return [
    ...(units.length + offices.length === 0
      ? ['还没有单位，派单没有去处；请勾选街道和社区，或选几个部门']
      : []),
    ...(code ? [`单位代码 ${code} 重复，请改正`] : []),
    ...(name ? [`单位“${name}”重复，请改名或去掉一个`] : []),
  ];
}

function peopleProblems(draft: SetupDraft): string[] {
  const people = administratorsOf(draft);
  const login = twice(people.map((person) => person.login));
  return login
    ? [
        `登录名 ${login} 用了两次；${people.map(({ role }) => roleLabels[role]).join('、')}须是不同的人（三员分立）`,
      ]
    : [];
}

/** What keeps a draft from being applied, as far as it shows by itself; empty when nothing does. */
export const setupProblems = (draft: SetupDraft): SetupProblem[] => [
  ...areaProblems(draft).map((message) => ({ step: 'areas' as const, message })),
  ...unitProblems(draft).map((message) => ({ step: 'units' as const, message })),
  ...peopleProblems(draft).map((message) => ({ step: 'people' as const, message })),
];

/** The step a field of the draft belongs to. */
export const stepOfField = (field: string): SetupStep =>
  field === 'areas'
    ? 'areas'
    : field === 'units' || field === 'hasOffices'
      ? 'units'
      : field.endsWith('Admin')
        ? 'people'
        : 'district';

/** What the page knows before anything is typed. */
export const SetupPageView = z.object({
  /** As whom: an administrator of a district that is no demo, or the holder of the setup token. */
  by: z.enum(['administrator', 'token']),
  districts: z.array(z.object({ code: z.string(), name: z.string() })),
  standards: z.object({
    categories: z.number(),
    conditions: z.number(),
    /** Categories that no officer has confirmed yet (待核). */
    unvouched: z.number(),
    settings: z.number(),
    years: z.array(z.string()),
  }),
});
export type SetupPageView = z.infer<typeof SetupPageView>;

export const SetupPreview = z.object({ counts: SetupCounts, problems: z.array(SetupProblem) });
export type SetupPreview = z.infer<typeof SetupPreview>;

/** What was set up. A password is shown this once; null: its person has signed in already. */
export const SetupResult = z.object({
  code: z.string(),
  name: z.string(),
  counts: SetupCounts,
  /** Actions performed, each of them an event. */
  actions: z.number(),
  isRepeat: z.boolean(),
  accounts: z.array(
    z.object({
      role: z.string(),
      name: z.string(),
      login: z.string(),
      password: z.string().nullable(),
    }),
  ),
});
export type SetupResult = z.infer<typeof SetupResult>;
