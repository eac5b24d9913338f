/**
 * Order map 工单列对照: which column of a hotline's file is what in a report, and which of its words is which of
 * ours. Guessed from the headings, corrected by a person, remembered by sender. Source: issue 5-1.
 */
import { z } from 'zod';
import { Satisfaction, Solved } from './callbackShape.ts';
import { Channel, ComplaintKind, Urgency } from './channel.ts';

export const OrderField = z.enum([
  'outsideNumber',
  'claimedAt',
  'channel',
  'kind',
  'complainantName',
  'complainantPhone',
  'isConfidential',
  'area',
  'address',
  'topic',
  'title',
  'content',
  'urgency',
  'unit',
  'limit',
  'isContacted',
  'solved',
  'satisfaction',
]);
export type OrderField = z.infer<typeof OrderField>;

export const orderFieldLabels: Record<OrderField, string> = {
  outsideNumber: '工单号',
  claimedAt: '来电时间',
  channel: '渠道',
  kind: '诉求类型',
  complainantName: '诉求人',
  complainantPhone: '联系电话',
  isConfidential: '是否要求保密',
  area: '所属区域',
  address: '地点',
  topic: '主题分类',
  title: '标题',
  content: '内容',
  urgency: '紧急程度',
  unit: '派单单位',
  limit: '时限',
  isContacted: '回访：是否联系',
  solved: '回访：是否解决',
  satisfaction: '回访：是否满意',
};

/** What a person should know before choosing a column. */
export const orderFieldHints: Partial<Record<OrderField, string>> = {
  outsideNumber: '必填；同一来源的同一工单号只有一件',
  content: '必填；可选多列，依次合并',
  area: '街道、社区的名称或代码；认不出的并入地点',
  topic: '与类别名称、代码相同或目录对应已复核的作为类别；也附在内容后',
  unit: '附在内容后，供派单参考',
  limit: '附在内容后；受理和答复时限按紧急程度另计',
  isContacted: '市热线的三率回访结果，三项都有的才记入',
};

/** Fields whose words are translated, with what they may become; '' is left out. */
export const orderChoices = {
  kind: ComplaintKind.options,
  urgency: Urgency.options,
  isConfidential: ['yes', 'no'],
  isContacted: ['yes', 'no'],
  solved: Solved.options,
  satisfaction: Satisfaction.options,
} as const;
export const OrderChoice = z.enum([
  'kind',
  'urgency',
  'isConfidential',
  'isContacted',
  'solved',
  'satisfaction',
]);
export type OrderChoice = z.infer<typeof OrderChoice>;

const Heading = z.string().min(1).max(100);
const Words = z.record(z.string().max(60), z.string().max(20));

export const OrderMap = z.strictObject({
  columns: z.partialRecord(OrderField, z.array(Heading).min(1).max(6)),
  /** The file's word → ours, over the words everybody uses. */
  values: z.partialRecord(OrderChoice, Words),
  /** Of 05/03/2026: chosen only where the file itself does not prove it. */
  dateOrder: z.enum(['month', 'day']).optional(),
});
export type OrderMap = z.infer<typeof OrderMap>;

