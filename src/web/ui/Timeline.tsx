import type { ReactNode } from 'react';

export interface TimelineItem {
  id: string;
  at: string;
  who: string;
  sentence: string;
  details: readonly { title: string; value: string }[];
  source?: string;
  extra?: ReactNode;
}

/** What happened, one sentence each, the latest first. */
export function Timeline({ items, label }: { items: readonly TimelineItem[]; label: string }) {
  return (
    <ol className="timeline" aria-label={label}>
      {items.map(({ id, at, who, sentence, details, source, extra }) => (
        <li key={id}>
          <div className="timeline-head">
            <time>{at}</time>
            <span className="soft">{who}</span>
            {extra}
          </div>
          <p>{sentence}</p>
          {details.length > 0 && (
            <dl>
              {details.map(({ title, value }) => (
                <div key={title + value}>
                  <dt>{title}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
          {source && (
            <details>
              <summary>依据</summary>
              {source}
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}
