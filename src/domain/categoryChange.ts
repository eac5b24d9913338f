/**
 * Category change 类别修订对照: what differs between two versions of a category, field by field and condition
 * by condition, in words; and the codes of local extensions. Source: domain reference a.3; issue 4-1.
 */
import type { Category } from './category.ts';
import { gradeWords, severityLabels, type Condition, type Stage } from './condition.ts';
import type { Change } from './standardsApi.ts';
import { timeLimitText } from './timeLimit.ts';

const stageWords = (stages: readonly Stage[] = []): string =>
  stages.map(({ name, limit }) => `${name} ${timeLimitText(limit)} → `).join('');

/** '停工 4工作时 → 拆除 20工作日；A级区域 2工作时': every limit of a condition in words. */
export const limitWords = ({ limit, stages, limitsByGrade = [] }: Condition): string =>
  [
    `${stageWords(stages)}${timeLimitText(limit)}`,
    ...limitsByGrade.map(
      (each) => `${gradeWords(each.grade)} ${stageWords(each.stages)}${timeLimitText(each.limit)}`,
    ),
  ].join('；');

const plain: [keyof Category, string][] = [
  ['name', '名称'],
  ['dispatchRule', '派遣原则'],
  ['defaultUnits', '责任主体'],
  ['collectRule', '采集要求'],
  ['keywords', '关键词'],
  ['duplicateRadius', '疑似重复半径（米）'],
  ['duplicateWindow', '疑似重复时间（小时）'],
  ['sourceFlag', '来源'],
];

const inWords = (value: unknown): string =>
  Array.isArray(value) ? value.join('、') : value === null ? '无' : String(value as string);

const conditionFields: [string, (condition: Condition) => string][] = [
  ['立案条件', ({ openWhen }) => openWhen],
  ['结案条件', ({ closeWhen }) => closeWhen],
  ['时限', limitWords],
  ['等级', ({ severity }) => severityLabels[severity]],
];

/** What differs between the filing conditions of two versions, limits included. */
export function conditionChanges(
  before: readonly Condition[],
  after: readonly Condition[],
): Change[] {
  const numbers = new Set([...before, ...after].map(({ no }) => no));
  return [...numbers]
    .sort((a, b) => a - b)
    .flatMap((no): Change[] => {
      const [old, next] = [before, after].map((list) =>
        list.find((condition) => condition.no === no),
      );
      if (!old || !next) {
        const words = (found: Condition | undefined): string =>
          found ? `${found.openWhen}（${limitWords(found)}）` : '无';
        return [{ title: `第 ${no} 条`, before: words(old), after: words(next) }];
      }
      return conditionFields
        .map(([title, show]) => ({
          title: `第 ${no} 条${title}`,
          before: show(old),
          after: show(next),
        }))
        .filter((change) => change.before !== change.after);
    });
}

/** What a version changed against the one before it; empty when nothing a person reads has changed. */
export function categoryChanges(before: Category, after: Category): Change[] {
  return [
    ...plain
      .map(([field, title]) => ({
        title,
        before: inWords(before[field]),
        after: inWords(after[field]),
      }))
      .filter((change) => change.before !== change.after),
    ...conditionChanges(before.conditions, after.conditions),
  ];
}

/** The next free code of a local extension of a 大类, numbered downwards from 99; null when used up (a.3). */
export function freeExtensionCode(
  kind: Category['kind'],
  majorCode: string,
  taken: ReadonlySet<string>,
): string | null {
  const head = `${kind === 'part' ? 'P' : 'E'}${majorCode}`;
  for (let number = 99; number > 0; number -= 1) {
    const code = `${head}${String(number).padStart(2, '0')}`;
    if (!taken.has(code)) return code;
  }
  return null;
}
