/**
 * Site 点位: a place that is inspected and answered for: an alley, a market, a stop. Issues of a site
 * recur at the site. Sources: domain reference d.3, e; data `point_types`.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { address, area, place, text, unit } from './fields.ts';
import { keptFields, restore, retire } from './versioned.ts';

export const Site = z.object({
  ...keptFields(['active', 'retired']),
  name: z.string(),
  siteType: z.string(),
  areaCode: z.string(),
  unitId: z.uuid().nullable(),
  address: z.string().nullable(),
  lng: z.number().nullable(),
  lat: z.number().nullable(),
});
export type Site = z.infer<typeof Site>;

const act = actionOf<Site>();
const fields = {
  name: text('点位名称', 80),
  siteType: text('点位类型', 40),
  areaCode: area(),
  unitId: unit('责任单位').nullable().optional(),
  address: address().nullable().optional(),
  place: place().nullable().optional(),
};

export const site = noun({
  name: 'site',
  plural: 'sites',
  label: '点位',
  shape: Site,
  seen: { open: true },
  statuses: { active: '在用', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增点位',
      sentence: '新增点位 {name}',
      source: '实地点位摸排、统计（seed 003-14）',
      by: ['systemAdmin', 'desk', 'shiftLeader'],
      from: 'new',
      to: 'active',
      input: z.strictObject(fields),
      needs: ['area'],
      check: (_record, _input, { facts }) =>
        facts.area?.isActive
          ? undefined
          : { code: 'noArea', message: '所属区域不存在或已停用，请重新选择' },
      changes: (_record, { place: at, unitId = null, address = null, ...rest }) => ({
        ...rest,
        unitId,
        address,
        lng: at?.lng ?? null,
        lat: at?.lat ?? null,
      }),
    }),
    edit: act({
      label: '修改点位',
      sentence: '修改点位',
      source: '点位信息可改，历史留痕（seed 003-14）',
      by: ['systemAdmin', 'desk', 'shiftLeader'],
      from: ['active'],
      input: z.strictObject(fields).partial(),
      changes: (record, { place: at, ...rest }) => ({
        ...rest,
        lng: at === undefined ? record.lng : (at?.lng ?? null),
        lat: at === undefined ? record.lat : (at?.lat ?? null),
      }),
    }),
    retire: act(retire<Site>(['systemAdmin', 'desk', 'shiftLeader'])),
    restore: act(restore<Site>(['systemAdmin', 'desk', 'shiftLeader'])),
  },
});
