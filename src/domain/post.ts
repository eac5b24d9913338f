/**
 * Post 岗位: a person's job in one unit or area of one district, on one line. One person may hold several;
 * separation of duties is by person across all of them. Source: architecture “Authorisation, once”.
 */
import { z } from 'zod';
import { administrators, Line, lineOfRole, Role } from './access.ts';
import { actionOf, noun } from './action.ts';
import { area, person, text, unit } from './fields.ts';
import { refusal } from './refused.ts';
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
      needs: ['unit', 'area', 'rolesHeld'],
      check: (_record, { role, unitId, areaCode }, { facts }) => {
        const isAdministrator = (administrators as readonly Role[]).includes(role);
        const held = facts.rolesHeld.filter((other) =>
          (administrators as readonly Role[]).includes(other),
        );
        if (isAdministrator && held.some((other) => other !== role)) {
          return refusal('twoAdministrators', '系统、安全、审计管理员不得由同一人担任，请另选人员');
        }
        if (lineOfRole[role] === 'handling' && !unitId)
          return refusal('noUnit', '处置岗位须选择所在单位');
        if (role === 'gridWorker' && !areaCode) return refusal('noArea', '网格员须选择负责的区域');
        if (unitId && !facts.unit?.isActive)
          return refusal('noUnit', '单位不存在或已停用，请重新选择');
        return areaCode && !facts.area?.isActive
          ? refusal('noArea', '区域不存在或已停用，请重新选择')
          : undefined;
      },
      changes: (_record, { unitId = null, areaCode = null, ...rest }) => ({
        ...rest,
        unitId,
        areaCode,
        line: lineOfRole[rest.role],
      }),
    }),
    retire: act(retire<Post>(['securityAdmin'])),
  },
});
