/** Unit issues 本单位案件: my list by clock; claiming is one click, everything else on the issue's page. */
import { App, Button } from 'antd';
import type { QueryInput } from '../../domain/api.ts';
import type { IssueItem, OpenAction } from '../../domain/views.ts';
import { DownloadButton } from '../desk/DownloadButton.tsx';
import { KeyHelp } from '../desk/IssueListPage.tsx';
import { IssueTable } from '../desk/IssueTable.tsx';
import { ListFilters } from '../desk/ListFilters.tsx';
import { nextStepOf } from '../desk/nextStep.ts';
import { PagedList } from '../desk/PagedList.tsx';
import { useCounts } from '../desk/useCounts.ts';
import { usualSort } from '../desk/listSort.ts';
import { useFilters, type Filters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAct, useAskPages } from '../queryHooks.ts';
import { showCount } from '../words.ts';
import { useGo } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';

const views = [
  { label: '待办', status: 'dispatched,claimed' },
  { label: '待领办', status: 'dispatched' },
  { label: '整改中', status: 'claimed' },
  { label: '已反馈', status: 'rectified,verifying,passed' },
  { label: '已结案', status: 'closed' },
  { label: '全部', status: 'all' },
];

function inputOf({ status = 'dispatched,claimed', ...rest }: Filters): QueryInput<'issueList'> {
  return {
    sort: usualSort({ ...rest, status }),
    ...rest,
    ...(status === 'all' ? {} : { status }),
    limit: 50,
  } as QueryInput<'issueList'>;
}

export default function UnitIssuesPage() {
  const [filters, change, href] = useFilters();
  const go = useGo();
  const list = useAskPages('issueList', inputOf(filters));
  const { status: _status, ...others } = filters;
  const counts = useCounts(
    'issueList',
    views.slice(0, 4).map(({ status }) => inputOf({ ...others, status })),
  );
  const first = list.data?.pages[0];
  const current = filters.status ?? 'dispatched,claimed';
  return (
    <>
      <div className="page-head">
        <h1>本单位案件</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 件</span>}
        <span className="grow" />
        <KeyHelp />
        <DownloadButton list="issueList" input={inputOf(filters)} />
        <Button onClick={() => go(paths.newReport())}>自查上报</Button>
      </div>
      <Tabs
        label="按状态"
        tabs={views.map(({ label, status }, at) => ({
          label,
          href: paths.unitIssues({ ...filters, status: at === 0 ? undefined : status }),
          isCurrent: current === status,
          ...(counts[at] === undefined ? {} : { count: counts[at] }),
        }))}
      />
      <ListFilters filters={filters} onChange={change} />
      <PagedList
        list={list}
        empty={
          <Empty
            title={current === 'dispatched,claimed' ? '没有待办案件' : '没有符合条件的案件'}
            words="新派来的案件会自动出现在这里，请在 15 分钟内领办。"
          />
        }
      >
        {(items, more) => (
          <IssueTable
            label="本单位案件"
            items={items}
            listHref={href}
            button={(item, act) => <StepButton item={item} onForm={act} />}
            {...more}
          />
        )}
      </PagedList>
    </>
  );
}

/** Claims at once; other steps open their form. */
function StepButton({ item, onForm }: { item: IssueItem; onForm: (open: OpenAction) => void }) {
  const { mutateAsync: perform, isPending } = useAct();
  const { message } = App.useApp();
  const step = nextStepOf(item);
  if (!step) return null;
  const run = async () => {
    if (step.action !== 'claim') {
      onForm(step);
      return;
    }
    try {
      await perform({ noun: 'issue', id: item.id, action: 'claim', input: {}, seen: item.version });
      message.success('已领办，请在时限内整改');
    } catch (error) {
      message.error(error instanceof Error ? error.message : '领办失败，请重试');
    }
  };
  return (
    <Button
      type={step.action === 'claim' ? 'primary' : 'default'}
      loading={isPending}
      onClick={() => void run()}
    >
      {step.label}
    </Button>
  );
}
