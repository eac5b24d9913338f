/** Call-back list 回访: who is to be asked, taken one by one and never by two; results and invalid ones apart. */
import { useEffect } from 'react';
import { App } from 'antd';
import type { QueryInput } from '../../domain/api.ts';
import { callback } from '../../domain/callback.ts';
import type { CallbackItem } from '../../domain/callbackApi.ts';
import {
  callbackStatusLabels,
  satisfactionLabels,
  solvedLabels,
} from '../../domain/callbackShape.ts';
import { channelLabels } from '../../domain/channel.ts';
import { paths } from '../paths.ts';
import { useAct, useAskPages, useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showCount, showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useNow } from '../ui/hooks.ts';
import { Link, useGo } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { CallbackResult, CallbackStatusMark } from './CallbackMarks.tsx';
import { unitChoices } from './directoryChoices.ts';
import { DownloadButton } from './DownloadButton.tsx';
import { FilterSelect } from './FilterSelect.tsx';
import { ListFilters } from './ListFilters.tsx';
import { rememberOrder } from './listOrder.ts';
import { Due } from './Marks.tsx';
import { PagedList } from './PagedList.tsx';
import { useFilters, type Filters } from './useFilters.ts';

interface View {
  label: string;
  /** What stands in the address. */
  search: { callable?: '1'; mine?: '1'; status?: string };
  sort?: 'due';
}

const callViews: View[] = [
  { label: '可拨打', search: { callable: '1' }, sort: 'due' },
  { label: '我领取的', search: { mine: '1' } },
];
const { waiting, contested, answered, invalid } = callbackStatusLabels;
const views: View[] = [
  { label: waiting, search: { status: 'waiting' }, sort: 'due' },
  { label: contested, search: { status: 'contested' }, sort: 'due' },
  { label: answered, search: { status: 'answered' } },
  { label: invalid, search: { status: 'invalid' } },
  { label: '全部', search: { status: 'all' } },
];

const isView = ({ search }: View, { callable, mine, status }: Filters): boolean =>
  search.callable === callable && search.mine === mine && search.status === status;

/** What is asked of the server: the filters with the tab's own order. */
function inputOf(filters: Filters, { search, sort }: View): QueryInput<'callbackList'> {
  const { status, ...rest } = { ...filters, ...search };
  return {
    ...rest,
    ...(status && status !== 'all' ? { status } : {}),
    ...(sort ? { sort } : {}),
  } as QueryInput<'callbackList'>;
}

const choices = (labels: Record<string, string>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

export default function CallbackListPage() {
  const [filters, change, href] = useFilters();
  const { post } = useSession();
  const { data: directory } = useDirectory();
  const mayCall = post !== null && callback.actions.claim.by.includes(post.role);
  const shown = mayCall ? [...callViews, ...views] : views;
  const view = shown.find((one) => isView(one, filters)) ?? (shown[0] as View);
  const { callable: _callable, mine: _mine, status: _status, ...chosen } = filters;
  const input = inputOf(chosen, view);
  const list = useAskPages('callbackList', { ...input, limit: 50 });
  const first = list.data?.pages[0];
  return (
    <>
      <div className="page-head">
        <h1>回访</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 件</span>}
        <span className="grow" />
        <Link href={paths.callbackRates()}>三率</Link>
        <DownloadButton list="callbackList" input={input} />
      </div>
      <Tabs
        label="按状态"
        tabs={shown.map((one) => ({
          label: one.label,
          href: paths.callbacks({ ...chosen, ...one.search }),
          isCurrent: one === view,
        }))}
      />
      <ListFilters filters={chosen} onChange={change} clocks={false}>
        <FilterSelect
          label="主办单位"
          width={140}
          value={filters.unit}
          options={directory ? unitChoices(directory) : []}
          onChange={(unit) => change({ unit })}
        />
        <FilterSelect
          label="是否解决"
          width={104}
          value={filters.solved}
          options={choices(solvedLabels)}
          onChange={(solved) => change({ solved })}
        />
        <FilterSelect
          label="满意度"
          width={104}
          value={filters.satisfaction}
          options={choices(satisfactionLabels)}
          onChange={(satisfaction) => change({ satisfaction })}
        />
      </ListFilters>
      <PagedList
        list={list}
        empty={
          <Empty
            title={view.search.callable ? '没有待拨打的回访' : '没有符合条件的回访'}
            words="热线和市民来件的案件结案后，会自动出现在这里。"
          />
        }
      >
        {(items, more) => <Table items={items} listHref={href} more={more} mayCall={mayCall} />}
      </PagedList>
    </>
  );
}

