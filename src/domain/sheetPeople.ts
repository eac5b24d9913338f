/**
 * Sheet of people and their posts 人员岗位: one row for each post of a person; a person without a post has
 * one row with the post left empty. Two nouns share the rows: the system administrator adds the persons,
 * the security administrator appoints them, both with the same file. Source: issue 4-3; domain i (三员分立).
 */
import { roleLabels } from './access.ts';
import { PostRole } from './post.ts';
import { plainView, type Flat, type Sheet, type View } from './sheet.ts';
import { choiceColumn, codeColumn, namedColumn, textColumn } from './sheetColumn.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const postRoles = Object.fromEntries(PostRole.options.map((role) => [role, roleLabels[role]]));

const personView: View = plainView('person', ['login', 'name'], {
  isMany: true,
  keyOf: ({ login }) => text(login),
  keysOf: ({ login }) => [text(login)],
  fields: ['id', 'login', 'name'],
  inputOf: ({ login, name }) => ({ login, name }),
  labelOf: ({ login, name }) => `${text(name)}（${text(login)}）`,
  join: ([{ login, name } = {}]) => ({ value: { login, name } }),
  isRetirable: false,
});

const postFields = ['personId', 'role', 'title', 'unitId', 'areaCode'];

/** A post is known by who does what where; its title may change. A grid worker's area is part of it. */
const postKey = ({ personId, role, unitId, areaCode }: Flat): string =>
  [personId, role, unitId, areaCode].map(text).join(' ');

const postView: View = {
  noun: 'post',
  columns: ['login', 'role', 'title', 'unitId', 'areaCode'],
  fields: postFields,
  isSkipped: ({ role, title, unitId, areaCode }) => !role && !title && !unitId && !areaCode,
  keyOf: ({ login, ...rest }, names) =>
    postKey({ ...rest, personId: names.person.find(text(login)) ?? login }),
  keysOf: (value) => [postKey(value)],
  labelOf: ({ personId, title, role }, names) =>
    `${names.person.labelOf(text(personId)) ?? ''} ${text(title) || (postRoles[text(role)] ?? '')}`,
  split: ({ personId, ...rest }, names) => [
    { ...rest, login: names.person.labelOf(text(personId))?.split(' ')[0] ?? '' },
  ],
  join: ([{ login, ...rest } = {}], _before, names) => {
    const personId = names.person.find(text(login));
    if (personId === undefined) return { problem: '这个登录名还没有登记，请先由系统管理员导入' };
    if (!rest.role) return { problem: '请填写角色' };
    if (!rest.title) return { problem: '请填写岗位名称' };
    return {
      value: {
        personId,
        role: rest.role,
        title: rest.title,
        unitId: rest.unitId ?? null,
        areaCode: rest.areaCode ?? null,
      },
    };
  },
  inputOf: (value) => value,
  isRetirable: true,
};

export const peopleSheet: Sheet = {
  name: 'people',
  title: '人员岗位',
  explain: [
    '一人多岗的写多行，姓名可只写一次；还没有岗位的人员，角色、岗位名称、单位、区域留空。',
    '先由系统管理员导入（登记人员），再由安全管理员导入同一文件（任命岗位，并得到首次密码）。',
    '换角色、换单位、换区域：写成新的一行，原来的一行删去并在预览时勾选停用。',
  ],
  columns: [
    codeColumn('login', '登录名', {
      explain: '3 至 40 位小写字母、数字、点、横线，以字母开头',
      isKey: true,
      isRequired: true,
      width: 20,
    }),
    textColumn('name', '姓名', { explain: '不超过 30 字', isRequired: true }),
    choiceColumn('role', '角色', postRoles, { explain: '从下拉中选择', width: 20 }),
    textColumn('title', '岗位名称', { explain: '如 清河街道网格员', width: 24 }),
    namedColumn('unitId', '单位', 'unit', { explain: '单位代码；处置岗位必填' }),
    namedColumn('areaCode', '区域', 'area', { explain: '区域代码；网格员必填' }),
  ],
  views: [personView, postView],
  flats: (records) => {
    const posts = records('post');
    return records('person').flatMap(({ id, login, name }) => {
      const own = posts.filter(({ personId }) => personId === id);
      return own.length > 0
        ? own.map(({ personId: _personId, ...rest }) => ({ ...rest, login, name }))
        : [{ login, name }];
    });
  },
};
