/** The record's history, folded away until wanted. */
import type { EventView } from '../../domain/views.ts';
import { showMoment } from '../words.ts';

export function History({ events }: { events: readonly EventView[] }) {
  if (events.length === 0) return null;
  const ordered = [...events].sort((a, b) => a.at.localeCompare(b.at));
  return (
    <section className="field-card" aria-label="办理经过">
      <details>
        <summary>办理经过（{ordered.length} 步）</summary>
        <ol className="field-steps">
          {ordered.map(({ id, at, sentence, actorName, unitName }) => (
            <li key={id}>
              <span className="field-words">{sentence}</span>
              <time dateTime={at}>
                {showMoment(at)} · {unitName ?? actorName}
              </time>
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}
