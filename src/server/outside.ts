/**
 * Outside 外部地址: the only door by which any part of the program calls an address outside. It looks the name
 * up itself, refuses every address that is not of the public network unless it is on the system
 * administrator's list (`domain/outsideAddress.ts`), connects to the very address it judged, follows no
 * redirect, believes no proxy variable and reads no more than it was told. Sources: issue 5-10, 5-2; trust V13.2.4.
 */
import { lookup } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { AllowedAddress } from '../domain/outsideAddress.ts';

export interface OutsideCall {
  /** http or https, without user name. */
  url: string;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** From the look-up of the name to the last byte of the answer. */
  timeoutMs: number;
  /** A longer answer is cut off and refused. */
  maxBytes: number;
  /** What may be called besides the public network: `MasterData.allowedOutside`. */
  allowed: readonly AllowedAddress[];
  /** Ends the call early, when the program stops. */
  signal?: AbortSignal;
  /** Sent by a connection of its own and under no circumstances twice. */
  isOnce?: boolean;
}

export interface OutsideAnswer {
  /** As it came; a redirect (3xx) is an answer like any other. */
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * Why there is no answer. `badAddress`, `notAllowed`: it would not help to try again before somebody
 * changes something; the others may pass.
 */
export type OutsideFault =
  | 'badAddress'
  | 'notAllowed'
  | 'unknownName'
  | 'unreachable'
  | 'timeOut'
  | 'tooLarge'
  | 'stopped';

/** A call that got no answer; the message is a sentence for the person who set the address. */
export class OutsideFailed extends Error {
  readonly fault: OutsideFault;
  /** A connection stood: the other side may have received the call. */
  readonly wasConnected: boolean;
  constructor(fault: OutsideFault, message: string, wasConnected = false) {
    super(message);
    this.name = 'OutsideFailed';
    this.fault = fault;
    this.wasConnected = wasConnected;
  }
}

/** Ranges that are not of the public network (IANA special-purpose registries). */
const special = new BlockList();
for (const range of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
])
  addRange(special, range);

/** All of IPv6 that is given out for the public network. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

function addRange(list: BlockList, range: string): void {
  const [net = '', prefix] = range.split('/');
  const family = isIPv6(net) ? 'ipv6' : 'ipv4';
  list.addSubnet(net, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
}

const contains = (list: BlockList, address: string): boolean =>
  list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

/** Of the public network. An IPv4 address written as IPv6 is judged as what it is: not public. */
export const isPublic = (address: string): boolean =>
  isIPv6(address)
    ? contains(global6, address) && !contains(special, address)
    : isIP(address) === 4 && !contains(special, address);

// The same entries are asked at every call.
const ranges = new WeakMap<AllowedAddress, BlockList | null>();

/** The addresses an entry stands for; null when it is a name. */
function rangeOf(entry: AllowedAddress): BlockList | null {
  const known = ranges.get(entry);
  if (known !== undefined) return known;
  const list = isIP(entry.host.split('/')[0] ?? '') === 0 ? null : new BlockList();
  if (list) addRange(list, entry.host);
  ranges.set(entry, list);
  return list;
}

/** May this address of this name be called? */
const isAllowed = (
  name: string,
  port: number,
  address: string,
  allowed: readonly AllowedAddress[],
): boolean =>
  allowed.some((entry) => {
    if (entry.port !== null && entry.port !== port) return false;
    if (entry.host === name) return true;
    const range = rangeOf(entry);
    return range !== null && contains(range, address);
  });

interface Target {
  isSecure: boolean;
  name: string;
  port: number;
  path: string;
}

// The same addresses are called again and again.
const targets = new LRUCache<string, Target>({ max: 1_000 });

function targetOf(text: string): Target {
  const known = targets.get(text);
  if (known) return known;
  const read = readTarget(text);
  targets.set(text, read);
  return read;
}

function readTarget(text: string): Target {
  const bad = (words: string): OutsideFailed => new OutsideFailed('badAddress', words);
  if (text.length > 2000) throw bad('地址过长，请改正');
  if (!URL.canParse(text)) throw bad('地址格式不对，应形如 https://example.cn/path');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw bad('只能使用 http 或 https 地址');
  if (url.username || url.password) throw bad('地址中不能带用户名和密码');
  const name = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port || (isSecure ? 443 : 80));
  return { isSecure, name, port, path: url.pathname + url.search };
}

interface Resolved {
  address: string;
  family: number;
}

// A name is asked for again after ten seconds: thousands of calls an hour go to the same few.
const keptAnswers = { max: 1_000, ttl: 10_000 };
const answers = new LRUCache<string, Resolved[]>(keptAnswers);

/** The addresses of a name, or the address that it is. */
async function addressesOf(name: string): Promise<Resolved[]> {
  if (isIP(name) !== 0) return [{ address: name, family: isIP(name) }];
  const found = answers.get(name);
  if (found) return found;
  const all = await lookup(name, { all: true, verbatim: true }).catch(() => {
    throw new OutsideFailed('unknownName', `找不到 ${name}，请检查地址或域名解析`);
  });
  answers.set(name, all);
  return all;
}

// What was judged of a name by a list, for as long as the name is not asked for again.
const judged = new WeakMap<readonly AllowedAddress[], LRUCache<string, Resolved[]>>();

/**
 * The address to connect to for a service that is not spoken to by HTTP, judged as a call would be. Throws
 * {@link OutsideFailed} when there is none.
 */
