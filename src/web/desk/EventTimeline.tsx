/** Event timeline 办理过程: every event of a record as a sentence, the latest first. */
import type { EventView } from '../../domain/views.ts';
import { roleLabels } from '../../domain/access.ts';
import { Timeline } from '../ui/Timeline.tsx';
import { showMoment, showSource } from '../words.ts';

export function EventTimeline({
  events,
  label = '办理过程',
}: {
  events: readonly EventView[];
  label?: string;
}) {
  const items = [...events]
    .sort((a, b) =>
      a.at < b.at ? 1 : a.at > b.at ? -1 : (b.sealNumber ?? Infinity) - (a.sealNumber ?? Infinity),
    )
    .map((event) => ({
      id: event.id,
      at: showMoment(event.at),
      who: [...new Set([event.actorName, event.unitName ?? roleLabels[event.actorRole]])]
        .filter(Boolean)
        .join(' · '),
      sentence: event.sentence,
      details: event.details,
      source: showSource(event.source),
    }));
  return <Timeline items={items} label={label} />;
}
