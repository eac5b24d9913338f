/**
 * Finding 测评发现: what an inspection found at a place: the item of the checklist in words, how much, photos, who
 * looked. With it a report arrives that has it as its origin; the photos lie with the report. It is evidence:
 * nobody but the inspecting side corrects it or takes it back, and only before the report is accepted; where
 * the matter stands is said by the report and its issue. Sources: issue 5-4; domain reference (third party's
 * findings may not be edited by the inspected unit); architecture “Authorisation, once”.
 */
import { z } from 'zod';
import type { Actor, Role } from './access.ts';
import { actionOf, noun } from './action.ts';
import {
  address,
  area,
  categoryCode,
  moment,
  note,
  person,
  photos,
  place,
  site,
  text,
  words,
} from './fields.ts';
import { Moment } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';
import { placeOfMatter } from './reportPlace.ts';
import type { Report } from './reportShape.ts';
import { keptFields } from './versioned.ts';

export const FindingStatus = ['recorded', 'withdrawn'] as const;

export const Finding = z.object({
  ...keptFields(FindingStatus),
  /** The item of the checklist, in words. */
  item: z.string(),
  words: z.string().nullable(),
  /** How much was found, in `measureUnit` (处, 米, 分 …). */
  measure: z.number().nullable(),
  measureUnit: z.string().nullable(),
  categoryCode: z.string().nullable(),
  siteId: z.uuid().nullable(),
  areaCode: z.string(),
  address: z.string().nullable(),
  lng: z.number().nullable(),
  lat: z.number().nullable(),
  /** The inspected unit: the one that answers for the site. */
  unitId: z.uuid().nullable(),
  assessorId: z.uuid().nullable(),
  /** As it was written; the name of `assessorId` where nothing was. */
  assessorName: z.string().nullable(),
  recorderId: z.uuid(),
  foundAt: Moment,
  recordedAt: Moment,
  photoCount: z.number().int(),
  reportId: z.uuid(),
  /** The file it came in by, and what makes its row the same in the next file. */
  loadId: z.uuid().nullable(),
  rowKey: z.string().nullable(),
  withdrawnReason: z.string().nullable(),
  withdrawnAt: Moment.nullable(),
});
export type Finding = z.infer<typeof Finding>;

/** Who records what an inspection found. */
export const findingRecorders: Role[] = ['assessor', 'supervisor', 'desk', 'shiftLeader'];

/** '3 处'; nothing when nothing was measured. */
export const measureText = ({
  measure,
  measureUnit,
}: Pick<Finding, 'measure' | 'measureUnit'>): string =>
  measure === null ? '' : `${measure} ${measureUnit ?? ''}`.trim();

type Told = Pick<Finding, 'item' | 'words' | 'measure' | 'measureUnit'>;

/** What the report says: `小广告：墙面多处小广告（3 处）`. */
function contentOf(told: Told): string {
  const much = measureText(told);
  const said = told.words && told.words !== told.item ? `：${told.words}` : '';
  return `${told.item}${said}${much ? `（${much}）` : ''}`;
}

/** Does this person handle matters, under any post, in the unit or in one below it? */
const standsIn = ({ posts }: Actor, unitId: string | null): boolean =>
  unitId !== null &&
  posts.some((post) => post.line === 'handling' && post.unitPath.includes(unitId));

const inspected = (): Refusal =>
  refusal('inspectedUnit', '您在被检查单位任职，不能登记或改动对它的测评发现，请交给他人办理');

/** The inspecting side: who recorded it, who is named as having looked, and the supervisors. */
function notYours(record: Finding, actor: Actor): Refusal | undefined {
  if (standsIn(actor, record.unitId)) return inspected();
  const { role, personId } = actor;
  const isTheirs = record.recorderId === personId || record.assessorId === personId;
  return isTheirs || role === 'supervisor' || role === 'shiftLeader'
    ? undefined
    : refusal('notYours', '只能改动本人登记的测评发现；请由登记人、督查员或值班长办理');
}

/** The desk has decided on the report: the finding stands as it is. */
function decided(report: Report | null): Refusal | undefined {
  return report?.status === 'submitted' || report?.status === 'confirming'
    ? undefined
    : refusal(
        'decided',
        '来件已受理或已办结，测评发现不能再改动；如确有误，请先由创城专席撤出案件',
      );
}

const measured = z
  .number()
  .min(0, '数量不能小于 0')
  .max(1_000_000, '数量过大，请核对单位')
  .meta({ title: '数量', kind: 'number' });

const told = {
  item: text('检查项目', 200),
  words: words('问题描述', 1000).optional(),
  measure: measured.optional(),
  measureUnit: text('计量单位', 10).optional(),
};

const act = actionOf<Finding>();

