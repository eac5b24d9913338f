/**
 * Intake of states 状态回传: what a grid platform says of the cases handed to it becomes actions of their issues, done
 * by a system actor for the unit; what cannot be done is refused by its sentence and shown on the case. One after
 * the other, in their order. Sources: issue 5-2, 5-15.
 */
import type { Actor } from '../../domain/access.ts';
import { IntakeState, type ItemAnswer } from '../../domain/intake.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { platformCase, type PlatformCase } from '../../domain/platformCase.ts';
import type { PlatformState } from '../../domain/pushRule.ts';
import { Refused } from '../../domain/refused.ts';
import type { Subscription } from '../../domain/subscription.ts';
import { idFrom } from '../idFrom.ts';
import type { MasterData } from '../masterData.ts';
import { perform } from '../perform.ts';
import { areasOfKey, keyActor } from './apiKeys.ts';
import type { Doors } from './context.ts';
import type { Gathered, IntakePhotos } from './intakePhotos.ts';
import { badItem, numberOf, refusedItem } from './intakeReports.ts';
import type { Signed } from './intakeSignature.ts';

/** A state that was read, with the case it is about. */
interface Placed {
  index: number;
  given: IntakeState;
  at: string | undefined;
  theCase: PlatformCase;
  caseNumber: string;
  platform: Subscription;
}

type Answers = Map<number, ItemAnswer>;

const byOurs = `c.issue_id = (select id from issue where district = $1 and number = $3)`;
const byTheirs = `c.foreign_number = $3`;

/** The platform acts for the unit the case was handed over for, and for the one that took its place. */
const actorFor = ({ key }: Signed, master: MasterData, { unitId }: PlatformCase): Actor => ({
  ...keyActor(key, master),
  unitId,
  unitIds: [unitId, master.survivorOf(unitId)],
});

function meaningOf({ platform, given: { state } }: Placed): PlatformState {
  const states = platform.push?.states ?? [];
  const found = states.find(({ theirs }) => theirs === state);
  if (found) return found.ours;
  const known = states.map(({ theirs }) => theirs).join('、');
  throw new Refused(
    409,
    'unknownState',
    `不认识的状态“${state}”，可用的有：${known}；如需增加，请联系系统管理员修改状态对照`,
  );
}

/** The same state of the same moment was adopted before. */
const isKnown = ({ theCase, given: { state }, at }: Placed, meaning: PlatformState): boolean =>
  theCase.foreignState === state &&
  (at === undefined ? meaning !== 'note' : theCase.stateAt === at);

export interface IntakeStates {
  /** What became of each item, in their order. Throws 400 for the message, 503 or 507 to come again. */
  take(master: MasterData, signed: Signed, raw: readonly unknown[]): Promise<ItemAnswer[]>;
}

