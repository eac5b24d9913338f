/**
 * A light load of HTTP requests from a process of its own: raw keep-alive sockets, requests put together
 * from prepared parts, answers read only as far as their length. Job on standard input, result on output.
 */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { issueIdOf, photoIdOf, reportIdOf } from './benchIds.ts';
import type { SignedIn } from './signIn.ts';

export interface Worker extends SignedIn {
  /** The place in the list by which the worker's photos are named. */
  number: number;
  role: 'desk' | 'head' | 'grid';
}

export interface Job {
  kind: 'perform' | 'lifecycle' | 'page' | 'open311';
  port: number;
  district: string;
  clients: number;
  warmUp: number;
  seconds: number;
  workers: Worker[];
  issues: number;
  /** The issues performed on; left out, those of `issueIdOf(1 … issues)`. */
  issueIds?: string[];
  /** Lifecycles take issue and photo numbers from here on. */
  from: number;
  unitId: string;
  paths: string[];
  /** The key of an outside system, for its doors. */
  apiKey?: string;
}

export interface Result {
  done: number;
  failed: number;
  /** The first refusal, to say what went wrong. */
  problem: string;
  seconds: number;
  milliseconds: number[];
  /** The next unused number of lifecycles. */
  next: number;
  bytes: number;
}

export type Requests = (clientNumber: number) => { next(): string; isRound(): boolean };

