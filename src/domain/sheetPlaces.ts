/**
 * Sheets of places and units 区域、点位、单位、值班、来源单位、责任分解: one row to a record. What has a code is
 * known by it; sites and roster lines by the number they were given, or by what they are.
 */
import { dutyFields } from './dutyRule.ts';
import { areaLevelLabels } from './area.ts';
import { channelLabels } from './channel.ts';
import { responsibleByLabels } from './dutyRule.ts';
import { plainView, type Flat, type Sheet, type Value } from './sheet.ts';
import {
  choiceColumn,
  codeColumn,
  dayColumn,
  idColumn,
  namedColumn,
  numberColumn,
  textColumn,
  timeColumn,
  wordsColumn,
  type Column,
} from './sheetColumn.ts';
import { unitKindLabels } from './unit.ts';

const words = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const byCode = {
  keyOf: (flat: Flat): string => words(flat.code),
  keysOf: (value: Value): readonly string[] => [words(value.code)],
};

/** By its number; a row without one is the record that is the same in `fields`, else a new one. */
const byIdOr = (...fields: string[]) => {
  const natural = (flat: Flat): string =>
    fields.map((field) => JSON.stringify(flat[field] ?? null)).join(' ');
  return {
    keyOf: (flat: Flat): string => words(flat.id) || natural(flat),
    keysOf: (value: Value): readonly string[] => [words(value.id), natural(value)],
  };
};

const withoutId = ({ id: _id, ...rest }: Value): Record<string, unknown> => rest;

const id = idColumn('id', '编号', {
  explain: '系统给的编号，修改时请保留，新增的行留空',
  isKey: true,
});

const levelColumn: Column = {
  ...choiceColumn('level', '级别', areaLevelLabels, { explain: '由代码位数决定，不必填写' }),
  isShownOnly: true,
};

export const areaSheet: Sheet = {
  name: 'area',
  title: '区域',
  explain: [
    '代码：区 6 位、街道乡镇 9 位、社区村 12 位、单元网格 15 位，下级代码以上级代码开头。',
    '代码不能在表格里更改；重编、合并、拆分请在区域页面办理。',
  ],
  columns: [
    codeColumn('code', '区域代码', {
      explain: '6、9、12 或 15 位数字，以本区代码开头',
      isKey: true,
      isRequired: true,
      width: 20,
    }),
    textColumn('name', '名称', { explain: '不超过 60 字', isRequired: true, width: 24 }),
    levelColumn,
    textColumn('grade', '管理等级', { explain: '如 A、B，可留空' }),
    namedColumn('unitId', '责任单位', 'unit', { explain: '单位代码，可留空' }),
  ],
  views: [
    plainView('area', ['code', 'name', 'grade', 'unitId'], {
      ...byCode,
      fields: ['code', 'name', 'level', 'grade', 'unitId'],
      labelOf: ({ code, name }) => `${words(code)} ${words(name)}`,
      inputOf: ({ level: _level, ...rest }) => rest,
    }),
  ],
};

const siteFields = ['id', 'name', 'siteType', 'areaCode', 'unitId', 'address', 'lng', 'lat'];

export const siteSheet: Sheet = {
  name: 'site',
  title: '点位',
  explain: ['没有编号的行：本区域已有同名点位的视为那个点位，否则为新增。'],
  columns: [
    id,
    textColumn('name', '点位名称', { explain: '不超过 80 字', isRequired: true, width: 28 }),
    textColumn('siteType', '点位类型', { explain: '如 背街小巷、农贸市场', isRequired: true }),
    namedColumn('areaCode', '所属区域', 'area', { explain: '区域代码', isRequired: true }),
    namedColumn('unitId', '责任单位', 'unit', { explain: '单位代码，可留空' }),
    textColumn('address', '地址', { width: 36 }),
    numberColumn('lng', '经度', { explain: 'WGS84 经度，如 116.31，可留空', isWhole: false }),
    numberColumn('lat', '纬度', { explain: 'WGS84 纬度，如 39.99，可留空', isWhole: false }),
  ],
  views: [
    plainView('site', siteFields, {
      ...byIdOr('areaCode', 'name'),
      labelOf: ({ name }) => words(name),
      join: ([flat = {}]) =>
        (flat.lng === null) === (flat.lat === null)
          ? { value: flat }
          : { problem: '经度和纬度须一起填写或一起留空' },
      inputOf: ({ id: _id, lng, lat, ...rest }) => ({
        ...rest,
        place: lng === null || lat === null ? null : { lng, lat },
      }),
    }),
  ],
};

const unitFields = [
  'code',
  'name',
  'kind',
  'parentId',
  'areaCode',
  'guideUnitId',
  'leadUnitId',
  'dutyRoles',
];

export const unitSheet: Sheet = {
  name: 'unit',
  title: '单位',
  explain: [
    '上级单位可以是同一表格里新增的单位。',
    '单位代码不能在表格里更改；合并请在单位页面办理。工作组的成员单位在页面上填写。',
  ],
  columns: [
    codeColumn('code', '单位代码', { isKey: true, isRequired: true, width: 20 }),
    textColumn('name', '单位名称', { explain: '不超过 60 字', isRequired: true, width: 28 }),
    choiceColumn('kind', '单位类型', unitKindLabels, { isRequired: true }),
    namedColumn('parentId', '上级单位', 'unit', { explain: '单位代码，没有上级的留空' }),
    namedColumn('areaCode', '所在区域', 'area', { explain: '区域代码，管全区的留空' }),
    namedColumn('guideUnitId', '业务指导单位', 'unit', { explain: '条线上的指导部门，可留空' }),
    namedColumn('leadUnitId', '牵头单位', 'unit', { explain: '只有工作组填写' }),
    wordsColumn('dutyRoles', '职责词', { explain: '如 环卫、供水，用顿号分开', width: 24 }),
  ],
  views: [
    plainView('unit', unitFields, {
      ...byCode,
      labelOf: ({ code, name }) => `${words(code)} ${words(name)}`,
    }),
  ],
};

