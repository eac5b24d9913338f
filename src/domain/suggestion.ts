/**
 * Suggestion 识别建议: what a report seems to be, before somebody at the desk decides: category with the words
 * that decided, place with its reason or the question when two fit. Source: issue 5-6, 5-7, 5-9.
 */
import { z } from 'zod';

/** What the event of accepting keeps, so that every correction can be counted and learned from. */
export interface SuggestionMark {
  classifierId: string | null;
  /** Null when it abstained. */
  categoryCode: string | null;
  confidence: number;
  /** Null when no place was named clearly. */
  areaCode: string | null;
  siteId: string | null;
}

export const Suggestion = z.object({
  category: z
    .object({
      /** Null: no classifier is in use, and the map between catalogs knows the sender's class. */
      classifierId: z.string().nullable(),
      /** Not sure enough to be filled in. */
      abstains: z.boolean(),
      /** Up to three, surest first, of categories in force. */
      guesses: z.array(
        z.object({
          code: z.string(),
          name: z.string(),
          majorName: z.string(),
          confidence: z.number(),
          reasons: z.array(z.string()),
        }),
      ),
    })
    .nullable(),
  place: z
    .object({
      isClear: z.boolean(),
      question: z.string().nullable(),
      candidates: z.array(
        z.object({
          name: z.string(),
          areaCode: z.string().nullable(),
          areaName: z.string().nullable(),
          siteId: z.string().nullable(),
          reason: z.string(),
        }),
      ),
    })
    .nullable(),
});
export type Suggestion = z.infer<typeof Suggestion>;