interface TableProps {
  items: readonly CallbackItem[];
  listHref: string;
  more: { hasMore: boolean; isLoadingMore: boolean; onMore: () => void };
  mayCall: boolean;
}

function Table({ items, listHref, more, mayCall }: TableProps) {
  const now = useNow();
  const go = useGo();
  const { message } = App.useApp();
  const { mutateAsync: perform } = useAct();
  const idsText = items.map(({ id }) => id).join();
  useEffect(() => {
    rememberOrder('callback', { href: listHref, ids: idsText.split(',') });
  }, [idsText, listHref]);
  const take = async ({ id }: CallbackItem) => {
    try {
      await perform({ noun: 'callback', id, action: 'claim', input: {} });
      go(paths.callback(id));
    } catch (error) {
      message.error(error instanceof Error ? error.message : '领取失败，请重试');
    }
  };
  return (
    <DataTable
      label="回访"
      rows={items}
      columns={columnsFor(now)}
      rowKey={({ id }) => id}
      href={({ id }) => paths.callback(id)}
      onOpen={({ id }) => go(paths.callback(id))}
      tone={(item) => (item.isOverdue ? 'late' : undefined)}
      keys={mayCall ? { g: (item) => void take(item) } : {}}
      card={(item) => <Card item={item} now={now} />}
      {...more}
    />
  );
}

const columnsFor = (now: string): Column<CallbackItem>[] => [
  {
    key: 'number',
    title: '来件编号',
    width: 146,
    isLink: true,
    render: ({ reportNumber }) => reportNumber,
  },
  { key: 'status', title: '状态', width: 96, render: (item) => <CallbackStatusMark {...item} /> },
  { key: 'channel', title: '渠道', width: 96, render: ({ channel }) => channelLabels[channel] },
  { key: 'content', title: '反映内容', render: (item) => <Words item={item} now={now} /> },
  {
    key: 'unit',
    title: '主办单位',
    width: 150,
    render: ({ unitName, categoryName }) => (
      <>
        {unitName ?? '—'}
        <div className="cell-sub">{categoryName}</div>
      </>
    ),
  },
  { key: 'result', title: '结果', width: 200, render: (item) => <CallbackResult item={item} /> },
  {
    key: 'due',
    title: '期限',
    width: 146,
    isNumber: true,
    render: (item) =>
      item.endedAt && item.status !== 'contested' ? (
        showMoment(item.endedAt, now)
      ) : (
        <Due due={item.due} isOverdue={item.isOverdue} now={now} />
      ),
  },
];

/** Who has it, how often it was tried, what was agreed. */
const Tried = ({ item, now }: { item: CallbackItem; now: string }) => (
  <>
    {item.operatorName ? `　${item.operatorName}回访中` : ''}
    {item.attemptCount > 0 ? `　${item.attemptCount} 次未接通` : ''}
    {item.nextAt ? `　约 ${showMoment(item.nextAt, now)}` : ''}
    {item.status === 'waiting' && !item.byPhone ? '　只能凭码自评' : ''}
  </>
);

const Words = ({ item, now }: { item: CallbackItem; now: string }) => (
  <>
    <span className="cell-two">{item.content}</span>
    <span className="cell-sub">
      {item.areaName}
      <Tried item={item} now={now} />
      {item.isConfidential ? '　保密' : ''}
    </span>
  </>
);

const Card = ({ item, now }: { item: CallbackItem; now: string }) => (
  <>
    <div className="card-top">
      <CallbackStatusMark status={item.status} />
      <span className="soft">{channelLabels[item.channel]}</span>
      <span style={{ marginLeft: 'auto' }}>
        <Due due={item.due} isOverdue={item.isOverdue} now={now} />
      </span>
    </div>
    <p className="cell-two">{item.content}</p>
    {item.endedAt && <CallbackResult item={item} />}
    <div className="cell-sub">
      {item.unitName} · {item.areaName}
      <Tried item={item} now={now} />
    </div>
    <Link href={paths.callback(item.id)}>{item.reportNumber}</Link>
  </>
);
