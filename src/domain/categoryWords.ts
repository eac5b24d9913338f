/**
 * Category words 类别用语: what the standard itself says of each category, as texts to learn from before
 * anybody has decided anything: names, keywords and filing conditions.
 */
import type { Category } from './category.ts';
import type { Sample } from './classifier.ts';

type Worded = Pick<Category, 'code' | 'name' | 'majorName' | 'keywords' | 'conditions'>;

/** Samples labeled with the category's code. The words of one category are no doubles of each other. */
export const categorySamples = (categories: readonly Worded[]): Sample[] =>
  categories.flatMap(({ code, name, majorName, keywords, conditions }) =>
    [
      name,
      `${majorName} ${name}`,
      ...keywords,
      ...conditions.flatMap(({ openWhen }) => [openWhen, `${name} ${openWhen}`]),
    ].map((text, n) => ({ text, label: code, group: `${code} ${n}` })),
  );