const weekdayWords = ['一', '二', '三', '四', '五', '六', '日'];

const weekdaysColumn: Column = {
  ...textColumn('weekdays', '星期', {
    explain: '每周值班的日子，如 一、二、三、四、五；只在某一天的留空',
    empty: [],
  }),
  read: (text) => {
    const days = [...text.replace(/周|星期|[、,，;；\s]/g, '').replaceAll('天', '日')].map((word) =>
      /[1-7]/.test(word) ? Number(word) : weekdayWords.indexOf(word) + 1,
    );
    return days.every((day) => day > 0) && new Set(days).size === days.length
      ? { value: days.sort((a, b) => a - b) }
      : { problem: '须为一至日中的几天，如 一、三、五，每天写一次' };
  },
  write: (value) =>
    Array.isArray(value) ? value.map((day) => weekdayWords[Number(day) - 1]).join('、') : '',
};

const rosterFields = ['id', 'unitId', 'postId', 'weekdays', 'day', 'startsAt', 'endsAt'];

export const rosterSheet: Sheet = {
  name: 'roster',
  title: '值班表',
  explain: ['“星期”和“日期”二者填一。结束早于开始的班次到次日结束。'],
  columns: [
    id,
    namedColumn('unitId', '值班单位', 'unit', { explain: '单位代码', isRequired: true }),
    namedColumn('postId', '值班岗位', 'post', {
      explain: '登录名加岗位名称，从下拉中选择',
      isRequired: true,
      width: 36,
    }),
    weekdaysColumn,
    dayColumn('day', '日期', { explain: '只在某一天值班的日期，如 2026-10-01' }),
    timeColumn('startsAt', '开始', { explain: '如 09:00', isRequired: true }),
    timeColumn('endsAt', '结束', { explain: '如 18:00', isRequired: true }),
  ],
  views: [
    plainView('roster', rosterFields, {
      ...byIdOr('unitId', 'postId', 'weekdays', 'day', 'startsAt', 'endsAt'),
      labelOf: ({ postId, startsAt, endsAt }, names) =>
        `${names.post.labelOf(words(postId)) ?? ''} ${words(startsAt)}–${words(endsAt)}`,
      inputOf: (value) => {
        const { weekdays, ...rest } = withoutId(value);
        return Array.isArray(weekdays) && weekdays.length > 0 ? { ...rest, weekdays } : rest;
      },
    }),
  ],
};

export const senderSheet: Sheet = {
  name: 'sender',
  title: '来源单位',
  explain: ['代码和来源渠道登记后不能更改。'],
  columns: [
    codeColumn('code', '代码', { isKey: true, isRequired: true, width: 20 }),
    textColumn('name', '名称', { explain: '不超过 60 字', isRequired: true, width: 28 }),
    choiceColumn('channel', '来源渠道', channelLabels, { isRequired: true }),
  ],
  views: [
    plainView('sender', ['code', 'name', 'channel'], {
      ...byCode,
      labelOf: ({ code, name }) => `${words(code)} ${words(name)}`,
    }),
  ],
};

export const dutyRuleSheet: Sheet = {
  name: 'dutyRule',
  title: '责任分解表',
  explain: [
    '一行一条规则：什么类别、什么区域、谁的权属，由谁主管、谁负责、谁是属地。范围越具体越优先。',
    '修改只生成新版本，已派的案件不受影响。',
  ],
  columns: [
    codeColumn('code', '规则号', { explain: '1 至 6 位数字', isKey: true, isRequired: true }),
    codeColumn('categoryCode', '类别', { explain: '小类、大类（如 E01）、P、E；全部类别留空' }),
    numberColumn('conditionNo', '立案条件', { explain: '第几条，可留空' }),
    namedColumn('areaCode', '区域', 'area', { explain: '区域代码，全区留空' }),
    textColumn('areaGrade', '区域等级', { explain: '可留空' }),
    namedColumn('ownerUnitId', '权属单位', 'unit', { explain: '与权属单位类型只填一项' }),
    choiceColumn('ownerKind', '权属单位类型', unitKindLabels),
    namedColumn('supervisingUnitId', '主管单位', 'unit'),
    choiceColumn('responsibleBy', '责任单位的确定', responsibleByLabels, { isRequired: true }),
    namedColumn('responsibleUnitId', '责任单位', 'unit', { explain: '“指定单位”时填写' }),
    textColumn('responsibleRole', '职责词', { explain: '“按职责词找单位”时填写，如 环卫' }),
    namedColumn('territoryUnitId', '属地单位', 'unit'),
    textColumn('basis', '依据', { width: 36 }),
  ],
  views: [
    plainView('dutyRule', ['code', ...dutyFields], {
      ...byCode,
      labelOf: ({ code }) => `${words(code)} 号规则`,
    }),
  ],
};
