/** Not linked 未对应: classes, indicators and 小类 without a link, the frequent first; suggestions taken by one key. */
import { useState } from 'react';
import { App, Button, Input, Modal } from 'antd';
import { catalogLink, linkBasisLabels } from '../../domain/catalogLink.ts';
import {
  OpenSide,
  openSideLabels,
  type LinkSuggestion,
  type OpenEntry,
} from '../../domain/indicatorApi.ts';
import { newId } from '../client.ts';
import { categoryChoices } from '../desk/directoryChoices.ts';
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { PagedList } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { useAct, useAskPages, useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Empty } from '../ui/States.tsx';
import { IndicatorTabs } from './IndicatorTabs.tsx';
import './indicator.css';

const sides = OpenSide.options.map((value) => ({ value, label: openSideLabels[value] }));
const countTitles: Record<OpenSide, string> = {
  class: '来件',
  indicator: '点位类型',
  category: '在办',
};

/** What is proposed of an entry; no 小类: it is none of ours. */
type Choice = Pick<LinkSuggestion, 'categoryCode' | 'basis' | 'reason'> | null;

export default function IndicatorOpenPage() {
  const [filters, change] = useFilters();
  const side = OpenSide.safeParse(filters.side).data ?? 'class';
  const { sender, words } = filters;
  const list = useAskPages('catalogOpen', {
    side,
    ...(sender && side === 'class' ? { sender } : {}),
    ...(words ? { words } : {}),
  });
  const { post } = useSession();
  const { message } = App.useApp();
  const { mutateAsync: perform, isPending } = useAct();
  const [byHand, setByHand] = useState<OpenEntry | null>(null);
  const [typed, setTyped] = useState(words ?? '');
  const first = list.data?.pages[0];
  const mayAct =
    post !== null && side !== 'category' && catalogLink.actions.propose.by.includes(post.role);
  const propose = async (entry: OpenEntry, choice: Choice) => {
    if (!mayAct || isPending) return;
    try {
      await perform({
        noun: 'catalogLink',
        id: newId(),
        action: 'propose',
        input: {
          kind: side,
          fromCode: entry.code,
          categoryCode: choice?.categoryCode ?? null,
          basis: choice?.basis ?? 'hand',
          ...(choice?.reason ? { reason: choice.reason } : {}),
        },
      });
      message.success(`已提出“${entry.title}”，等待另一人复核`);
    } catch (problem) {
      message.error(problem instanceof Error ? problem.message : '办理失败，请重试');
    }
  };
  const take = (n: number) => (entry: OpenEntry) => {
    const suggestion = entry.suggestions[n];
    if (suggestion) void propose(entry, suggestion);
  };
  const keys = {
    '1': take(0),
    '2': take(1),
    '3': take(2),
    ...(side === 'class' ? { '0': (entry: OpenEntry) => void propose(entry, null) } : {}),
    o: setByHand,
  };
  return (
    <>
      <div className="page-head">
        <h1>目录对应</h1>
        {first && <span className="soft">未对应 {first.count} 条，按出现次数排列</span>}
        <span className="grow" />
        {mayAct && (
          <span className="soft key-hints">
            <kbd className="key">J</kbd>
            <kbd className="key">K</kbd> 选行，<kbd className="key">1</kbd>–
            <kbd className="key">3</kbd> 采用建议
            {side === 'class' && (
              <>
                ，<kbd className="key">0</kbd> 不属于网格小类
              </>
            )}
            ，<kbd className="key">O</kbd> 另选
          </span>
        )}
      </div>
      <IndicatorTabs current="未对应" />
      <div className="filters">
        <FilterSelect
          label="哪一边"
          width={130}
          value={side}
          options={sides}
          onChange={(value) => change({ side: value, sender: undefined })}
        />
        {side === 'class' && (
          <FilterSelect
            label="来源单位"
            width={180}
            value={sender}
            options={(first?.senders ?? []).map(({ code, name }) => ({ value: code, label: name }))}
            onChange={(value) => change({ sender: value })}
          />
        )}
        <Input.Search
          aria-label="按名称查找"
          placeholder="名称"
          style={{ width: 200 }}
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
            title={side === 'class' ? '没有未对应的工单分类' : '没有未对应的条目'}
            words={
              side === 'class'
                ? '都已对应或等待复核；还没有分类表的，请系统管理员用工单分类表格导入。'
                : '都已对应或等待复核。换个词或清除筛选再看。'
            }
          />
        }
      >
        {(items, more) => (
          <DataTable
            label={`未对应的${openSideLabels[side]}`}
            rows={items}
            columns={columnsOf(side, mayAct ? { propose, byHand: setByHand } : null)}
            rowKey={({ code }) => encodeURIComponent(code)}
            keys={mayAct ? keys : {}}
            {...more}
          />
        )}
      </PagedList>
      {byHand && (
        <ByHand
          entry={byHand}
          onChoose={(code) => {
            setByHand(null);
            void propose(byHand, { categoryCode: code, basis: 'hand', reason: '' });
          }}
          onClose={() => setByHand(null)}
        />
      )}
    </>
  );
}

