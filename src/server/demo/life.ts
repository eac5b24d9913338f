/**
 * Life 模拟生活: lets a district live from one moment to another. Reports arrive, people do what comes next,
 * clocks run out and are escalated, all in the order of simulated time and through the planning of
 * `perform`: every rule is asked, every event is the one a click would have made. What comes next is a pure
 * function of the records, so that a life that was killed goes on from the database. Source: issue 4-8, 4-10.
 */
import type pg from 'pg';
import type { Approval } from '../../domain/approval.ts';
import type { Assist } from '../../domain/assist.ts';
import type { Callback } from '../../domain/callbackShape.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { addDays, addMinutes, localDay, type Day, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type { Report } from '../../domain/reportShape.ts';
import { systemActor } from '../baseSeed.ts';
import { issueEscalation, partEscalation, reportEscalation } from '../escalations.ts';
import { planOrder, type Performing } from '../perform.ts';
import { Workspace } from '../plan.ts';
import { reactionsTo } from '../reactionNames.ts';
import type { Notice } from '../reacting.ts';
import { reactions } from '../reactions.ts';
import type { Simulation } from '../simulated.ts';
import type { Batch, StoredEvent } from '../statement.ts';
import type { Store } from '../store.ts';
import { arrivalsOf } from './arrivals.ts';
import { callbacksToOpen, nextOfCallback } from './callbackLife.ts';
import { chanceOf, idAt } from './chance.ts';
import type { Context, Deed, Neglect } from './deed.ts';
import { drawingOf, type Drawing, type Film } from './film.ts';
import { after } from './hours.ts';
import { nextOfIssue } from './issueLife.ts';
import { nextOfApproval, nextOfAssist } from './partLife.ts';
import { Queue } from './queue.ts';
import { nextOfReport } from './reportLife.ts';
import { keyOf, lifeNouns, type LifeNoun, type Standing, type Standings } from './standing.ts';
import { demoWords } from './structure.ts';
import { Town } from './town.ts';

export interface Photo {
  id: string;
  personId: string;
  at: Moment;
  drawing: Drawing;
}

/** What one transaction writes: all that happened up to `through`. */
export interface Chapter {
  batch: Batch;
  photos: Photo[];
  notices: Notice[];
  through: Moment;
  issueCount: number;
}

export interface LifeOptions {
  pool: pg.Pool;
  /** From `simulatedTools`. */
  tools: Performing;
  simulation: Simulation;
  standings: Standings;
  film: Film;
  siteShare: number;
  neglect: Neglect;
  /** Events of a chapter, more or less. */
  chapterSize: number;
  /** People are told of what happens from this moment on; nobody reads older notices. */
  noticesFrom: Moment;
  /** Complainants are asked back after closings from this moment on; left out, never. */
  callbacksFrom?: Moment;
  write(chapter: Chapter): Promise<void>;
  progress?(events: number, through: Moment): void;
  signal?: AbortSignal;
}

const mostRefusals = 3;
const isLifeNoun = (noun: string): noun is LifeNoun =>
  (lifeNouns as readonly string[]).includes(noun);
const recurrenceMinutes = 90 * 1440;
/** Looking through everything that stands is dear: every fifth day is enough. */
const pruneDay = /[05]$/;

interface Plan {
  standing: Standing;
  token: number;
  deed: Deed;
}

export class Life {
  private readonly options: LifeOptions;
  private readonly queue = new Queue<Plan>();
  private readonly words = demoWords();
  private readonly store: Store;
  private readonly drawings = new Map<string, Drawing>();
  private town!: Town;
  private space = new Workspace();
  private photos: Photo[] = [];
  private notices: Notice[] = [];
  private arrivals: Deed[] = [];
  private nextDay: Day;
  private through: Moment;
  private issueCount = 0;
  private eventCount = 0;
  private stop = 0;

  constructor(options: LifeOptions) {
    this.options = options;
    this.through = options.simulation.livedThrough;
    this.nextDay = localDay(this.through);
    this.store = this.memory(options.tools.store);
  }

  /** The store as far as a life looks into it: its own records and photos are in memory. */
  private memory(store: Store): Store {
    const { standings } = this.options;
    return {
      ...store,
      find: async (noun, district, ids) =>
        isLifeNoun(noun)
          ? ids.flatMap((id) => standings.get(noun, id)?.record ?? [])
          : store.find(noun, district, ids),
      finishedPhotos: async (_district, ids) =>
        ids.flatMap((id) => {
          const drawing = this.drawings.get(id);
          return drawing ? [{ id, sha256: drawing.sha256 }] : [];
        }),
      secretIssues: async (_district, ids) => ids.filter((id) => standings.isKeptSecret(id)),
      findRecurrence: async ({ categoryCode, siteId, address, days, now }) =>
        standings.recurrence(
          { id: '', categoryCode, siteId, address },
          addMinutes(now, -days * 1440),
        ),
    };
  }

