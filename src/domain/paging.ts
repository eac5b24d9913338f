/** Paging 分页: pages of a list and the filters that lists share. */
import { z } from 'zod';

/** A page of a list, by keyset: `next` is the cursor of the following page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable(),
    /** Counted up to 1,000; `isMore`: there are more than that. */
    count: z.number(),
    isMore: z.boolean(),
  });

/** Where a page begins, and how long it is. */
export const paging = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
};

/** Several values of a filter. */
export const list = z
  .string()
  .max(400)
  .regex(/^[A-Za-z0-9,]*$/)
  .optional()
  .describe('逗号分隔的多个值');

/** Filters shared by the ledger's lists; every one of them stands in the address of the page. */
export const filters = {
  status: list,
  channel: list,
  area: z
    .string()
    .regex(/^\d{6,15}$/)
    .optional(),
  category: z
    .string()
    .regex(/^[A-Z0-9]{1,10}$/)
    .optional(),
  clock: z.enum(['overdue', 'dueSoon', 'onTime', 'held']).optional(),
  words: z.string().trim().max(60).optional(),
  from: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
  to: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
};
