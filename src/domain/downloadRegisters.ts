/** The registers as files 名录导出: people, posts, deputies, patrons, categories. Source: issue 5-13. */
import { lineLabels, roleLabels } from './access.ts';
import { columnOf, localMoment, type DownloadList } from './downloadColumn.ts';
import type { DeputyRow, PatronRow, PostRow } from './peopleApi.ts';
import { layerLabels, type CategoryItem } from './standardsApi.ts';

interface PersonItem {
  name: string;
  login: string;
  status: string;
  posts: string[];
  signedInAt: string | null;
}

const ofPerson = columnOf<PersonItem>();
const ofPost = columnOf<PostRow>();
const ofDeputy = columnOf<DeputyRow>();
const ofPatron = columnOf<PatronRow>();
const ofCategory = columnOf<CategoryItem>();

const stateWord = (status: string): string => (status === 'active' ? '在用' : '停用');

export const registerLists = {
  personList: {
    label: '人员',
    secrecy: null,
    columns: [
      ofPerson('name', '姓名', {
        meaning: '工作人员姓名',
        source: '人员名录',
        cell: ({ name }) => name,
      }),
      ofPerson('login', '登录名', {
        meaning: '登录时使用的名字',
        source: '人员名录',
        cell: ({ login }) => login,
      }),
      ofPerson('posts', '岗位', {
        width: 40,
        meaning: '现任岗位，多个以顿号分开',
        source: '岗位名录',
        cell: ({ posts }) => posts.join('、'),
      }),
      ofPerson('status', '状态', {
        meaning: '在用或停用',
        source: '人员名录',
        cell: ({ status }) => stateWord(status),
      }),
      ofPerson('signedIn', '最近登录', {
        width: 18,
        meaning: '最近一次登录的时间（北京时间）',
        source: '登录记录',
        cell: ({ signedInAt }) => localMoment(signedInAt),
      }),
    ],
  },
  postList: {
    label: '岗位',
    secrecy: null,
    columns: [
      ofPost('person', '姓名', {
        meaning: '任职人员',
        source: '人员名录',
        cell: ({ personName }) => personName,
      }),
      ofPost('title', '岗位名称', {
        width: 20,
        meaning: '岗位的名称',
        source: '岗位名录',
        cell: ({ title }) => title,
      }),
      ofPost('role', '角色', {
        width: 18,
        meaning: '决定能办什么',
        source: '岗位名录',
        cell: ({ role }) => roleLabels[role],
      }),
      ofPost('line', '条线', {
        meaning: '发现核查、处置或指挥管理',
        source: '岗位名录',
        cell: ({ line }) => lineLabels[line],
      }),
      ofPost('unit', '单位', {
        width: 20,
        meaning: '所在单位',
        source: '单位名录',
        cell: ({ unitName }) => unitName,
      }),
      ofPost('area', '区域', {
        width: 22,
        meaning: '负责的区域',
        source: '区域名录',
        cell: ({ areaName }) => areaName,
      }),
      ofPost('deputy', '今日代班', {
        meaning: '今天由谁代班',
        source: '代班',
        cell: ({ deputyName }) => deputyName,
      }),
      ofPost('status', '状态', {
        meaning: '在用或停用',
        source: '岗位名录',
        cell: ({ status }) => stateWord(status),
      }),
    ],
  },
  deputyList: {
    label: '代班',
    secrecy: null,
    columns: [
      ofDeputy('post', '被代班岗位', {
        width: 24,
        meaning: '谁不在岗',
        source: '代班',
        cell: ({ postWords }) => postWords,
      }),
      ofDeputy('deputy', '代班岗位', {
        width: 24,
        meaning: '由谁代班',
        source: '代班',
        cell: ({ deputyWords }) => deputyWords,
      }),
      ofDeputy('unit', '单位', {
        width: 20,
        meaning: '被代班岗位所在单位',
        source: '单位名录',
        cell: ({ unitName }) => unitName,
      }),
      ofDeputy('from', '第一天', {
        meaning: '从哪天起，含当天',
        source: '代班',
        cell: ({ fromDay }) => fromDay,
      }),
      ofDeputy('to', '最后一天', {
        meaning: '到哪天止，含当天',
        source: '代班',
        cell: ({ toDay }) => toDay,
      }),
    ],
  },
  patronList: {
    label: '包街包片',
    secrecy: null,
    columns: [
      ofPatron('area', '区域', {
        width: 22,
        meaning: '所包的街道、社区',
        source: '区域名录',
        cell: ({ areaName }) => areaName,
      }),
      ofPatron('name', '姓名', {
        meaning: '包街包片领导',
        source: '包街包片',
        cell: ({ name }) => name,
      }),
      ofPatron('title', '职务', {
        width: 20,
        meaning: '领导的职务',
        source: '包街包片',
        cell: ({ title }) => title,
      }),
      ofPatron('from', '开始日期', {
        meaning: '从哪天起，含当天',
        source: '包街包片',
        cell: ({ fromDay }) => fromDay,
      }),
      ofPatron('to', '结束日期', {
        meaning: '到哪天止，含当天；长期为空',
        source: '包街包片',
        cell: ({ toDay }) => toDay,
      }),
    ],
  },
  categoryList: {
    label: '类别',
    secrecy: null,
    columns: [
      ofCategory('code', '类别代码', {
        meaning: '小类代码',
        source: '类别标准',
        cell: ({ code }) => code,
      }),
      ofCategory('name', '小类', {
        width: 20,
        meaning: '小类名称',
        source: '类别标准',
        cell: ({ name }) => name,
      }),
      ofCategory('major', '大类', {
        width: 20,
        meaning: '所属大类',
        source: '类别标准',
        cell: ({ majorName }) => majorName,
      }),
      ofCategory('kind', '部件/事件', {
        meaning: '部件或事件',
        source: '类别标准',
        cell: ({ kind }) => (kind === 'part' ? '部件' : '事件'),
      }),
      ofCategory('limits', '时限', {
        width: 30,
        meaning: '各立案条件的处置时限',
        source: '类别标准',
        cell: ({ limits }) => limits,
      }),
      ofCategory('layer', '层级', {
        meaning: '基础版本或本区版本',
        source: '类别标准',
        cell: ({ layer }) => layerLabels[layer],
      }),
      ofCategory('unvouched', '待核', {
        width: 10,
        meaning: '尚无标准出处，待专席核定',
        source: '类别标准',
        cell: ({ isUnvouched }) => (isUnvouched ? '待核' : ''),
      }),
    ],
  },
} as const satisfies Record<string, DownloadList>;