const headings: Record<OrderField, RegExp> = {
  outsideNumber:
    /^(?:12345)?(?:热线|市民|政务)?(?:工单|受理|诉求|事项|来电|办件|案件|案卷|事件|业务|任务|登记|派单|件|编)?(?:编号|单号|号码?|流水号?|序列号)$|^流水号$|^工单(?:id|序号)$|^(?:order|case)_?(?:no|number|id)$|^case_enquiry_id$/i,
  claimedAt:
    /^(?:来电|受理|登记|诉求|反映|创建|建单|上报|提交|投诉|工单|生成|呼入|发生|接单)(?:日期)?(?:时间|日期)$|^(?:时间|日期)$|^open_dt$/i,
  channel: /^(?:诉求|受理|工单|信息|来电|事件|问题|反映|投诉)?(?:渠道|来源|来源渠道|途径|方式)$/,
  kind: /^(?:诉求|工单|事项|受理|来电|问题|反映|业务|投诉)(?:类型|性质|类别)$|^(?:类型|性质)$/,
  complainantName:
    /^(?:诉求|来电|反映|投诉|举报|联系|报案|当事|申请|上报|市民|群众)(?:人|者)?(?:的?姓名|名称)?$|^姓名$/,
  complainantPhone:
    /^(?:诉求|来电|反映|投诉|举报|联系|报案|市民|当事|主叫|回访)?(?:人|者)?(?:的)?(?:电话|手机|电话号码|手机号码?|号码|联系方式|联系电话)$/,
  isConfidential: /^(?:是否|要求)*(?:个人)?(?:信息)?(?:要求|需要)?保密$|^保密(?:要求|标志|件)?$/,
  area: /^(?:所属|所在|属地|事发|诉求)?(?:街道|街镇|街乡镇?|镇街|乡镇|社区|区域|片区|辖区|行政区划|属地)(?:\/社区)?(?:名称|代码)?$/,
  address:
    /^(?:诉求|事发|事件|问题|反映|发生|详细|具体|投诉|案件|来电)?(?:地点|地址|位置|详细地址)(?:描述)?$|^location$/i,
  topic:
    /^(?:诉求|主题|问题|事项|内容|工单|业务|归口|[一二三四]级|大类|小类)(?:主题)?(?:分类|类目|名称)?$|^(?:分类|主题|问题类别|大类|小类|事项分类|主题词)$/,
  title: /^(?:工单|诉求|事件|问题|来电)?(?:标题|摘要)$|^case_title$/i,
  content:
    /^(?:诉求|工单|反映|来电|问题|主要|投诉|事件|案件|详细|具体)?(?:内容|描述|详情|正文|情况)$/,
  urgency: /^(?:工单|事件|诉求)?(?:紧急|缓急|紧急程度|缓急程度|紧急等级|优先级|等级|急缓程度)$/,
  unit: /^(?:派单|承办|主办|责任|转办|交办|办理|处置|受理|分派|派往)(?:单位|部门)(?:名称)?$/,
  limit:
    /^(?:办理|办结|处理|答复|反馈|回复|要求|限办|派单)?(?:时限|期限|截止时间|截止日期|限时|到期时间|办结时间)$|^target_dt$/i,
  isContacted: /^(?:回访)?(?:是否|有无)?(?:响应|联系|联系诉求人|响应情况|响应结果)$/,
  solved: /^(?:回访)?(?:是否|问题)?(?:已?解决|解决情况|解决结果|解决与否|解决度)$/,
  satisfaction:
    /^(?:回访)?(?:是否|群众|诉求人)?(?:满意|满意度|满意情况|满意结果|满意评价)$|^回访(?:结果|评价)$/,
};

/** A heading without what spreadsheets and offices put around it. */
const plainHeading = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[（(【[].*?[）)】\]]/g, '')
    .replace(/[\s*：:※]/g, '');

/** Several columns may be one field: levels of a classification, parts of the words. */
const many: ReadonlySet<OrderField> = new Set(['topic', 'content', 'title']);
/** Asked first: their patterns are the narrower ones. */
const order: OrderField[] = [
  'complainantPhone',
  'outsideNumber',
  'claimedAt',
  'isConfidential',
  'isContacted',
  'solved',
  'satisfaction',
  'urgency',
  'limit',
  'unit',
  'kind',
  'channel',
  'complainantName',
  'area',
  'address',
  'title',
  'content',
  'topic',
];

export const fieldOfHeading = (heading: string): OrderField | undefined => {
  const plain = plainHeading(heading);
  return plain === '' ? undefined : order.find((field) => headings[field].test(plain));
};

const time = /^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|^\d{1,2}\/\d{1,2}\/\d{4}|^[34]\d{4}\.\d+$/;
const mobile = /^(?:\+?86)?1[3-9]\d{9}$/;
const kinds = /^(?:咨询|求助|投诉|举报|建议|意见|表扬)/;

/** What a column holds, judged by its values when its heading says nothing. */
function fieldOfValues(values: readonly string[]): OrderField | undefined {
  const filled = values.map((value) => value.trim()).filter(Boolean);
  if (filled.length < 3) return undefined;
  const share = (pattern: RegExp): number =>
    filled.filter((value) => pattern.test(value)).length / filled.length;
  if (share(mobile) > 0.6) return 'complainantPhone';
  if (share(time) > 0.8) return 'claimedAt';
  if (share(kinds) > 0.8 && filled.every((value) => value.length < 8)) return 'kind';
  if (filled.reduce((sum, value) => sum + value.length, 0) / filled.length > 25) return 'content';
  const isUnique = new Set(filled).size === filled.length;
  return isUnique && share(/^[A-Z]{0,6}[-\d]{8,30}$/i) === 1 ? 'outsideNumber' : undefined;
}