export function intakeStatesOn(doors: Pick<Doors, 'house'>, photos: IntakePhotos): IntakeStates {
  const { pool, tools } = doors.house;

  /** The case of this sender that a state is about, the one it has in hand first. */
  const find = async (
    { key }: Signed,
    master: MasterData,
    { caseNumber, number }: IntakeState,
  ): Promise<Pick<Placed, 'theCase' | 'caseNumber' | 'platform'>> => {
    const platforms = master.subscriptions.filter(
      ({ push, senderCode, status }) =>
        push !== null && senderCode === key.senderCode && status !== 'retired',
    );
    const isOurs = caseNumber !== undefined;
    const { rows } = await pool.query<{ id: string; number: string; area: string }>({
      name: `intake-case-${isOurs ? 'ours' : 'theirs'}`,
      text: `select c.id, i.number, i.area_code as area from platform_case c
             join issue i on i.district = c.district and i.id = c.issue_id
             where c.district = $1 and c.subscription_id = any($2::uuid[]) and ${isOurs ? byOurs : byTheirs}
             order by c.ended_at is not null, c.pushed_at desc limit 1`,
      values: [
        key.district,
        platforms.map(({ id }) => id),
        isOurs ? caseNumber.replace(/^[A-Z]/, '') : number,
      ],
    });
    const [row] = rows;
    const [found] = row ? await tools.store.find('platformCase', key.district, [row.id]) : [];
    const theCase = found && toCase(found);
    const platform = platforms.find(({ id }) => id === theCase?.subscriptionId);
    const isReached = areasOfKey(key, master).some((above) => row?.area.startsWith(above));
    if (!row || !theCase || !platform || !isReached)
      throw new Refused(404, 'noCase', '没有推送给贵平台的这件案件，请核对案件编号');
    return { theCase, caseNumber: row.number, platform };
  };

  /** The state could not be adopted: that is seen on the case, and the desk is told. */
  const stumble = async (signed: Signed, placed: Placed, refused: Refused): Promise<void> => {
    const { theCase, given, index } = placed;
    if ((platformCase.finals as readonly string[]).includes(theCase.status)) return;
    const order = {
      noun: 'platformCase',
      id: theCase.id,
      action: 'stumble',
      input: { theirs: given.state, reason: refused.message.slice(0, 200) },
      requestId: idFrom(`stumble ${theCase.id} ${signed.key.id} ${signed.messageId} ${index}`),
    };
    await perform(tools, keyActor(signed.key, await masterOf(signed)), order).catch(
      (error: unknown) => {
        if (!(error instanceof Refused) || error.status === 503 || error.status === 507)
          throw error;
      },
    );
  };
  const masterOf = ({ key }: Signed): Promise<MasterData> => tools.master.of(key.district);

  const advance = async (
    signed: Signed,
    master: MasterData,
    placed: Placed,
    gathered: Gathered | undefined,
  ): Promise<ItemAnswer> => {
    const { index, given, at, theCase } = placed;
    const meaning = meaningOf(placed);
    const answer = (status: 'accepted' | 'repeated', issue: Issue | undefined): ItemAnswer => ({
      index,
      number: given.number ?? theCase.foreignNumber,
      status,
      caseNumber: placed.caseNumber,
      ...(issue ? { caseStatus: issue.status } : {}),
    });
    const issueNow = async (): Promise<Issue | undefined> =>
      (await tools.store.find('issue', theCase.district, [theCase.issueId]))[0] as
        | (Issue & Record<string, unknown>)
        | undefined;
    if (isKnown(placed, meaning)) return answer('repeated', await issueNow());
    if (gathered && 'refused' in gathered) throw gathered.refused;
    const photoIds = gathered?.ids ?? [];
    const done = await perform(tools, actorFor(signed, master, theCase), {
      noun: 'platformCase',
      id: theCase.id,
      action: 'advance',
      requestId: idFrom(`advance ${theCase.id} ${signed.key.id} ${signed.messageId} ${index}`),
      input: {
        state: meaning,
        theirs: given.state,
        ...(given.words === undefined ? {} : { words: given.words }),
        ...(photoIds.length > 0 ? { photoIds } : {}),
        ...(given.number === undefined ? {} : { foreignNumber: given.number }),
        ...(at === undefined ? {} : { at }),
      },
    });
    return answer(done.isRepeat ? 'repeated' : 'accepted', await issueNow());
  };

  /** The items that are about a case; the others are answered. */
  const place = async (
    signed: Signed,
    master: MasterData,
    raw: readonly unknown[],
    answers: Answers,
  ): Promise<Placed[]> => {
    const placed: Placed[] = [];
    for (const [index, one] of raw.entries()) {
      try {
        const parsed = IntakeState.safeParse(one);
        if (!parsed.success) throw badItem(parsed.error);
        const given = parsed.data;
        const at = given.at === undefined ? undefined : new Date(given.at).toISOString();
        placed.push({ index, given, at, ...(await find(signed, master, given)) });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        answers.set(index, refusedItem(index, numberOf(one), error));
      }
    }
    return placed;
  };

  return {
    take: async (master, signed, raw) => {
      const answers: Answers = new Map();
      const placed = await place(signed, master, raw, answers);
      const wanted = placed.map(({ given: { photos: sent, photoUrls, state }, theCase, at }) => ({
        about: `intake state ${signed.key.id} ${theCase.id} ${state} ${at ?? signed.messageId}`,
        photos: sent,
        photoUrls,
      }));
      const gathered = await photos.gather(signed.key, master, wanted);
      for (const [n, item] of placed.entries()) {
        const { index, given } = item;
        try {
          // An earlier item of the same message may have moved it on.
          const [fresh] = await tools.store.find('platformCase', signed.key.district, [
            item.theCase.id,
          ]);
          const current = { ...item, theCase: fresh ? toCase(fresh) : item.theCase };
          answers.set(index, await advance(signed, master, current, gathered[n]));
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          answers.set(index, refusedItem(index, given.number ?? null, error));
          await stumble(signed, item, error);
        }
      }
      return [...answers.values()].sort((a, b) => a.index - b.index);
    },
  };
}

/** A record of the store as a case. */
const toCase = (record: object): PlatformCase => record as PlatformCase;
