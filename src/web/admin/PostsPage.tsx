/** Posts 岗位: who does what, in which unit or area. */
import { Input } from 'antd';
import { lineLabels, roleLabels } from '../../domain/access.ts';
import type { PostItem } from '../../domain/views.ts';
import { post } from '../../domain/post.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { useDirectory } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { RegisterPage, useRecordActions } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';

export default function PostsPage() {
  const [filters, change] = useFilters();
  const { data, error, refetch } = useDirectory();
  const actionsOf = useRecordActions('post');
  const words = filters.words ?? '';
  const rows = (data?.posts ?? []).filter((item) =>
    `${item.personName}${item.title}${roleLabels[item.role]}${item.unitName ?? ''}${item.areaName ?? ''}`.includes(
      words,
    ),
  );
  const search = (
    <Input
      aria-label="按姓名、岗位或单位筛选"
      placeholder="姓名、岗位、单位"
      style={{ width: 220 }}
      allowClear
      value={words}
      onChange={(event) => change({ words: event.target.value })}
    />
  );
  return (
    <RegisterPage
      title="岗位"
      noun="post"
      filters={search}
      {...(data ? { count: `共 ${rows.length} 个` } : {})}
    >
      {(choose) => {
        if (!data)
          return error ? (
            <Failure error={error} onRetry={() => void refetch()} />
          ) : (
            <Loading rows={10} />
          );
        if (rows.length === 0)
          return <Empty title="没有符合条件的岗位" words="换个词再查，或由安全管理员任命。" />;
        const columns: Column<PostItem>[] = [
          {
            key: 'person',
            title: '人员',
            width: 110,
            render: ({ personName }) => <strong>{personName}</strong>,
          },
          { key: 'title', title: '岗位名称', render: ({ title }) => title },
          { key: 'role', title: '角色', width: 140, render: ({ role }) => roleLabels[role] },
          { key: 'line', title: '条线', width: 100, render: ({ line }) => lineLabels[line] },
          { key: 'unit', title: '单位', width: 180, render: ({ unitName }) => unitName ?? '—' },
          { key: 'area', title: '区域', width: 170, render: ({ areaName }) => areaName ?? '全区' },
          {
            key: 'status',
            title: '状态',
            width: 80,
            render: ({ status }) => (
              <span className={`mark ${status === 'active' ? 'mark-done' : 'mark-off'}`}>
                {post.statuses[status] ?? status}
              </span>
            ),
          },
          {
            key: 'do',
            title: '办理',
            width: 140,
            render: (item) => (
              <RowButtons
                noun="post"
                id={item.id}
                actions={actionsOf(item)}
                onChoose={(open) =>
                  choose({
                    open,
                    recordId: item.id,
                    seen: item.version,
                    subject: `${item.personName}　${item.title}`,
                  })
                }
              />
            ),
          },
        ];
        return <DataTable label="岗位" rows={rows} columns={columns} rowKey={({ id }) => id} />;
      }}
    </RegisterPage>
  );
}
