/**
 * Post 岗位: a person's job in one unit or area of one district, on one line. One person may hold several;
 * separation of duties is by person across all of them. Source: architecture “Authorisation, once”.
 */
import { z } from 'zod';
import { isAdministrator, Line, lineOfRole, Role } from './access.ts';
import { actionOf, noun } from './action.ts';
import type { AreaFact } from './facts.ts';
import { area, person, text, unit } from './fields.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, retire } from './versioned.ts';

export const Post = z.object({
  ...keptFields(['active', 'retired']),
  personId: z.uuid(),
  role: Role,
  line: Line,
  title: z.string(),
  unitId: z.uuid().nullable(),
  areaCode: z.string().nullable(),
});
export type Post = z.infer<typeof Post>;

/** Roles a person can be appointed to. */
export const PostRole = Role.exclude(['citizen', 'system']);

const act = actionOf<Post>();

const areaProblem = (
  role: Role,
  areaCode: string | null | undefined,
  area: AreaFact | null,
): Refusal | undefined => {
  if (role === 'gridWorker' && !areaCode) return refusal('noArea', '网格员须选择负责的区域');
  return areaCode && !area?.isActive
    ? refusal('noArea', '区域不存在或已停用，请重新选择')
    : undefined;
};

export const post = noun({
  name: 'post',
  plural: 'posts',
  label: '岗位',
  shape: Post,
  seen: { open: true },
  statuses: { active: '在岗', retired: '离岗' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '任命岗位',
      sentence: '任命岗位 {title}',
      source: '人岗分离，岗位分两条线（domain b.1；architecture Authorisation）',
      by: ['securityAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        personId: person(),
        role: PostRole.meta({ title: '角色', kind: 'text' }),
        title: text('岗位名称', 40),
        unitId: unit().nullable().optional(),
        areaCode: area().nullable().optional(),
      }),
      needs: ['unit', 'area', 'person', 'postsHeld'],
      check: (_record, { personId, role, unitId, areaCode }, { facts, actor }) => {
        if (facts.person?.status !== 'active')
          return refusal('noPerson', '人员不存在或已停用，请重新选择');
        if (personId === actor.personId)
          return refusal('oneself', '不能任命自己，请由另一位安全管理员任命');
        const held = facts.postsHeld.map((post) => post.role).filter(isAdministrator);
        if (isAdministrator(role) && held.some((other) => other !== role)) {
          return refusal('twoAdministrators', '系统、安全、审计管理员不得由同一人担任，请另选人员');
        }
        if (lineOfRole[role] === 'handling' && !unitId)
          return refusal('noUnit', '处置岗位须选择所在单位');
        if (unitId && !facts.unit?.isActive)
          return refusal('noUnit', '单位不存在或已停用，请重新选择');
        return areaProblem(role, areaCode, facts.area);
      },
      changes: (_record, { unitId = null, areaCode = null, ...rest }) => ({
        ...rest,
        unitId,
        areaCode,
        line: lineOfRole[rest.role],
      }),
      // Changes the person too, so that of two appointments at once the second is judged again.
      also: (_record, { personId }) => [
        { noun: 'person', id: personId, action: 'appoint', input: {} },
      ],
    }),
    edit: act({
      label: '修改岗位',
      sentence: '修改岗位',
      source: '岗位名称和区域可改，历史留痕；换人换角色须重新任命（domain i access control）',
      by: ['securityAdmin'],
      from: ['active'],
      input: z.strictObject({ title: text('岗位名称', 40), areaCode: area().nullable() }).partial(),
      needs: ['area'],
      check: (record, { areaCode }, { facts }) =>
        areaCode === undefined ? undefined : areaProblem(record.role, areaCode, facts.area),
      changes: (_record, input) => input,
    }),
    moveUnit: act({
      label: '随单位合并',
      sentence: '随单位合并转入{unitId}',
      source: '单位合并，岗位随之转入（architecture 9）',
      by: ['systemAdmin'],
      isInner: true,
      from: ['active'],
      input: z.strictObject({ unitId: unit() }),
      changes: (_record, input) => input,
    }),
    retire: act(retire<Post>(['securityAdmin'])),
  },
});
