/**
 * Input words: what is said of an input that does not fit, in Chinese, wherever a schema has no words of
 * its own. Importing this file sets them for every schema of the program.
 */
import { z } from 'zod';

type Problem = z.core.$ZodRawIssue;

const kinds: Record<string, string> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: '是或否',
  array: '列表',
  object: '一组内容',
  record: '一组内容',
};

const formats: Record<string, string> = {
  uuid: '编号格式不对，请刷新页面后重试',
  regex: '格式不对，请按要求填写',
};

/** 不能超过 20 个字, 不能小于 1, 至少 1 项: by what is measured. */
function boundWords({ origin }: { origin?: string }, bound: string, isMost: boolean): string {
  if (origin === 'string') return isMost ? `不能超过 ${bound} 个字` : `至少 ${bound} 个字`;
  if (origin === 'array' || origin === 'set')
    return isMost ? `最多 ${bound} 项` : `至少 ${bound} 项`;
  return isMost ? `不能大于 ${bound}` : `不能小于 ${bound}`;
}

function wordsFor(problem: Problem): string {
  switch (problem.code) {
    case 'invalid_type':
      if (problem.input === undefined || problem.input === null) return '请填写';
      return `须为${kinds[problem.expected] ?? '规定的内容'}`;
    case 'too_big':
      return boundWords(problem, String(problem.maximum), true);
    case 'too_small':
      return boundWords(problem, String(problem.minimum), false);
    case 'invalid_format':
      return formats[problem.format] ?? '格式不对，请按要求填写';
    case 'invalid_value':
      return problem.input === undefined ? '请填写' : '不在可选的范围内，请重新选择';
    case 'unrecognized_keys':
      return `含有不能填写的项目：${problem.keys.slice(0, 5).join('、').slice(0, 100)}`;
    case 'not_multiple_of':
      return `须为 ${problem.divisor} 的倍数`;
    default:
      return problem.input === undefined ? '请填写' : '内容不对，请按要求填写';
  }
}

z.config({ localeError: wordsFor });
