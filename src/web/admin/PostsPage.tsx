/** Posts 岗位: who does what, in which unit or area, and who stands in. */
import { lineLabels, roleLabels } from '../../domain/access.ts';
import type { PostRow } from '../../domain/peopleApi.ts';
import { post, PostRole } from '../../domain/post.ts';
import type { Column } from '../ui/DataTable.tsx';
import { PagedRegister, StatusMark } from './PagedRegister.tsx';

const columns: Column<PostRow>[] = [
  {
    key: 'person',
    title: '人员',
    width: 150,
    render: ({ personName, login, deputyName }) => (
      <>
        <strong>{personName}</strong>
        <div className="cell-sub">{deputyName ? `今日由${deputyName}代班` : login}</div>
      </>
    ),
  },
  { key: 'title', title: '岗位名称', render: ({ title }) => title },
  { key: 'role', title: '角色', width: 140, render: ({ role }) => roleLabels[role] },
  { key: 'line', title: '条线', width: 90, render: ({ line }) => lineLabels[line] },
  { key: 'unit', title: '单位', width: 170, render: ({ unitName }) => unitName ?? '—' },
  { key: 'area', title: '区域', width: 160, render: ({ areaName }) => areaName ?? '全区' },
  {
    key: 'status',
    title: '状态',
    width: 80,
    render: ({ status }) => (
      <StatusMark isOn={status === 'active'} words={post.statuses[status] ?? status} />
    ),
  },
];

export default function PostsPage() {
  return (
    <PagedRegister<PostRow>
      title="岗位"
      noun="post"
      query="postList"
      counter="个"
      search="姓名、岗位、单位、首字母"
      choices={[
        {
          name: 'role',
          label: '角色',
          options: PostRole.options.map((role) => ({ value: role, label: roleLabels[role] })),
        },
        {
          name: 'status',
          label: '状态',
          options: Object.entries(post.statuses).map(([value, label]) => ({ value, label })),
        },
      ]}
      columns={columns}
      subjectOf={({ personName, title }) => `${personName}　${title}`}
      prefillOf={({ title, areaCode }) => ({ title, ...(areaCode ? { areaCode } : {}) })}
      actionsWidth={200}
      emptyWords="换个词再查，或由安全管理员任命。"
    />
  );
}
