import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from 'antd';
import { useIsNarrow, useKeys } from './hooks.ts';
import { Link } from './Link.tsx';

export interface Column<T> {
  key: string;
  title: string;
  render: (row: T) => ReactNode;
  isNumber?: boolean;
  width?: number;
  /** Holds the link to the row. */
  isLink?: boolean;
}

interface DataTableProps<T> {
  /** Names the table to a screen reader, and remembers the row last chosen. */
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  href?: (row: T) => string;
  onOpen?: (row: T) => void;
  /** The row as a card, for a phone; the columns one below the other when left out. */
  card?: (row: T) => ReactNode;
  tone?: (row: T) => 'late' | 'urgent' | undefined;
  /** Further keys, done to the chosen row. */
  keys?: Record<string, (row: T) => void>;
  hasMore?: boolean;
  isLoadingMore?: boolean;
  onMore?: () => void;
}

const lastChosen = new Map<string, string>();

/** A list worked by keyboard (j/k or arrows, Enter) that becomes cards on a phone. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, rows, rowKey, onOpen, keys = {}, onMore, hasMore, isLoadingMore } = props;
  const [chosen, setChosen] = useState(() => lastChosen.get(label) ?? '');
  const box = useRef<HTMLDivElement>(null);
  const isNarrow = useIsNarrow();
  const index = rows.findIndex((row) => rowKey(row) === chosen);
  const choose = (at: number) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, at))];
    if (!row) return;
    lastChosen.set(label, rowKey(row));
    setChosen(rowKey(row));
    box.current?.querySelector(`[data-row="${rowKey(row)}"]`)?.scrollIntoView({ block: 'nearest' });
    if (at >= rows.length - 5 && hasMore && !isLoadingMore) onMore?.();
  };
  const withChosen = (run: ((row: T) => void) | undefined) => () => {
    const row = rows[index];
    if (row) run?.(row);
  };
  useKeys({
    j: () => choose(index + 1),
    k: () => choose(index - 1),
    ArrowDown: () => choose(index + 1),
    ArrowUp: () => choose(index - 1),
    Enter: withChosen(onOpen),
    ...Object.fromEntries(Object.entries(keys).map(([key, run]) => [key, withChosen(run)])),
  });
  const open = (row: T) => {
    lastChosen.set(label, rowKey(row));
    onOpen?.(row);
  };
  return (
    <div ref={box} className="data-box">
      {isNarrow ? <Cards {...props} /> : <Rows {...props} chosen={chosen} onRow={open} />}
      <More hasMore={hasMore} isLoading={isLoadingMore} onMore={onMore} />
    </div>
  );
}

function Rows<T>({
  label,
  rows,
  columns,
  rowKey,
  href,
  tone,
  chosen,
  onRow,
}: DataTableProps<T> & { chosen: string; onRow: (row: T) => void }) {
  return (
    <table className="data-table">
      <caption className="visually-hidden">{label}</caption>
      <colgroup>
        {columns.map(({ key, width }) => (
          <col key={key} style={width ? { width } : undefined} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {columns.map(({ key, title, isNumber }) => (
            <th key={key} scope="col" className={isNumber ? 'number' : undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            data-row={rowKey(row)}
            data-tone={tone?.(row)}
            aria-selected={rowKey(row) === chosen}
            className={href ? 'openable' : undefined}
            onClick={(event) => {
              if (!(event.target as Element).closest('a, button') && !getSelection()?.toString())
                onRow(row);
            }}
          >
            {columns.map(({ key, render, isNumber, isLink }) => (
              <td key={key} className={isNumber ? 'number' : undefined}>
                {isLink && href ? (
                  <Link href={href(row)} onGo={() => onRow(row)}>
                    {render(row)}
                  </Link>
                ) : (
                  render(row)
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cards<T>({ label, rows, columns, rowKey, card, tone, onOpen }: DataTableProps<T>) {
  return (
    <ul className="cards" aria-label={label}>
      {rows.map((row) => (
        <li
          key={rowKey(row)}
          data-row={rowKey(row)}
          data-tone={tone?.(row)}
          className="card"
          onClick={(event) => {
            if (!(event.target as Element).closest('a, button')) onOpen?.(row);
          }}
        >
          {card
            ? card(row)
            : columns.map(({ key, title, render }) => (
                <div key={key} className="card-line">
                  <span className="soft">{title}</span>
                  <span>{render(row)}</span>
                </div>
              ))}
        </li>
      ))}
    </ul>
  );
}

/** Loads the next page when its end comes into sight; a button for those without. */
function More({
  hasMore,
  isLoading,
  onMore,
}: {
  hasMore?: boolean;
  isLoading?: boolean;
  onMore?: () => void;
}) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = end.current;
    if (!element || !hasMore || isLoading || !onMore) return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(), {
      rootMargin: '400px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasMore, isLoading, onMore]);
  if (!hasMore) return null;
  return (
    <div ref={end} className="data-more">
      <Button loading={isLoading} onClick={onMore}>
        加载更多
      </Button>
    </div>
  );
}