  /** Lives until the end that is wanted, or until it is told to stop. Returns how many events it made. */
  async live(): Promise<number> {
    const { signal, simulation, chapterSize, standings } = this.options;
    await this.moveIn();
    for (const standing of standings.values()) this.plan(standing);
    for (let deeds = 1; !signal?.aborted; deeds++) {
      if (deeds % 40 === 0) await new Promise((resolve) => setImmediate(resolve));
      const deed = this.next();
      if (!deed || deed.at > simulation.wantedUntil) {
        await this.finishChapter(simulation.wantedUntil);
        break;
      }
      if (this.space.batch.events.length >= chapterSize && deed.at > this.through)
        await this.finishChapter(this.through);
      await this.perform(deed);
      this.through = deed.at > this.through ? deed.at : this.through;
    }
    return this.eventCount;
  }

  private async moveIn(): Promise<void> {
    const { tools, simulation } = this.options;
    const master = await tools.master.of(simulation.district);
    if (this.town?.master !== master) this.town = new Town(master, this.through);
  }

  /** The next deed, or undefined when nothing is left to come. */
  private next(): (Plan['deed'] & { standing?: Standing }) | undefined {
    this.refill();
    const arrival = this.arrivals[this.stop];
    for (;;) {
      const at = this.queue.nextAt();
      if (at === undefined || (arrival && arrival.at <= at)) break;
      const plan = this.queue.pop();
      if (plan?.standing.token === plan?.token && this.isStanding(plan?.standing))
        return plan && { ...plan.deed, standing: plan.standing };
    }
    if (arrival) this.stop += 1;
    return arrival;
  }

  private isStanding(standing: Standing | undefined): boolean {
    return (
      standing !== undefined &&
      this.options.standings.get(standing.noun, standing.record.id) === standing
    );
  }

  /** The reports of the next day, when those of this one are all in. */
  private refill(): void {
    const { simulation, siteShare, standings } = this.options;
    while (this.stop >= this.arrivals.length && this.nextDay <= localDay(simulation.wantedUntil)) {
      const { town, words, nextDay: day } = this;
      const all = arrivalsOf({ town, words, day, issuesADay: simulation.issuesADay, siteShare });
      this.arrivals = all.filter(({ at }) => at > simulation.livedThrough);
      this.stop = 0;
      this.nextDay = addDays(day, 1);
      if (!pruneDay.test(day)) continue;
      const dawn = `${addDays(day, -1)}T16:00:00.000Z`;
      standings.prune(addMinutes(dawn, -3 * 1440), addMinutes(dawn, -recurrenceMinutes));
    }
  }

  private async perform(deed: Deed & { standing?: Standing }): Promise<void> {
    const { standing, at } = deed;
    const phase = standing?.phase ?? 0;
    const photos = this.takePhotos(deed, phase);
    const input =
      photos.length > 0 ? { ...deed.input, photos: photos.map((photo) => photo.id) } : deed.input;
    const events = await this.decide({ ...deed, input }, phase);
    if (!events) return this.refused(standing, at);
    this.photos.push(...photos);
    await this.follow([...events, ...(await this.askBack(events))]);
  }