export const finding = noun({
  name: 'finding',
  plural: 'findings',
  label: '测评发现',
  shape: Finding,
  seen: { areas: ['areaCode'], units: ['unitId'], persons: ['recorderId', 'assessorId'] },
  statuses: { recorded: '有效', withdrawn: '已撤回' },
  finals: ['withdrawn'],
  actions: {
    record: act({
      label: '登记发现',
      sentence: '登记测评发现：{item}',
      source: '检查发现批量入账，点位、检查项目、数量、照片、测评员（issue 5-4；seed 004-7）',
      by: findingRecorders,
      from: 'new',
      to: 'recorded',
      handsPhotosOn: true,
      input: z.strictObject({
        ...told,
        siteId: site().optional(),
        areaCode: area().optional(),
        place: place().optional(),
        address: address('地点').optional(),
        categoryCode: categoryCode().optional(),
        foundAt: moment('检查时间').optional(),
        personId: person('测评员').optional(),
        assessorName: text('测评员姓名', 30).optional(),
        photos: photos().optional(),
        loadId: z.uuid().optional(),
        rowKey: z.string().min(1).max(100).optional(),
      }),
      needs: ['area', 'areaOfPoint', 'site', 'person', 'photos'],
      check: (_record, input, { actor, facts, now }) => {
        const { siteId, areaCode, place: point, address: said, foundAt, personId } = input;
        if (siteId && !facts.site) return refusal('noSite', '点位不存在或已停用，请重新选择');
        if (standsIn(actor, facts.site?.unitId ?? null)) return inspected();
        if (!siteId && !areaCode && !point && !said)
          return refusal('noPlace', '请填写点位、所属区域、地点或坐标中的一项');
        if (personId && facts.person?.status !== 'active')
          return refusal('noAssessor', '测评员不存在或已停用，请重新选择或只填姓名');
        return foundAt && foundAt > now ? refusal('future', '检查时间在将来，请核对') : undefined;
      },
      changes: (_record, input, { facts, actor, now, district, childId }) => ({
        item: input.item,
        words: input.words ?? null,
        measure: input.measure ?? null,
        measureUnit: input.measure === undefined ? null : (input.measureUnit ?? null),
        categoryCode: input.categoryCode ?? null,
        ...placeOfMatter(input, facts, district),
        unitId: facts.site?.unitId ?? null,
        assessorId: input.personId ?? (input.assessorName ? null : actor.personId),
        assessorName: input.assessorName ?? facts.person?.name ?? null,
        recorderId: actor.personId,
        foundAt: input.foundAt ?? now,
        recordedAt: now,
        photoCount: input.photos?.length ?? 0,
        reportId: childId(0),
        loadId: input.loadId ?? null,
        rowKey: input.rowKey ?? null,
        withdrawnReason: null,
        withdrawnAt: null,
      }),
      also: (record, input, { childId }) => [
        {
          noun: 'report',
          id: childId(0),
          action: 'submit',
          input: {
            channel: 'inspection',
            content: contentOf({
              item: input.item,
              words: input.words ?? null,
              measure: input.measure ?? null,
              measureUnit: input.measureUnit ?? null,
            }),
            originNoun: 'finding',
            originId: record.id,
            ...Object.fromEntries(
              (['siteId', 'areaCode', 'place', 'address', 'categoryCode', 'photos'] as const)
                .filter((field) => input[field] !== undefined)
                .map((field) => [field, input[field]]),
            ),
            ...(input.foundAt ? { claimedAt: input.foundAt } : {}),
          },
        },
      ],
    }),

    amend: act({
      label: '更正',
      sentence: '更正测评发现',
      source: '受理前由检查方更正，被检查单位不得改动（issue 5-4；domain (h) 9）',
      by: findingRecorders,
      from: ['recorded'],
      input: z.strictObject(told).partial(),
      needs: ['report'],
      refuse: (record, { actor }) => notYours(record, actor),
      check: (_record, input, { facts }) =>
        Object.values(input).every((value) => value === undefined)
          ? refusal('nothing', '没有要更正的内容，请至少填写一项')
          : decided(facts.report),
      changes: (_record, input) => input,
      also: (record, input) => [
        {
          noun: 'report',
          id: record.reportId,
          action: 'amend',
          input: { content: contentOf({ ...record, ...input }) },
        },
      ],
    }),

    withdraw: act({
      label: '撤回',
      sentence: '撤回测评发现：{reason}',
      source: '检查方可在受理前撤回并说明原因（issue 5-4）',
      by: findingRecorders,
      from: ['recorded'],
      to: 'withdrawn',
      input: z.strictObject({ reason: note('原因') }),
      needs: ['report'],
      refuse: (record, { actor }) => notYours(record, actor),
      check: (_record, _input, { facts }) => decided(facts.report),
      changes: (_record, { reason }, { now }) => ({ withdrawnReason: reason, withdrawnAt: now }),
      also: (record) => [{ noun: 'report', id: record.reportId, action: 'retract', input: {} }],
    }),
  },
});
