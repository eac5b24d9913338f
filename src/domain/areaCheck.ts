/**
 * Checks of areas 区域核对: why an area may not be added, drawn, re-coded or retired, each with what to do.
 * Source: domain reference a.2 (codes, closed polygons, no area across another).
 */
import type { CheckGiven } from './action.ts';
import type { FactName } from './facts.ts';
import { refusal, type Refusal } from './refused.ts';

type Checked<F extends FactName> = CheckGiven<F>;

/** The responsible unit is one in use. */
export const unitProblem = (
  unitId: string | null | undefined,
  { facts }: Checked<'unit'>,
): Refusal | undefined =>
  unitId && !facts.unit?.isActive
    ? refusal('noUnit', '责任单位不存在或已停用，请重新选择')
    : undefined;

/** The area above is there and in use; a district has none. */
export const parentProblem = (
  code: string,
  { facts }: Checked<'parentArea'>,
): Refusal | undefined =>
  code.length === 6 || facts.parentArea?.isActive
    ? undefined
    : refusal('noParent', `上级区域 ${code.slice(0, -3)} 不存在或已停用，请先新增上级区域`);

/** A boundary that does not even touch that of the area above is in the wrong place or system. */
export const fitProblem = ({ facts }: Checked<'parentFit'>): Refusal | undefined =>
  facts.parentFit === 'outside'
    ? refusal('outside', '边界与上级区域的边界毫不相交，请核对坐标系和代码')
    : undefined;

/** A new code for an area: of this district, free, and below an area in use. */
export const newCodeProblem = (
  record: { code: string },
  code: string,
  given: Checked<'parentArea' | 'codesTaken'>,
): Refusal | undefined => {
  if (!code.startsWith(given.district)) return refusal('wrongDistrict', '区域代码须以本区代码开头');
  if (code.length !== record.code.length)
    return refusal('wrongLevel', `新代码须为 ${record.code.length} 位，与原来同级`);
  if (given.facts.codesTaken.length > 0)
    return refusal(
      'codeTaken',
      `代码 ${given.facts.codesTaken[0]} 已经用过，代码不重复使用，请换一个`,
    );
  return parentProblem(code, given);
};

/** A district's code is not the district's to change. */
export const notDistrict = ({ level }: { level: string }): Refusal | undefined =>
  level === 'district'
    ? refusal('district', '区的代码由国家标准规定，不能改码、合并或拆分')
    : undefined;

/** What is in use is not retired: how much, and what to do. */
export const useProblem = ({ facts }: Checked<'areasUnder' | 'areaUse'>): Refusal | undefined => {
  const { postCount, unitCount, patronCount, siteCount, issueCount, isMore } = facts.areaUse;
  const used = [
    [facts.areasUnder.length, '个下级区域'],
    [postCount, '个岗位'],
    [unitCount, '个单位'],
    [patronCount, '位包片领导'],
    [siteCount, '个点位'],
    [issueCount, isMore ? '件以上未结案件' : '件未结案件'],
  ].flatMap(([count, words]) => (count === 0 ? [] : [`${count} ${words}`]));
  return used.length === 0
    ? undefined
    : refusal(
        'inUse',
        `还有${used.join('、')}在用，不能停用。请先停用下级、调整这些人员单位和点位、办结案件；区划调整请用“合并”“拆分”或“改码”，它们会一并移走`,
      );
};
