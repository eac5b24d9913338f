/** Paged register 名录: a list of master records by page: search and filters in the address, a form for each action. */
import { useState, type ReactNode } from 'react';
import { Input } from 'antd';
import type { QueryInput } from '../../domain/api.ts';
import type { OpenAction } from '../../domain/views.ts';
import { DownloadButton } from '../desk/DownloadButton.tsx';
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { PagedList } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { useAskPages } from '../queryHooks.ts';
import { showCount } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Empty } from '../ui/States.tsx';
import { RegisterPage } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';

/** What every row of a register has. */
interface RegisterRow {
  id: string;
  version: number;
  status: string;
  actions: OpenAction[];
}

type RegisterQuery = 'personList' | 'postList' | 'deputyList' | 'patronList' | 'outsideAddressList';

/** A filter by choice; its value stands in the address under `name`. */
interface Choice {
  name: string;
  label: string;
  options: { value: string; label: string }[];
}

interface PagedRegisterProps<T extends RegisterRow> {
  title: string;
  noun: string;
  query: RegisterQuery;
  /** What is counted: 人, 个. */
  counter: string;
  /** What the search looks in; left out: no search. */
  search?: string;
  choices?: readonly Choice[];
  tabs?: ReactNode;
  columns: readonly Column<T>[];
  /** Which record a form is about. */
  subjectOf: (row: T) => string;
  prefillOf?: (row: T) => Record<string, unknown>;
  /** Actions that are done otherwise than by a form; true: it was. */
  onAction?: (open: OpenAction, row: T) => boolean;
  isOffered?: (open: OpenAction, row: T) => boolean;
  actionsWidth: number;
  emptyWords: string;
}

export function PagedRegister<T extends RegisterRow>(props: PagedRegisterProps<T>) {
  const { title, noun, query, counter, search, choices = [], tabs, emptyWords } = props;
  const [filters, change] = useFilters();
  const [typed, setTyped] = useState(filters.words ?? '');
  const known = ['words', ...choices.map(({ name }) => name)];
  const input = Object.fromEntries(
    Object.entries(filters).filter(([name]) => known.includes(name)),
  );
  const list = useAskPages(query, { limit: 50, ...input } as QueryInput<RegisterQuery>);
  const first = list.data?.pages[0];
  const tools = (
    <>
      {choices.map(({ name, label, options }) => (
        <FilterSelect
          key={name}
          label={label}
          width={130}
          value={filters[name]}
          options={options}
          onChange={(value) => change({ [name]: value })}
        />
      ))}
      {search && (
        <Input.Search
          aria-label={`按${search}查找`}
          placeholder={search}
          style={{ width: 230 }}
          allowClear
          maxLength={30}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onSearch={(words) => change({ words: words.trim() })}
        />
      )}
      {query !== 'outsideAddressList' && <DownloadButton list={query} input={input} />}
    </>
  );
  return (
    <RegisterPage
      title={title}
      noun={noun}
      filters={tools}
      tabs={tabs}
      {...(first ? { count: `共 ${showCount(first.count, first.isMore)} ${counter}` } : {})}
    >
      {(choose) => (
        <PagedList
          list={list as unknown as Parameters<typeof PagedList<T>>[0]['list']}
          empty={
            <Empty
              title={Object.keys(input).length > 0 ? '没有找到' : `还没有${title}`}
              words={emptyWords}
            />
          }
        >
          {(items, more) => (
            <DataTable
              label={title}
              rows={items}
              columns={[...props.columns, actionColumn(props, choose)]}
              rowKey={({ id }) => id}
              {...more}
            />
          )}
        </PagedList>
      )}
    </RegisterPage>
  );
}

type Choose = Parameters<Parameters<typeof RegisterPage>[0]['children']>[0];

/** The last column: what may be done with a row. */
function actionColumn<T extends RegisterRow>(
  props: PagedRegisterProps<T>,
  choose: Choose,
): Column<T> {
  const { noun, subjectOf, prefillOf, onAction, isOffered = () => true, actionsWidth } = props;
  return {
    key: 'do',
    title: '办理',
    width: actionsWidth,
    render: (row) => (
      <RowButtons
        noun={noun}
        id={row.id}
        actions={row.actions.filter((open) => isOffered(open, row))}
        onChoose={(open) => {
          if (onAction?.(open, row)) return;
          const prefill = open.action === 'edit' ? prefillOf?.(row) : undefined;
          choose({
            open,
            recordId: row.id,
            seen: row.version,
            subject: subjectOf(row),
            ...(prefill ? { prefill } : {}),
          });
        }}
      />
    ),
  };
}

/** The mark of a record's status. */
export const StatusMark = ({ isOn, words }: { isOn: boolean; words: string }) => (
  <span className={`mark ${isOn ? 'mark-done' : 'mark-off'}`}>{words}</span>
);
