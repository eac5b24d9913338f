/** Sessions 会话: who is signed in to the district now, for the security administrator. */
import { useState } from 'react';
import { App, Button, Input } from 'antd';
import type { SessionRowView } from '../../domain/peopleApi.ts';
import { newId } from '../client.ts';
import { useConfirmed } from '../ConfirmPassword.tsx';
import { PagedList } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { useAct, useAskPages } from '../queryHooks.ts';
import { showCount, showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Empty } from '../ui/States.tsx';

export default function SessionsPage() {
  const [filters, change] = useFilters();
  const [typed, setTyped] = useState(filters.words ?? '');
  const { message } = App.useApp();
  const { mutateAsync } = useAct();
  const { run, dialog } = useConfirmed((words) => void message.error(words));
  const list = useAskPages('sessionList', {
    limit: 50,
    ...(filters.words ? { words: filters.words } : {}),
  });
  const first = list.data?.pages[0];
  const end = ({ id: sessionId, personId, personName }: SessionRowView) => {
    const requestId = newId();
    void run(async () => {
      await mutateAsync({
        noun: 'person',
        id: personId,
        action: 'endSessions',
        input: { sessionId },
        requestId,
      });
      message.success(`已结束${personName}的这次登录`);
      await list.refetch();
    });
  };
  const columns: Column<SessionRowView>[] = [
    {
      key: 'name',
      title: '人员',
      width: 160,
      render: ({ personName, login }) => (
        <>
          <strong>{personName}</strong>
          <div className="cell-sub">{login}</div>
        </>
      ),
    },
    { key: 'post', title: '岗位', render: ({ postWords }) => postWords },
    { key: 'device', title: '设备', width: 200, render: ({ device }) => device },
    {
      key: 'since',
      title: '登录时间',
      width: 120,
      isNumber: true,
      render: ({ createdAt }) => showMoment(createdAt),
    },
    {
      key: 'seen',
      title: '最近使用',
      width: 120,
      isNumber: true,
      render: ({ seenAt }) => showMoment(seenAt),
    },
    {
      key: 'do',
      title: '办理',
      width: 90,
      render: (row) => (
        <Button size="small" onClick={() => end(row)}>
          结束
        </Button>
      ),
    },
  ];
  return (
    <>
      <div className="page-head">
        <h1>登录情况</h1>
        {first && <span className="soft">现有 {showCount(first.count, first.isMore)} 处登录</span>}
        <span className="grow" />
        <Input.Search
          aria-label="按姓名或登录名查找"
          placeholder="姓名、登录名"
          style={{ width: 220 }}
          allowClear
          maxLength={30}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onSearch={(words) => change({ words: words.trim() })}
        />
      </div>
      <PagedList
        list={list}
        empty={<Empty title="没有找到登录" words="此人现在没有登录，或换个姓名再查。" />}
      >
        {(items, more) => (
          <DataTable
            label="登录情况"
            rows={items}
            columns={columns}
            rowKey={({ id }) => id}
            {...more}
          />
        )}
      </PagedList>
      {dialog}
    </>
  );
}
