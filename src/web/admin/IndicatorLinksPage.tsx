/** Links 待复核、在用对应: what each would read otherwise, shown before it takes effect; reviewed by a second person. */
import { useState } from 'react';
import { App, Button, Input, Modal } from 'antd';
import { LinkKind, linkBasisLabels, linkKindLabels } from '../../domain/catalogLink.ts';
import type { Effect, LinkItem } from '../../domain/indicatorApi.ts';
import type { OpenAction } from '../../domain/views.ts';
import { ActionForm } from '../desk/ActionForm.tsx';
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { Failure, PagedList } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAct, useAsk, useAskPages } from '../queryHooks.ts';
import { showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { IndicatorTabs } from './IndicatorTabs.tsx';
import { RowButtons } from './RowButtons.tsx';
import './indicator.css';

const kinds = LinkKind.options.map((value) => ({ value, label: linkKindLabels[value] }));
const noCategory = '不属于网格小类';

const actionOf = ({ actions }: LinkItem, action: string): OpenAction | undefined =>
  actions.find((open) => open.action === action);

const isFelt = ({ reports, issues }: Effect): boolean => reports + issues > 0;

function effectWords({ reports, issues, isMore }: Effect, kind: LinkKind): string {
  if (reports + issues === 0) return '不影响在办事项';
  const more = isMore ? '（只数到 1000）' : '';
  return kind === 'indicator'
    ? `在办 ${issues} 件计入这条指标${more}`
    : `待受理 ${reports} 件、在办 ${issues} 件会读作别的小类${more}`;
}

export default function IndicatorLinksPage() {
  const [filters, change] = useFilters();
  const status = filters.status === 'active' ? 'active' : 'proposed';
  const kind = LinkKind.safeParse(filters.kind).data;
  const { words } = filters;
  const list = useAskPages('catalogLinks', {
    status,
    ...(kind ? { kind } : {}),
    ...(words ? { words } : {}),
  });
  const { message } = App.useApp();
  const { mutateAsync: perform, isPending } = useAct();
  const [shown, setShown] = useState<LinkItem | null>(null);
  const [form, setForm] = useState<{ link: LinkItem; open: OpenAction } | null>(null);
  const [typed, setTyped] = useState(words ?? '');
  const review = async ({ id, version }: LinkItem) => {
    setShown(null);
    try {
      await perform({ noun: 'catalogLink', id, action: 'review', input: {}, seen: version });
    } catch (problem) {
      message.error(problem instanceof Error ? problem.message : '办理失败，请重试');
    }
  };
  /** By key: at once when nothing open is felt, else after its effect was shown. */
  const reviewByKey = (link: LinkItem) => {
    const refusal = actionOf(link, 'review')?.refusal;
    if (isPending || !actionOf(link, 'review')) return;
    if (refusal) message.warning(refusal.message);
    else if (isFelt(link.effect)) setShown(link);
    else void review(link);
  };
  /** What a review would change of open matters is shown before its form. */
  const choose = (link: LinkItem) => (open: OpenAction) =>
    open.action === 'review' && isFelt(link.effect) ? setShown(link) : setForm({ link, open });
  const plan = (link: LinkItem) => {
    const open = actionOf(link, 'review');
    setShown(null);
    if (open) setForm({ link, open });
  };
  const declineByKey = (link: LinkItem) => {
    const open = actionOf(link, 'decline');
    if (open && !open.refusal) choose(link)(open);
  };
  const first = list.data?.pages[0];
  return (
    <>
      <div className="page-head">
        <h1>目录对应</h1>
        {first && (
          <span className="soft">
            {status === 'proposed' ? '待复核' : '在用'} {first.count} 条
          </span>
        )}
        <span className="grow" />
        {status === 'proposed' && (
          <span className="soft key-hints">
            <kbd className="key">J</kbd>
            <kbd className="key">K</kbd> 选行，<kbd className="key">Y</kbd> 复核通过，
            <kbd className="key">N</kbd> 不采纳，<kbd className="key">E</kbd> 看影响
          </span>
        )}
      </div>
      <IndicatorTabs current={status === 'proposed' ? '待复核' : '在用对应'} />
      <div className="filters">
        <FilterSelect
          label="种类"
          width={130}
          value={kind}
          options={kinds}
          onChange={(value) => change({ kind: value })}
        />
        <Input.Search
          aria-label="按分类、指标或小类查找"
          placeholder="分类、指标或小类"
          style={{ width: 220 }}
          allowClear
          maxLength={30}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onSearch={(text) => change({ words: text.trim() })}
        />
      </div>
      <PagedList
        list={list}
        empty={
          <Empty
            title={status === 'proposed' ? '没有待复核的对应' : '还没有在用的对应'}
            words="在“未对应”里提出对应，由另一人复核后生效。"
          />
        }
      >
        {(items, more) => (
          <DataTable
            label={status === 'proposed' ? '待复核的对应' : '在用的对应'}
            rows={items}
            columns={columnsOf(setShown, choose)}
            rowKey={({ id }) => id}
            keys={{ y: reviewByKey, n: declineByKey, e: setShown }}
            {...more}
          />
        )}
      </PagedList>
      {shown && (
        <EffectDialog
          link={shown}
          mayReview={actionOf(shown, 'review')?.refusal === null}
          onReview={() => void review(shown)}
          onPlan={() => plan(shown)}
          onClose={() => setShown(null)}
        />
      )}
      {form && (
        <ActionForm
          open={form.open}
          recordId={form.link.id}
          seen={form.link.version}
          subject={`${form.link.fromTitle} → ${form.link.categoryName ?? noCategory}`}
          onDone={() => setForm(null)}
          onClose={() => setForm(null)}
        />
      )}
    </>
  );
}

const columnsOf = (
  onEffect: (link: LinkItem) => void,
  choose: (link: LinkItem) => (open: OpenAction) => void,
): Column<LinkItem>[] => [
  {
    key: 'from',
    title: '分类或指标',
    render: ({ kind, fromTitle }) => (
      <>
        <strong>{fromTitle}</strong>
        <div className="cell-sub">{linkKindLabels[kind]}</div>
      </>
    ),
  },
  {
    key: 'category',
    title: '小类',
    render: ({ categoryName, categoryCode, before }) => (
      <>
        <strong>{categoryName ?? noCategory}</strong>
        <div className="cell-sub">
          {[categoryCode, before && `现为 ${before}`].filter(Boolean).join(' · ')}
        </div>
      </>
    ),
  },
  {
    key: 'why',
    title: '依据',
    render: ({ basis, reason, proposerName, proposedAt, reviewerName }) => (
      <>
        {linkBasisLabels[basis]}
        {reason && <span className="soft">：{reason}</span>}
        <div className="cell-sub">
          {proposerName} {showMoment(proposedAt)} 提出
          {reviewerName && `，${reviewerName} 复核`}
        </div>
      </>
    ),
  },
  {
    key: 'effect',
    title: '影响',
    render: (link) => (
      <>
        {effectWords(link.effect, link.kind)}
        {isFelt(link.effect) && (
          <Button size="small" type="link" onClick={() => onEffect(link)}>
            查看
          </Button>
        )}
        {link.validFrom && (
          <div className="cell-sub">
            {showMoment(link.validFrom)} 起生效
            {link.validTo && `，到 ${showMoment(link.validTo)} 由新的对应代替`}
          </div>
        )}
      </>
    ),
  },
  {
    key: 'do',
    title: '',
    render: (link) => (
      <>
        <RowButtons
          noun="catalogLink"
          id={link.id}
          actions={link.actions}
          onChoose={choose(link)}
        />
        {link.status === 'proposed' && actionOf(link, 'review')?.refusal && (
          <div className="cell-sub">{actionOf(link, 'review')?.refusal?.message}</div>
        )}
      </>
    ),
  },
];

interface EffectDialogProps {
  link: LinkItem;
  mayReview: boolean;
  onReview: () => void;
  /** To say from when it holds. */
  onPlan: () => void;
  onClose: () => void;
}

function EffectDialog({ link, mayReview, onReview, onPlan, onClose }: EffectDialogProps) {
  const { data, error, refetch } = useAsk('catalogEffect', { id: link.id });
  return (
    <Modal
      open
      width={680}
      title={`${link.fromTitle} → ${link.categoryName ?? noCategory}`}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>关闭</Button>
          {mayReview && (
            <>
              <Button disabled={!data} onClick={onPlan}>
                另定生效时间
              </Button>
              <Button type="primary" disabled={!data} onClick={onReview}>
                复核通过
              </Button>
            </>
          )}
        </>
      }
    >
      {data ? (
        <>
          <p>{effectWords(data.effect, link.kind)}。已有的类别不会自动更改，需要改的请逐件办理。</p>
          {!data.mayList && <p className="soft">案件内容由督查员、创城专席查看，这里只列件数。</p>}
          <ul className="effect-list">
            {data.reports.map(({ id, number, words, categoryName }) => (
              <li key={id}>
                <Link href={paths.report(id)}>{number}</Link> 现为 {categoryName ?? '未定'} ·{' '}
                {words}
              </li>
            ))}
            {data.issues.map(({ id, number, words, categoryName }) => (
              <li key={id}>
                <Link href={paths.issue(id)}>{number}</Link> 现为 {categoryName ?? '未定'} · {words}
              </li>
            ))}
          </ul>
        </>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={4} />
      )}
    </Modal>
  );
}
