/** Sixteen people of the demo district who take issues round the loop, each as their post allows. */
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 } from 'uuid';
import { demoDistrict, demoId } from '../src/server/demoSeed.ts';
import { Caller } from './crashCalls.ts';
import type { Chance } from './random.ts';
import { signIn, type SignedIn } from './signIn.ts';

const finders: Record<string, string> = {
  grid: '110199001001',
  grid2: '110199002001',
  grid3: '110199003001',
  grid4: '110199004001',
  steward: '110199001001',
};
const desks = ['desk', 'desk2', 'shift', 'desk', 'shift'];
const handlers: Record<string, string> = {
  head: 'clean',
  enforce: 'enforce',
  green: 'green',
  works: 'works',
  market: 'market',
  water: 'water',
};

type Stage =
  | 'submitted'
  | 'accepted'
  | 'dispatched'
  | 'claimed'
  | 'rectified'
  | 'verifying'
  | 'passed';

interface Item {
  reportId: string;
  issueId: string;
  finder: string;
  handler: string;
}

/** What can be done next, as the acknowledged answers say. */
class Board {
  private readonly items = new Map<Stage, Item[]>();

  put(stage: Stage, item: Item): void {
    const list = this.items.get(stage) ?? [];
    list.push(item);
    this.items.set(stage, list);
  }

  /** One of them; now and then it stays on the board, so that two go for the same. */
  take(
    stage: Stage,
    chance: Chance,
    isMine: (item: Item) => boolean = () => true,
  ): Item | undefined {
    const list = this.items.get(stage) ?? [];
    const mine = list.filter(isMine);
    if (mine.length === 0) return undefined;
    const item = chance.pick(mine);
    if (chance.next() > 0.1) list.splice(list.indexOf(item), 1);
    return item;
  }
}

type Step = (caller: Caller, board: Board, chance: Chance, login: string) => Promise<void>;

const issueStep =
  (
    from: Stage,
    to: Stage | null,
    action: string,
    input: (item: Item) => Record<string, unknown>,
    own?: keyof Item,
  ): Step =>
  async (caller, board, chance, login) => {
    const item = board.take(from, chance, (other) => !own || other[own] === login);
    if (!item) return;
    const photos = action === 'rectify' || action === 'pass' ? [await caller.photo()] : [];
    const isDone = await caller.act('issue', item.issueId, action, input(item), photos);
    if (isDone && to) board.put(to, item);
  };

const submit: Step = async (caller, board, chance, login) => {
  const photos = chance.next() < 0.7 ? [await caller.photo()] : [];
  const item = {
    reportId: v7(),
    issueId: v7(),
    finder: login,
    handler: chance.pick(Object.keys(handlers)),
  };
  const input = {
    channel: 'patrol',
    content: '路边有暴露垃圾',
    areaCode: finders[login],
    address: '文昌路 3 号',
  };
  if (await caller.act('report', item.reportId, 'submit', input, photos))
    board.put('submitted', item);
};

const steps: Record<'finder' | 'desk' | 'handler', Step[]> = {
  finder: [
    submit,
    issueStep('verifying', 'passed', 'pass', () => ({ words: '现场已干净' }), 'finder'),
  ],
  desk: [
    issueStep('submitted', 'accepted', 'accept', (item) => ({
      reportId: item.reportId,
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: finders[item.finder],
    })),
    issueStep('accepted', 'dispatched', 'dispatch', (item) => ({
      unitId: demoId('unit', handlers[item.handler] ?? ''),
    })),
    issueStep('accepted', 'accepted', 'markUrgent', () => ({ isUrgent: true, note: '影响通行' })),
    issueStep('rectified', 'verifying', 'sendToVerify', () => ({})),
    issueStep('passed', null, 'close', () => ({})),
  ],
  handler: [
    issueStep('dispatched', 'claimed', 'claim', () => ({}), 'handler'),
    issueStep('claimed', 'rectified', 'rectify', () => ({ words: '已清运并冲洗' }), 'handler'),
  ],
};

const kindOf = (login: string): keyof typeof steps => {
  if (login in finders) return 'finder';
  return login in handlers ? 'handler' : 'desk';
};

export interface Crowd {
  callers: Caller[];
  personIds: Set<string>;
  start(): void;
  /** Resolves when every client knows the outcome of its last call; throws after 40 s. */
  pause(): Promise<void>;
}

async function work(
  caller: Caller,
  board: Board,
  chance: Chance,
  who: SignedIn,
  goesOn: () => boolean,
): Promise<void> {
  while (goesOn()) {
    await chance.pick(steps[kindOf(who.login)])(caller, board, chance, who.login);
    await sleep(chance.between(0, 120));
  }
}

/** Signs the sixteen in. */
export async function gather(origin: string, chance: Chance): Promise<Crowd> {
  const board = new Board();
  const logins = [...Object.keys(finders), ...desks, ...Object.keys(handlers)];
  const clients: { caller: Caller; who: SignedIn; chance: Chance }[] = [];
  for (const login of logins) {
    const who = await signIn(origin, login);
    const own = chance.fork();
    clients.push({
      caller: new Caller(`${origin}/api/${demoDistrict}`, who, own),
      who,
      chance: own,
    });
  }
  let isGoing = false;
  let running: Promise<unknown> = Promise.resolve();
  return {
    callers: clients.map(({ caller }) => caller),
    personIds: new Set(clients.map(({ who }) => who.personId)),
    start: () => {
      isGoing = true;
      running = Promise.all(
        clients.map((client) =>
          work(client.caller, board, client.chance, client.who, () => isGoing),
        ),
      );
    },
    pause: async () => {
      isGoing = false;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((_, reject) => {
        timer = setTimeout(
          () => reject(new Error('a call had no outcome 40 s after the restart')),
          40_000,
        );
      });
      await Promise.race([running, late]).finally(() => clearTimeout(timer));
    },
  };
}
