/**
 * Indicator api 目录对应接口: the matrix of indicators and 小类, what nothing is linked to with suggestions, links to
 * review and in force, and what a link would read otherwise of open matters. Source: issue 5-5.
 */
import { z } from 'zod';
import { CatalogLink, LinkBasis, LinkKind } from './catalogLink.ts';
import { IndicatorMethod } from './indicator.ts';
import { Moment } from './moment.ts';
import { page, paging } from './paging.ts';
import { OpenAction } from './views.ts';

/** Of a cell: reviewed and in force, reviewed and to come, waiting for review, named by the source only. */
export const CellState = z.enum(['active', 'coming', 'proposed', 'named']);
export type CellState = z.infer<typeof CellState>;
export const cellStateLabels: Record<CellState, string> = {
  active: '已复核',
  coming: '将生效',
  proposed: '待复核',
  named: '待核（出处所列）',
};

const MatrixRow = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  /** 0 at the top of the tree. */
  depth: z.number(),
  methods: z.array(IndicatorMethod),
  siteTypes: z.array(z.string()),
  layer: z.enum(['base', 'own']),
  isUnvouched: z.boolean(),
  /** The upper one it names is not there. */
  isLoose: z.boolean(),
  /** Open issues of the 小类 in force for it. */
  openIssues: z.number(),
  /** Classes of orders that come to it by these 小类. */
  classes: z.number(),
});
export type MatrixRow = z.infer<typeof MatrixRow>;

const MatrixColumn = z.object({
  code: z.string(),
  name: z.string(),
  majorName: z.string(),
  openIssues: z.number(),
  classes: z.number(),
});
export type MatrixColumn = z.infer<typeof MatrixColumn>;

/** Which side of the map is looked at for what has no link. */
export const OpenSide = z.enum(['class', 'indicator', 'category']);
export type OpenSide = z.infer<typeof OpenSide>;
export const openSideLabels: Record<OpenSide, string> = {
  class: '工单分类',
  indicator: '测评指标',
  category: '网格小类',
};

const LinkSuggestion = z.object({
  categoryCode: z.string(),
  categoryName: z.string(),
  majorName: z.string(),
  basis: LinkBasis,
  reason: z.string(),
});
export type LinkSuggestion = z.infer<typeof LinkSuggestion>;

const OpenEntry = z.object({
  code: z.string(),
  title: z.string(),
  /** Sender, edition or 大类. */
  sub: z.string(),
  /** How often: orders of a class, types of site of an indicator, open issues of a 小类. */
  count: z.number(),
  note: z.string().nullable(),
  /** At most three; none of a 小类, which is linked from the other sides. */
  suggestions: z.array(LinkSuggestion),
});
export type OpenEntry = z.infer<typeof OpenEntry>;

const Effect = z.object({
  reports: z.number(),
  issues: z.number(),
  /** One of them was counted to 1,000. */
  isMore: z.boolean(),
});
export type Effect = z.infer<typeof Effect>;

const LinkItem = CatalogLink.extend({
  fromTitle: z.string(),
  categoryName: z.string().nullable(),
  /** What the class is in force as now, when that is something else. */
  before: z.string().nullable(),
  proposerName: z.string(),
  reviewerName: z.string().nullable(),
  effect: Effect,
  actions: z.array(OpenAction),
});
export type LinkItem = z.infer<typeof LinkItem>;

const Matter = z.object({
  id: z.string(),
  number: z.string(),
  words: z.string(),
  /** 小类 as it stands. */
  categoryName: z.string().nullable(),
});

export const indicatorQueries = {
  catalogMatrix: {
    path: 'catalog/matrix',
    label: '测评指标与小类对应',
    input: z.strictObject({
      edition: z.string().max(20).optional(),
      under: z.string().max(40).optional(),
    }),
    output: z.object({
      editions: z.array(z.string()),
      edition: z.string(),
      /** What has something below it, to look at a part of the tree. */
      parts: z.array(z.object({ code: z.string(), name: z.string() })),
      under: z.string().nullable(),
      rows: z.array(MatrixRow),
      columns: z.array(MatrixColumn),
      cells: z.array(
        z.object({
          indicator: z.string(),
          category: z.string(),
          state: CellState,
          linkId: z.string().nullable(),
        }),
      ),
      counts: z.object({
        indicators: z.number(),
        unvouched: z.number(),
        linked: z.number(),
        classes: z.number(),
        classesLinked: z.number(),
        proposed: z.number(),
      }),
    }),
  },
  catalogOpen: {
    path: 'catalog/open',
    label: '未对应的目录条目与建议',
    input: z.strictObject({
      side: OpenSide.optional(),
      sender: z.string().max(40).optional(),
      words: z.string().trim().max(60).optional(),
      ...paging,
      cursor: z.string().max(1_500).optional(),
    }),
    output: page(OpenEntry).extend({
      senders: z.array(z.object({ code: z.string(), name: z.string() })),
    }),
  },
  catalogLinks: {
    path: 'catalog/links',
    label: '目录对应',
    input: z.strictObject({
      status: z.enum(['proposed', 'active']).optional(),
      kind: LinkKind.optional(),
      words: z.string().trim().max(60).optional(),
      ...paging,
    }),
    output: page(LinkItem),
  },
  catalogEffect: {
    path: 'catalog/links/:id/effect',
    label: '目录对应对在办事项的影响',
    input: z.strictObject({ id: z.uuid() }),
    output: z.object({
      effect: Effect,
      /** The first fifty of each that this actor may see. */
      reports: z.array(Matter),
      issues: z.array(Matter),
      mayList: z.boolean(),
      validFrom: Moment.nullable(),
    }),
  },
} as const;