interface Doing {
  propose: (entry: OpenEntry, choice: Choice) => Promise<void>;
  byHand: (entry: OpenEntry) => void;
}

function columnsOf(side: OpenSide, doing: Doing | null): Column<OpenEntry>[] {
  const columns: Column<OpenEntry>[] = [
    {
      key: 'title',
      title: openSideLabels[side],
      render: ({ title, sub, note }) => (
        <>
          <strong>{title}</strong>
          <div className="cell-sub">{[sub, note].filter(Boolean).join(' · ')}</div>
        </>
      ),
    },
    {
      key: 'count',
      title: countTitles[side],
      width: 90,
      isNumber: true,
      render: ({ count }) => count,
    },
  ];
  if (side === 'category') return columns;
  return [
    ...columns,
    {
      key: 'suggestions',
      title: '建议',
      render: (entry) => <Suggestions entry={entry} side={side} doing={doing} />,
    },
  ];
}

function Suggestions({
  entry,
  side,
  doing,
}: {
  entry: OpenEntry;
  side: OpenSide;
  doing: Doing | null;
}) {
  return (
    <div className="link-suggestions">
      {entry.suggestions.map((each, n) => (
        <div key={each.categoryCode}>
          {doing ? (
            <Button
              size="small"
              aria-keyshortcuts={String(n + 1)}
              onClick={() => void doing.propose(entry, each)}
            >
              {n + 1} {each.categoryName}
            </Button>
          ) : (
            <strong>{each.categoryName}</strong>
          )}{' '}
          <span className="soft">
            {each.majorName} · {linkBasisLabels[each.basis]}：{each.reason}
          </span>
        </div>
      ))}
      {entry.suggestions.length === 0 && <span className="soft">没有相近的小类。</span>}
      {doing && (
        <div>
          {side === 'class' && (
            <Button size="small" type="text" onClick={() => void doing.propose(entry, null)}>
              0 不属于网格小类
            </Button>
          )}
          <Button size="small" type="text" onClick={() => doing.byHand(entry)}>
            另选
          </Button>
        </div>
      )}
    </div>
  );
}

function ByHand({
  entry,
  onChoose,
  onClose,
}: {
  entry: OpenEntry;
  onChoose: (code: string) => void;
  onClose: () => void;
}) {
  const { data } = useDirectory();
  const [code, setCode] = useState<string>();
  return (
    <Modal
      open
      title={`“${entry.title}”对应哪个小类`}
      okText="提出对应"
      cancelText="取消"
      okButtonProps={{ disabled: !code }}
      onOk={() => code && onChoose(code)}
      onCancel={onClose}
    >
      <FilterSelect
        label="小类"
        width={320}
        placeholder={data ? '选择小类' : '正在读取类别……'}
        value={code}
        options={data ? categoryChoices(data) : []}
        onChange={setCode}
      />
    </Modal>
  );
}
