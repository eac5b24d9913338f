/** Group api 创城大管家接口: the live feed of a unit, units side by side, and what was posted to the groups. */
import { z } from 'zod';
import { GroupFigures } from './groupFigures.ts';
import { GroupPost, GroupPostKind } from './groupPost.ts';
import { Day, Moment } from './moment.ts';
import { page, paging } from './paging.ts';
import { IssueItem } from './views.ts';

/** One matter in a feed: what it is, who did what when, and the photos of before and after. */
export const FeedEntry = z.object({
  item: IssueItem,
  /** Its latest step, by which the feed is in order. */
  newsAt: Moment,
  dispatchedAt: Moment,
  claimDue: Moment.nullable(),
  claimedAt: Moment.nullable(),
  rectifiedAt: Moment.nullable(),
  /** The latest steps, the latest last. */
  steps: z.array(z.object({ at: Moment, label: z.string(), who: z.string() })),
  /** Ids of photos; of confidential reports and tip-offs there are none. */
  before: z.array(z.string()),
  after: z.array(z.string()),
});
export type FeedEntry = z.infer<typeof FeedEntry>;

/** What a matter in the feed waits for. */
export const FeedStep = z.enum(['new', 'claimed', 'rectified']);

const UnitFigures = z.object({
  unitId: z.string(),
  unitName: z.string(),
  kind: z.string(),
  figures: GroupFigures,
});

export const groupQueries = {
  groupFeed: {
    path: 'group/feed',
    label: '创城大管家群动态',
    /** `unit`: with all units below it; left out: all units of the actor. */
    input: z.strictObject({ unit: z.uuid().optional(), step: FeedStep.optional(), ...paging }),
    output: z.object({ items: z.array(FeedEntry), next: z.string().nullable() }),
  },
  groupUnits: {
    path: 'group/units',
    label: '单位对照',
    /** Both days included, today when left out; at most 92 days. */
    input: z.strictObject({ from: Day.optional(), to: Day.optional(), unit: z.uuid().optional() }),
    output: z.object({
      from: Day,
      to: Day,
      /** All units in sight together, each matter counted once. */
      total: GroupFigures,
      /** Each with the units below it; those without anything are left out. */
      units: z.array(UnitFigures),
    }),
  },
  groupPosts: {
    path: 'group/posts',
    label: '每日进展和每周小结',
    input: z.strictObject({
      kind: GroupPostKind.optional(),
      /** 'district': only those of the whole district. */
      unit: z.union([z.uuid(), z.literal('district')]).optional(),
      ...paging,
    }),
    output: page(GroupPost.extend({ title: z.string(), lines: z.array(z.string()) })),
  },
} as const;
