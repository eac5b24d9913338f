/** Platform api 平台案件接口: the cases handed over to grid platforms, of one issue or all. */
import { z } from 'zod';
import { list, page, paging } from './paging.ts';
import { PlatformCase } from './platformCase.ts';
import { OpenAction } from './views.ts';

export const PlatformCaseRow = PlatformCase.extend({
  platformName: z.string(),
  unitName: z.string(),
  /** As people see it. */
  issueNumber: z.string(),
  categoryName: z.string(),
  actions: z.array(OpenAction),
});
export type PlatformCaseRow = z.infer<typeof PlatformCaseRow>;

export const platformQueries = {
  platformCaseList: {
    path: 'platform-cases',
    label: '推送到网格平台的案件',
    input: z.strictObject({
      issue: z.uuid().optional(),
      platform: z.uuid().optional(),
      status: list,
      /** Only those whose last state was not adopted, or that did not arrive. */
      trouble: z.enum(['1']).optional(),
      ...paging,
    }),
    output: page(PlatformCaseRow),
  },
} as const;
