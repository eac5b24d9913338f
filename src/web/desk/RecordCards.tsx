/** Record cards: assists and approvals as lists of their own, with their buttons and the issue's number. */
import { useState, type ReactNode } from 'react';
import type { OpenAction } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { Link } from '../ui/Link.tsx';
import { showBrief } from '../words.ts';
import { ActionForm } from './ActionForm.tsx';
import { RecordButtons } from './IssueParts.tsx';

interface SideRecord {
  id: string;
  version: number;
  issueId: string;
  issueNumber: string;
  issueWords: string;
  actions: readonly OpenAction[];
}

interface RecordCardsProps<T extends SideRecord> {
  label: string;
  items: readonly T[];
  /** Is something still to be done with it? One that is settled has no buttons. */
  isOpen: (item: T) => boolean;
  head: (item: T) => ReactNode;
  body: (item: T) => ReactNode;
}

export function RecordCards<T extends SideRecord>({
  label,
  items,
  isOpen,
  head,
  body,
}: RecordCardsProps<T>) {
  const [chosen, setChosen] = useState<{ open: OpenAction; recordId: string } | null>(null);
  const record = items.find(({ id }) => id === chosen?.recordId);
  return (
    <>
      <ul className="cards" aria-label={label}>
        {items.map((item) => (
          <li key={item.id} className="card">
            <div className="row-card-head">{head(item)}</div>
            <p>{body(item)}</p>
            <p className="cell-sub cell-two">
              <Link href={paths.issue(item.issueId)}>{item.issueNumber}</Link>　{item.issueWords}
            </p>
            {isOpen(item) && (
              <RecordButtons record={item} actions={item.actions} onAct={setChosen} />
            )}
          </li>
        ))}
      </ul>
      {chosen && record && (
        <ActionForm
          key={`${chosen.open.action}.${chosen.recordId}`}
          open={chosen.open}
          recordId={chosen.recordId}
          seen={record.version}
          subject={`${record.issueNumber}　${showBrief(record.issueWords)}`}
          context={{ issueId: record.issueId }}
          onDone={() => setChosen(null)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}
