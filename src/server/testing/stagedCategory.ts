/** A category of the district's own with stages on the way and other limits in a grade of area. */
import { v7 as newId } from 'uuid';
import { categoryFields } from '../../domain/category.ts';
import { systemActor } from '../baseSeed.ts';
import type { World } from './world.ts';

const hours = (value: number) => ({ value, unit: 'workHour' });

/** E0101 (私搭乱建) with its first condition in stages; in areas of grade A faster and in one go. */
export async function stagedFields(w: World): Promise<Record<string, unknown>> {
  const base = (await w.tools.master.of(w.district)).category('E0101', w.now());
  if (!base) throw new Error('no such category');
  const { conditions, ...rest } = categoryFields(base);
  const [first, ...others] = conditions;
  const staged = {
    ...first,
    limit: hours(24),
    stages: [
      { name: '停工', limit: hours(2) },
      { name: '处罚', limit: hours(8) },
    ],
    limitsByGrade: [{ grade: 'A', limit: hours(1) }],
  };
  return { code: base.code, ...rest, conditions: [staged, ...others] };
}

/** Adds {@link stagedFields} as the district's own version. */
export async function stagedCategory(w: World): Promise<void> {
  const admin = systemActor(w.district, 'systemAdmin');
  await w.run(admin, 'category', newId(), 'add', await stagedFields(w));
}