  /** Plans a deed and takes in what came of it; null when it is refused, and then nothing of it is left. */
  private async decide(deed: Deed, phase: number): Promise<StoredEvent[] | null> {
    const { standings, tools } = this.options;
    const { at, actor, noun, id, action, input } = deed;
    const { batch } = this.space;
    const mark = this.space.mark();
    const begun = batch.events.length;
    const requestId = idAt(at, `${noun} ${id} ${action} ${phase} ${actor.personId}`);
    const order = { noun, id, action, input, requestId };
    try {
      await planOrder(this.space, order, {
        tools: { ...tools, store: this.store, reactionsTo: () => [] },
        master: this.town.master,
        actor,
        now: at,
        requestId,
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.space.undo(mark);
      return null;
    }
    const events = batch.events.slice(begun);
    for (const event of events) {
      if (!isLifeNoun(event.noun)) continue;
      const record = this.space.get(event.noun, event.recordId);
      if (!record) continue;
      const known = standings.get(event.noun, event.recordId);
      const isStill = event.action === 'escalate' && known;
      standings.put(
        event.noun,
        record,
        isStill ? known.phase : event.version,
        isStill ? known.since : at,
      );
    }
    return events;
  }

  /** The call-backs that follow from a closing, written with it. */
  private async askBack(events: readonly StoredEvent[]): Promise<StoredEvent[]> {
    const { standings, callbacksFrom } = this.options;
    const opened: StoredEvent[] = [];
    for (const { noun, action, recordId, at } of events) {
      if (callbacksFrom === undefined || at < callbacksFrom) continue;
      if (!reactionsTo(`${noun}.${action}`).includes('openCallbacks')) continue;
      const issue = standings.issue(recordId);
      const reports = standings
        .partsOf(recordId)
        .flatMap((part) => (part.noun === 'report' ? [part.record as unknown as Report] : []));
      for (const deed of issue ? callbacksToOpen(issue, reports) : [])
        opened.push(...((await this.decide(deed, 0)) ?? []));
    }
    return opened;
  }

  /** Plans anew whatever an event touched, and tells those who are told of it. */
  private async follow(events: readonly StoredEvent[]): Promise<void> {
    const { standings, noticesFrom } = this.options;
    const touched = new Set(events.map((event) => keyOf(event.noun, event.recordId)));
    for (const event of events) {
      if (event.noun === 'issue' && event.action === 'accept') this.issueCount += 1;
      if (event.noun === 'issue' && (event.changes.status ?? '') !== '')
        for (const part of standings.partsOf(event.recordId))
          touched.add(keyOf(part.noun, part.record.id));
      if (event.at >= noticesFrom) await this.tell(event);
    }
    for (const key of touched) {
      const [noun = '', id = ''] = key.split(':');
      const standing = standings.get(noun, id);
      if (standing) this.plan(standing);
    }
  }

  private async tell(event: StoredEvent): Promise<void> {
    const { pool, tools } = this.options;
    for (const name of reactionsTo(`${event.noun}.${event.action}`)) {
      if (!name.startsWith('notify')) continue;
      const reacting = {
        pool,
        tools: { ...tools, store: this.store, now: () => event.at },
        photoDirectory: '',
      };
      this.notices.push(...(await reactions[name](event, reacting)));
    }
  }

  /** It was not open after all: another road is tried, at most three. */
  private refused(standing: Standing | undefined, at: Moment): void {
    if (!standing || standing.refusals >= mostRefusals) return;
    standing.refusals += 1;
    standing.since = at;
    this.plan(standing);
  }

  private plan(standing: Standing): void {
    standing.token += 1;
    const { noun, record, phase, since, refusals, token } = standing;
    const { standings, simulation } = this.options;
    const context: Context = {
      town: this.town,
      words: this.words,
      chance: chanceOf(`${noun} ${record.id} ${phase} ${refusals}`),
      since,
      until: simulation.wantedUntil,
      neglect: this.options.neglect,
      issue: (id) => standings.issue(id),
      twin: (matter) => standings.twin(matter, since),
    };
    const chosen = nextOf(standing, context);
    // What was planned for a moment that has passed (somebody else was first) happens now.
    const deed =
      chosen && chosen.at < this.through ? { ...chosen, at: after(this.through, 0.01) } : chosen;
    const late = this.escalation(standing);
    const first = late && (!deed || late.at <= deed.at) ? late : deed;
    if (first) this.queue.push(first.at, { standing, token, deed: first });
  }

  /** The system's reminder when the running clock ends before anything else happens. */
  private escalation({ noun, record }: Standing): Deed | null {
    const escalateAt = record.escalateAt as Moment | null;
    if (!escalateAt) return null;
    const chance = chanceOf(`${record.id} ${escalateAt}`);
    const from = escalateAt < this.through ? this.through : escalateAt;
    const at = after(from, 0.01 + chance() * 0.07);
    const issue = record as unknown as Issue;
    const input =
      noun === 'issue'
        ? issueEscalation(issue, issue.escalationLevel + 1, escalateAt, at)
        : noun === 'report'
          ? reportEscalation(record as unknown as Report)
          : noun === 'callback'
            ? { due: escalateAt }
            : partEscalation(record as unknown as Assist | Approval);
    return input
      ? {
          at,
          actor: systemActor(this.options.simulation.district),
          noun,
          id: record.id,
          action: noun === 'callback' ? 'expire' : 'escalate',
          input,
        }
      : null;
  }

  private takePhotos({ at, actor, id, action, photos }: Deed, phase: number): Photo[] {
    if (!photos) return [];
    const chance = chanceOf(`photos ${id} ${action} ${phase}`);
    return Array.from({ length: photos.count }, (_, n) => {
      const drawing = drawingOf(this.options.film, photos, chance);
      const photo = {
        id: idAt(at, `photo ${id} ${action} ${phase} ${n}`),
        personId: actor.personId,
        at,
        drawing,
      };
      this.drawings.set(photo.id, drawing);
      return photo;
    });
  }

  private async finishChapter(through: Moment): Promise<void> {
    const { write, progress } = this.options;
    const batch = this.space.finish();
    const { photos, notices, issueCount } = this;
    this.space = new Workspace();
    this.photos = [];
    this.notices = [];
    this.issueCount = 0;
    this.drawings.clear();
    await write({ batch, photos, notices, through, issueCount });
    this.eventCount += batch.events.length;
    progress?.(this.eventCount, through);
    await this.moveIn();
  }
}

function nextOf({ noun, record }: Standing, context: Context): Deed | null {
  if (noun === 'issue') return nextOfIssue(record as unknown as Issue, context);
  if (noun === 'report') return nextOfReport(record as unknown as Report, context);
  if (noun === 'callback') return nextOfCallback(record as unknown as Callback, context);
  if (noun === 'assist') return nextOfAssist(record as unknown as Assist, context);
  return nextOfApproval(record as unknown as Approval, context);
}