export async function permittedAddress(
  target: { name: string; port: number },
  allowed: readonly AllowedAddress[],
): Promise<string> {
  const [first] = await permitted(target, allowed);
  if (!first) throw new OutsideFailed('unknownName', `找不到 ${target.name}，请检查地址或域名解析`);
  return first.address;
}

/** Those addresses that may be called. Throws when there is none. */
async function permitted(
  target: Pick<Target, 'name' | 'port'>,
  allowed: readonly AllowedAddress[],
): Promise<readonly Resolved[]> {
  const key = `${target.name}:${target.port}`;
  const byThis = judged.get(allowed) ?? new LRUCache<string, Resolved[]>(keptAnswers);
  judged.set(allowed, byThis);
  const known = byThis.get(key);
  if (known) return known;
  const fine = await judge(target, allowed);
  byThis.set(key, fine);
  return fine;
}

async function judge(
  { name, port }: Pick<Target, 'name' | 'port'>,
  allowed: readonly AllowedAddress[],
): Promise<Resolved[]> {
  const fine = (await addressesOf(name)).filter(
    ({ address }) => isPublic(address) || isAllowed(name, port, address, allowed),
  );
  if (fine.length > 0) return fine;
  throw new OutsideFailed(
    'notAllowed',
    `${name} 是内部地址，系统管理员把它列入“外部地址白名单”后才能访问`,
  );
}

// Connections are kept for the next call, and shut when none comes for half a minute.
const keeping = { keepAlive: true, timeout: 30_000 };
const agents = { http: new HttpAgent(keeping), https: new HttpsAgent(keeping) };

function lookupOf(addresses: readonly Resolved[]): LookupFunction {
  const [first] = addresses;
  return (_name, options, callback) => {
    if (options.all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

const headersOf = (response: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );

/** The end of a call before its answer: its time is over, or the program stops. */
interface Ending {
  isConnected: boolean;
  fault(): 'timeOut' | 'stopped' | undefined;
  /** What to do then; takes the place of what was to be done before. */
  onEnd(doing: () => void): void;
  clear(): void;
}

function endingOf({ timeoutMs, signal }: OutsideCall): Ending {
  let fault: 'timeOut' | 'stopped' | undefined;
  let doing: (() => void) | undefined;
  const end = (why: typeof fault): void => {
    fault ??= why;
    doing?.();
  };
  const stop = (): void => end('stopped');
  const timer = setTimeout(() => end('timeOut'), timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  return {
    isConnected: false,
    fault: () => fault,
    onEnd: (next) => {
      doing = next;
      if (fault) next();
    },
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    },
  };
}

/** A look-up cannot be broken off; nobody waits for it any longer. */
const orEnded = <T>(work: Promise<T>, ending: Ending): Promise<T> =>
  new Promise((resolve, reject) => {
    ending.onEnd(() => reject(new Error('ended')));
    work.then(resolve, reject);
  });

function readAnswer(response: IncomingMessage, maxBytes: number): Promise<OutsideAnswer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    response.on('data', (part: Buffer) => {
      length += part.length;
      parts.push(part);
      if (length <= maxBytes) return;
      reject(new OutsideFailed('tooLarge', `对方的回答超过 ${maxBytes} 字节，已中断`, true));
      response.destroy();
    });
    response.on('error', reject);
    response.on('end', () => {
      const body = Buffer.concat(parts, length);
      resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body });
    });
  });
}

/** Sends on a connection to one of the addresses; an idle connection that the other side shut is replaced. */
async function send(
  { isSecure, name, port, path }: Target,
  { method, headers, body, maxBytes, isOnce }: OutsideCall,
  addresses: readonly Resolved[],
  ending: Ending,
): Promise<OutsideAnswer> {
  const options = {
    host: name,
    port,
    path,
    method,
    headers: {
      'user-agent': 'CivicLoop',
      ...headers,
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    },
    lookup: lookupOf(addresses),
  };
  const attempt = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = isSecure
        ? httpsRequest({ ...options, agent: isOnce ? false : agents.https })
        : httpRequest({ ...options, agent: isOnce ? false : agents.http });
      request.on('socket', (socket) => {
        const note = (): void => void (ending.isConnected = true);
        if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', note);
        else note();
      });
      ending.onEnd(() => request.destroy(new Error('ended')));
      request.on('response', resolve);
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && error.code === 'ECONNRESET') attempt().then(resolve, reject);
        else reject(error);
      });
      request.end(body);
    });
  return readAnswer(await attempt(), maxBytes);
}

/** Calls an address outside. Throws {@link OutsideFailed} when there is no answer; a refusal is an answer. */
export async function callOutside(call: OutsideCall): Promise<OutsideAnswer> {
  const target = targetOf(call.url);
  const ending = endingOf(call);
  try {
    const addresses = await orEnded(permitted(target, call.allowed), ending);
    return await send(target, call, addresses, ending);
  } catch (error) {
    if (error instanceof OutsideFailed) throw error;
    const { isConnected } = ending;
    if (ending.fault() === 'stopped')
      throw new OutsideFailed('stopped', '程序停止，访问中断', isConnected);
    if (ending.fault() === 'timeOut')
      throw new OutsideFailed('timeOut', `对方 ${call.timeoutMs / 1000} 秒内没有答复`, isConnected);
    throw new OutsideFailed('unreachable', `连接不上对方（${codeOf(error)}）`, isConnected);
  } finally {
    ending.clear();
  }
}

/** What the system calls the error: ECONNREFUSED, CERT_HAS_EXPIRED … */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'ERROR';
