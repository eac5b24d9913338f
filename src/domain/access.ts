/**
 * Access 权限: who may do what, and who may see what. Roles are named here and nowhere else; each
 * action row names the roles it is for, each noun names the columns by which it is seen.
 * Sources: domain reference (b.3 roles, i access control), architecture “Authorisation, once”.
 */
import { z } from 'zod';

export const Role = z.enum([
  'citizen',
  'gridWorker',
  'assessor',
  'desk',
  'shiftLeader',
  'unitHead',
  'officer',
  'supervisor',
  'leader',
  'systemAdmin',
  'securityAdmin',
  'auditAdmin',
  'system',
]);
export type Role = z.infer<typeof Role>;

export const roleLabels: Record<Role, string> = {
  citizen: '市民',
  gridWorker: '网格员',
  assessor: '第三方测评员',
  desk: '创城专席',
  shiftLeader: '值班长',
  unitHead: '责任单位负责人',
  officer: '责任单位经办人',
  supervisor: '督查员',
  leader: '领导',
  systemAdmin: '系统管理员',
  securityAdmin: '安全管理员',
  auditAdmin: '审计管理员',
  system: '系统',
};

/** A post lies on one line: who finds and judges is never who commands and handles (domain b.1). */
export const Line = z.enum(['finding', 'handling', 'office']);
export type Line = z.infer<typeof Line>;

export const lineLabels: Record<Line, string> = {
  finding: '发现核查',
  handling: '处置',
  office: '指挥管理',
};

export const lineOfRole: Record<Role, Line> = {
  citizen: 'finding',
  gridWorker: 'finding',
  assessor: 'finding',
  desk: 'office',
  shiftLeader: 'office',
  unitHead: 'handling',
  officer: 'handling',
  supervisor: 'office',
  leader: 'office',
  systemAdmin: 'office',
  securityAdmin: 'office',
  auditAdmin: 'office',
  system: 'office',
};

/** The three administrators; no one person holds two (domain i: 三员分立). */
export const administrators = [
  'systemAdmin',
  'securityAdmin',
  'auditAdmin',
] as const satisfies Role[];

export const isAdministrator = (role: Role): boolean =>
  (administrators as readonly Role[]).includes(role);

const districtWide: Role[] = [
  'desk',
  'shiftLeader',
  'supervisor',
  'leader',
  'securityAdmin',
  'auditAdmin',
  'system',
];

/** Roles that may open originals, with all that a camera writes into them; all others see copies. */
export const opensOriginals = (role: Role): boolean =>
  ['desk', 'shiftLeader', 'supervisor', 'auditAdmin'].includes(role);

/** Another post of the same person, as far as separation of duties asks for it. */
export interface OtherPost {
  line: Line;
  unitPath: string[];
}

/**
 * Person + post, as both stand now. `unitIds`: the post's unit and every unit below it; `guidedUnitIds`:
 * the units guided by these (条), which a unit head sees but does not act for. `areaCodes`: the beginnings
 * of the codes of the post's area and of whatever it came from; empty without an area.
 */
export interface Actor {
  personId: string;
  postId: string;
  name: string;
  role: Role;
  line: Line;
  district: string;
  unitId: string | null;
  unitIds: string[];
  guidedUnitIds?: string[];
  areaCodes: string[];
  posts: OtherPost[];
}

/** What an event keeps of the actor, and all that `changes` may read of them. */
export type ActorMark = Pick<Actor, 'personId' | 'postId' | 'role' | 'unitId'>;

export const markOf = ({ personId, postId, role, unitId }: Actor): ActorMark => ({
  personId,
  postId,
  role,
  unitId,
});

/**
 * The part of a district an actor sees. `nothing` belongs to the system administrator, who keeps the
 * house and its master data, not the ledger.
 */
export type Scope =
  | { kind: 'all' }
  | { kind: 'nothing' }
  | { kind: 'part'; areaCodes: string[]; unitIds: string[]; personId: string };

/** An assessor without an area of their own walks the whole district. */
const roundOf = ({ role, areaCodes, district }: Actor): string[] =>
  role === 'assessor' && areaCodes.length === 0 ? [district] : areaCodes;

/** The actor's scope for the ledger (reports, issues and what hangs on them). */
export function scopeOf(actor: Actor): Scope {
  if (districtWide.includes(actor.role)) return { kind: 'all' };
  if (actor.role === 'systemAdmin') return { kind: 'nothing' };
  return {
    kind: 'part',
    areaCodes: actor.line === 'finding' ? roundOf(actor) : [],
    unitIds: actor.line === 'handling' ? [...actor.unitIds, ...(actor.guidedUnitIds ?? [])] : [],
    personId: actor.personId,
  };
}

/**
 * How a noun is seen: by everyone of the district (`open`), or by the columns named here.
 * `areas`: area codes, seen by posts of that area or one above; `units` and `persons`: arrays or ids.
 */
export interface Seen {
  open?: boolean;
  areas?: readonly string[];
  units?: readonly string[];
  persons?: readonly string[];
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : value == null ? [] : [String(value)];

/** Is the record inside the scope? `server/scope.ts` is the same rule as a WHERE; a test compares them. */
export function inScope(record: object, scope: Scope, seen: Seen): boolean {
  if (seen.open || scope.kind === 'all') return true;
  if (scope.kind === 'nothing') return false;
  const values = (columns: readonly string[] | undefined): string[] =>
    (columns ?? []).flatMap((column) => listOf((record as Record<string, unknown>)[column]));
  const { areaCodes, unitIds, personId } = scope;
  return (
    values(seen.areas).some((code) => areaCodes.some((above) => code.startsWith(above))) ||
    values(seen.units).some((unitId) => unitIds.includes(unitId)) ||
    values(seen.persons).includes(personId)
  );
}
