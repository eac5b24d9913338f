/** Persons 人员: who can sign in, and what they are. */
import { useState } from 'react';
import { Input } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import { person } from '../../domain/person.ts';
import { PagedList } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { useAskPages } from '../queryHooks.ts';
import { showCount, showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Empty } from '../ui/States.tsx';
import { RegisterPage, type ChosenRecord } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';

type PersonItem = QueryOutput<'personList'>['items'][number];

export default function PersonsPage() {
  const [filters, change] = useFilters();
  const [typed, setTyped] = useState(filters.words ?? '');
  const list = useAskPages('personList', {
    limit: 50,
    ...(filters.words ? { words: filters.words } : {}),
  });
  const first = list.data?.pages[0];
  const search = (
    <Input.Search
      aria-label="按姓名或登录名查找"
      placeholder="姓名或登录名"
      style={{ width: 220 }}
      allowClear
      maxLength={30}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onSearch={(words) => change({ words: words.trim() })}
    />
  );
  return (
    <RegisterPage
      title="人员"
      noun="person"
      filters={search}
      {...(first ? { count: `共 ${showCount(first.count, first.isMore)} 人` } : {})}
    >
      {(choose) => (
        <PagedList
          list={list}
          empty={<Empty title="没有找到人员" words="换个姓名再查，或由系统管理员新增。" />}
        >
          {(items, more) => (
            <DataTable
              label="人员"
              rows={items}
              columns={columnsOf(choose)}
              rowKey={({ id }) => id}
              {...more}
            />
          )}
        </PagedList>
      )}
    </RegisterPage>
  );
}

const columnsOf = (choose: (chosen: ChosenRecord) => void): Column<PersonItem>[] => [
  { key: 'name', title: '姓名', width: 110, render: ({ name }) => <strong>{name}</strong> },
  { key: 'login', title: '登录名', width: 130, render: ({ login }) => login },
  {
    key: 'posts',
    title: '岗位',
    render: ({ posts }) => posts.join('；') || <span className="soft">未任岗位</span>,
  },
  { key: 'status', title: '状态', width: 120, render: (item) => <Status item={item} /> },
  {
    key: 'at',
    title: '最近登录',
    width: 110,
    isNumber: true,
    render: ({ signedInAt }) => showMoment(signedInAt),
  },
  {
    key: 'do',
    title: '办理',
    width: 300,
    render: (item) => (
      <RowButtons
        noun="person"
        id={item.id}
        actions={item.actions.filter(({ action }) => action !== 'unlock' || item.isLocked)}
        onChoose={(open) =>
          choose({
            open,
            recordId: item.id,
            seen: item.version,
            subject: `${item.name}（${item.login}）`,
            ...(open.action === 'edit' ? { prefill: { name: item.name } } : {}),
          })
        }
      />
    ),
  },
];

const Status = ({ item }: { item: PersonItem }) => (
  <span className="marks">
    <span className={`mark ${item.status === 'active' ? 'mark-done' : 'mark-off'}`}>
      {person.statuses[item.status] ?? item.status}
    </span>
    {item.isLocked && <span className="mark mark-late">已锁定</span>}
  </span>
);