/** The columns by heading, then the missing ones by what the first rows hold. A heading twice is left out. */
export function guessColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): OrderMap['columns'] {
  const columns: OrderMap['columns'] = {};
  const isTwice = (name: string): boolean => head.filter((other) => other === name).length > 1;
  const used = new Set<string>();
  const take = (field: OrderField, name: string): void => {
    const list = columns[field];
    if ((list && !many.has(field)) || used.has(name)) return;
    if ((list?.length ?? 0) >= 6) return;
    columns[field] = [...(list ?? []), name];
    used.add(name);
  };
  for (const name of head) {
    const field = name === '' || isTwice(name) ? undefined : fieldOfHeading(name);
    if (field) take(field, name);
  }
  for (const [at, name] of head.entries()) {
    if (name === '' || isTwice(name) || used.has(name)) continue;
    const field = fieldOfValues(rows.map((cells) => cells[at] ?? ''));
    if (field && !columns[field]) take(field, name);
  }
  return columns;
}

const usualWords: Record<OrderChoice, Record<string, string>> = {
  kind: {
    咨询: 'inquiry',
    求助: 'help',
    求决: 'help',
    投诉: 'complaint',
    投诉举报: 'complaint',
    举报: 'tipOff',
    建议: 'suggestion',
    意见: 'suggestion',
    意见建议: 'suggestion',
  },
  urgency: {
    一般: 'ordinary',
    普通: 'ordinary',
    正常: 'ordinary',
    常规: 'ordinary',
    紧急: 'utility',
    加急: 'utility',
    急: 'utility',
    水电气热: 'utility',
    特急: 'danger',
    危急: 'danger',
    突发: 'danger',
    危及安全: 'danger',
    疑难: 'complex',
    复杂: 'complex',
    疑难复杂: 'complex',
  },
  isConfidential: {
    是: 'yes',
    要求保密: 'yes',
    保密: 'yes',
    需要: 'yes',
    y: 'yes',
    '1': 'yes',
    true: 'yes',
    否: 'no',
    不保密: 'no',
    公开: 'no',
    不需要: 'no',
    无: 'no',
    n: 'no',
    '0': 'no',
    false: 'no',
  },
  isContacted: {
    是: 'yes',
    已联系: 'yes',
    已响应: 'yes',
    响应: 'yes',
    否: 'no',
    未联系: 'no',
    未响应: 'no',
  },
  solved: {
    是: 'yes',
    解决: 'yes',
    已解决: 'yes',
    部分解决: 'partly',
    基本解决: 'partly',
    否: 'no',
    未解决: 'no',
  },
  satisfaction: {
    是: 'satisfied',
    满意: 'satisfied',
    非常满意: 'satisfied',
    基本满意: 'basicallySatisfied',
    比较满意: 'basicallySatisfied',
    一般: 'fair',
    否: 'dissatisfied',
    不满意: 'dissatisfied',
    非常不满意: 'dissatisfied',
  },
};

/** Our word for the file's; '' leaves it out, undefined: nobody has said. */
export function choiceOf(map: OrderMap, field: OrderChoice, word: string): string | undefined {
  const own = map.values[field];
  if (own && Object.hasOwn(own, word)) return own[word];
  const usual = usualWords[field];
  const plain = word.toLowerCase();
  return Object.hasOwn(usual, plain) ? usual[plain] : undefined;
}

const channelWords: [RegExp, Channel][] = [
  [/网格|巡查/, 'patrol'],
  [/媒体|舆情|曝光/, 'media'],
  [/领导|批示/, 'leader'],
];

/** The channel of a row; the words of a hotline (电话、微信、网站) are all its own channel. */
export const channelOf = (word: string, own: Channel): Channel =>
  channelWords.find(([pattern]) => pattern.test(word))?.[1] ?? own;

/** Why a map cannot be used with a file; undefined when it can. */
export function mapProblem(map: OrderMap, head: readonly string[]): string | undefined {
  for (const field of ['outsideNumber', 'content'] as const)
    if (!map.columns[field]?.length) return `请选择“${orderFieldLabels[field]}”是哪一列`;
  const named = Object.values(map.columns).flat();
  const missing = named.filter((name) => !head.includes(name));
  if (missing.length > 0) return `文件里没有这些列：${[...new Set(missing)].join('、')}`;
  const twice = named.find((name) => head.filter((other) => other === name).length > 1);
  if (twice !== undefined)
    return `文件里有两列都叫“${twice}”，不知道是哪一列，请在文件里改名后重新上传`;
  for (const [field, words] of Object.entries(map.values)) {
    const allowed: readonly string[] = orderChoices[field as OrderChoice];
    const wrong = Object.values(words).find((word) => word !== '' && !allowed.includes(word));
    if (wrong !== undefined)
      return `${orderFieldLabels[field as OrderChoice]}没有“${wrong}”这个选项`;
  }
  return undefined;
}
