/** Record head 页头: back to the list, number, marks, and the neighbors in the list. */
import type { ReactNode } from 'react';
import { Button } from 'antd';
import { useGo } from '../ui/Link.tsx';
import { useKeys } from '../ui/hooks.ts';
import type { Neighbors } from './listOrder.ts';

interface RecordHeadProps {
  title: string;
  marks: ReactNode;
  neighbors: Neighbors;
  listHref: string;
  hrefOf: (id: string) => string;
  /** Does the page use j and k for going on? The report page keeps J for joining. */
  keys: { next: string; previous: string };
}

export function RecordHead({ title, marks, neighbors, listHref, hrefOf, keys }: RecordHeadProps) {
  const go = useGo();
  const { next, previous, place, back = listHref } = neighbors;
  useKeys({
    u: () => go(back),
    [keys.next]: () => next && go(hrefOf(next)),
    [keys.previous]: () => previous && go(hrefOf(previous)),
  });
  return (
    <div className="page-head">
      <Button className="no-print" aria-keyshortcuts="u" onClick={() => go(back)}>
        ← 列表<kbd className="key">U</kbd>
      </Button>
      <h1>{title}</h1>
      {marks}
      <span className="grow" />
      {place && (next ?? previous) && (
        <span className="buttons no-print">
          <span className="soft" style={{ alignSelf: 'center' }}>
            {place}
          </span>
          <Button
            disabled={!previous}
            aria-keyshortcuts={keys.previous}
            onClick={() => previous && go(hrefOf(previous))}
          >
            上一件<kbd className="key">{keys.previous.toUpperCase()}</kbd>
          </Button>
          <Button
            disabled={!next}
            aria-keyshortcuts={keys.next}
            onClick={() => next && go(hrefOf(next))}
          >
            下一件<kbd className="key">{keys.next.toUpperCase()}</kbd>
          </Button>
        </span>
      )}
    </div>
  );
}