const request = (method: string, path: string, who: SignedIn, body = ''): string =>
  `${method} ${path} HTTP/1.1\r\nhost: x\r\ncookie: ${who.cookie}\r\nx-csrf: ${who.csrf}\r\n` +
  `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** A request for an action in a district. */
const actIn =
  (district: string) =>
  (who: SignedIn, plural: string, id: string, action: string, input: string): string =>
    request(
      'POST',
      `/api/${district}/${plural}/${id}/${action}`,
      who,
      `{"requestId":"${randomUUID()}","input":${input}}`,
    );

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

function performs(job: Job): Requests {
  const act = actIn(job.district);
  const desks = job.workers.filter(({ role }) => role === 'desk');
  return () => ({
    next: () => {
      const id = job.issueIds
        ? pick(job.issueIds)
        : issueIdOf(1 + Math.floor(Math.random() * job.issues));
      const isUrgent = Math.random() < 0.5;
      return act(
        pick(desks),
        'issues',
        id,
        'markUrgent',
        `{"isUrgent":${isUrgent},"note":"影响通行，请优先处理"}`,
      );
    },
    isRound: () => true,
  });
}

const pages = (job: Job): Requests => {
  let n = 0;
  const desks = job.workers.filter(({ role }) => role === 'desk');
  return () => ({
    next: () => request('GET', job.paths[n++ % job.paths.length] ?? '', pick(desks)),
    isRound: () => true,
  });
};

/** Lists as a city app asks for them; one that ends in `end_date=` gets another end each time. */
const open311 = (job: Job): Requests => {
  let n = 0;
  const until = Date.now();
  return () => ({
    next: () => {
      const path = job.paths[n++ % job.paths.length] ?? '';
      const end = path.endsWith('end_date=') ? new Date(until + n * 1000).toISOString() : '';
      return `GET ${path}${end} HTTP/1.1\r\nhost: x\r\nx-api-key: ${job.apiKey ?? ''}\r\n\r\n`;
    },
    isRound: () => true,
  });
};

/** From the report to the closed issue: eight actions; the two photos were sent before. */
function lifecycles(job: Job, taken: { n: number }): Requests {
  const of = (role: Worker['role']): Worker[] =>
    job.workers.filter((worker) => worker.role === role);
  const [desks, heads, grids] = [of('desk'), of('head'), of('grid')];
  const act = actIn(job.district);
  const area = `${job.district}001001`;
  const place = '"address":"文昌路 3 号"';
  const round = (): string[] => {
    const n = taken.n++;
    const [issue, report] = [issueIdOf(n), reportIdOf(n)];
    const [head, grid] = [pick(heads), pick(grids)];
    const photo = (who: Worker): string => `"photos":["${photoIdOf(who.number, n)}"]`;
    const step = (who: Worker, action: string, input: string): string =>
      act(who, 'issues', issue, action, input);
    return [
      act(
        grid,
        'reports',
        report,
        'submit',
        `{"channel":"patrol","content":"路边有暴露垃圾","areaCode":"${area}",${place}}`,
      ),
      step(
        pick(desks),
        'accept',
        `{"reportId":"${report}","categoryCode":"E0101","conditionNo":1,"areaCode":"${area}"}`,
      ),
      step(pick(desks), 'dispatch', `{"unitId":"${job.unitId}"}`),
      step(head, 'claim', '{}'),
      step(head, 'rectify', `{"words":"已清运并冲洗",${photo(head)}}`),
      step(pick(desks), 'sendToVerify', '{}'),
      step(grid, 'pass', `{"words":"现场已干净",${photo(grid)}}`),
      step(pick(desks), 'close', '{}'),
    ];
  };
  return () => {
    let waiting: string[] = [];
    return {
      next: () => {
        if (waiting.length === 0) waiting = round();
        return waiting.shift() ?? '';
      },
      isRound: () => waiting.length === 0,
    };
  };
}

/** Where the answer that begins at 0 ends; 0 while it is not all there. */
function endOfAnswer(bytes: Buffer): number {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const fields = bytes.toString('latin1', 0, head).toLowerCase();
  const length = /content-length: (\d+)/.exec(fields)?.[1];
  if (length !== undefined) {
    const end = head + 4 + Number(length);
    return bytes.length >= end ? end : 0;
  }
  const last = bytes.indexOf('0\r\n\r\n', head + 4);
  return last < 0 ? 0 : last + 5;
}

function drive(job: Job, requests: Requests): Promise<Result> {
  const result: Result = {
    done: 0,
    failed: 0,
    problem: '',
    seconds: job.seconds,
    milliseconds: [],
    next: 0,
    bytes: 0,
  };
  const begins = performance.now() + job.warmUp * 1000;
  const ends = begins + job.seconds * 1000;
  const client = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const source = requests(number);
      let socket: Socket;
      let bytes: Buffer = Buffer.alloc(0);
      let sentAt = 0;
      const send = (): void => {
        sentAt = performance.now();
        socket.write(source.next());
      };
      const open = (): void => {
        socket = connect(job.port, '127.0.0.1', send);
        socket.setNoDelay(true);
        socket.on('error', reject);
        socket.on('data', (part) => {
          bytes = bytes.length > 0 ? Buffer.concat([bytes, part]) : part;
          const end = endOfAnswer(bytes);
          if (end === 0) return;
          const answer = bytes.subarray(0, end);
          bytes = bytes.subarray(end);
          answered(answer);
        });
      };
      const answered = (answer: Buffer): void => {
        const now = performance.now();
        const isOk = answer.toString('latin1', 9, 12) === '200';
        if (!isOk && result.failed++ === 0) result.problem = answer.toString().slice(0, 2000);
        if (now >= begins && now < ends && isOk && source.isRound()) {
          result.done += 1;
          result.bytes = answer.length;
          result.milliseconds.push(now - sentAt);
        }
        // The server closes a connection after so many requests.
        const isLast = /connection: close/i.test(answer.toString('latin1', 0, 2_000));
        if (now >= ends) socket.end(resolve);
        else if (isLast) socket.end(open);
        else send();
      };
      open();
    });
  return Promise.all(Array.from({ length: job.clients }, (_each, number) => client(number))).then(
    () => result,
  );
}

async function main(): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  const job = JSON.parse(Buffer.concat(parts).toString()) as Job;
  const taken = { n: job.from };
  const makers = {
    perform: performs,
    page: pages,
    open311,
    lifecycle: (each: Job) => lifecycles(each, taken),
  };
  const result = await drive(job, makers[job.kind](job));
  process.stdout.write(JSON.stringify({ ...result, next: taken.n }));
}

if (process.argv[1]?.endsWith('load.ts')) await main();
