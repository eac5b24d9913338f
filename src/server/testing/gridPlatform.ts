/**
 * Grid platform: a real HTTP server that takes cases as such a platform would: it checks each signature, keeps a
 * case once, gives it a number of its own, and can be killed and begun again with what it kept.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as newId } from 'uuid';
import { momentAt } from '../../domain/moment.ts';
import { toldCaseKinds } from '../../domain/platformCase.ts';
import { usualStates, type PushRule } from '../../domain/pushRule.ts';
import { check, newWebhookSecret } from '../standardWebhook.ts';
import type { World } from './world.ts';

export interface ToldCase {
  type: string;
  data: Record<string, unknown> & { caseId: string; caseNumber: string };
}

export interface GridPlatform {
  subscriptionId: string;
  /** What it kept, each message once. */
  got: ToldCase[];
  problems: string[];
  /** What it answers instead of taking a message; null: it takes it. */
  answer: { status: number } | null;
  /** Takes the message, and dies before it answers. */
  diesAfterTaking: boolean;
  numberOf(caseId: string): string | undefined;
  until(isSo: (got: ToldCase[]) => boolean): Promise<void>;
  kill(): Promise<void>;
  begin(): Promise<void>;
}

/** A platform that the world knows by a subscription of its own; `senderCode`: whose keys sign what it says. */
export async function gridPlatform(
  w: World,
  senderCode: string,
  more: Record<string, unknown> & { push?: Partial<PushRule> } = {},
): Promise<GridPlatform> {
  const secret = newWebhookSecret();
  const seen = new Set<string>();
  const numbers = new Map<string, string>();
  let server: Server | undefined;
  let port = 0;

  const take = (id: string, body: string): void => {
    const message = JSON.parse(body) as ToldCase;
    if (message.type === 'case.push' && !numbers.has(message.data.caseId))
      numbers.set(message.data.caseId, `WG${1000 + numbers.size}`);
    if (!seen.has(id)) platform.got.push(message);
    seen.add(id);
  };

  const kill = (): Promise<void> => {
    server?.closeAllConnections();
    return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()));
  };

  const platform: GridPlatform = {
    subscriptionId: newId(),
    got: [],
    problems: [],
    answer: null,
    diesAfterTaking: false,
    numberOf: (caseId) => numbers.get(caseId),
    until: async (isSo) => {
      const end = performance.now() + 30_000;
      while (!isSo(platform.got)) {
        if (performance.now() > end) throw new Error(`waited in vain: ${JSON.stringify(platform)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    kill,
    begin: async () => {
      server = createServer((request, response) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
          const body = Buffer.concat(parts).toString();
          const headers = new Headers(request.headers as Record<string, string>);
          const at = momentAt(Number(headers.get('webhook-timestamp')) * 1000);
          const problem = check([secret], headers, body, at);
          if (problem) platform.problems.push(problem);
          if (platform.answer) return void response.writeHead(platform.answer.status).end('no');
          take(headers.get('webhook-id') ?? '', body);
          if (platform.diesAfterTaking) return void kill();
          const { caseId } = (JSON.parse(body) as ToldCase).data;
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ number: numbers.get(caseId) }));
        });
      });
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
      port = (server.address() as AddressInfo).port;
    },
  };
  await platform.begin();
  await w.run('systemAdmin', 'outsideAddress', newId(), 'add', {
    host: '127.0.0.1',
    port,
    purpose: '网格平台',
  });
  const { push, ...rest } = more;
  await w.run('systemAdmin', 'subscription', platform.subscriptionId, 'add', {
    name: '区网格平台',
    url: `http://127.0.0.1:${port}/cases`,
    kinds: toldCaseKinds,
    senderCode,
    secret,
    push: { isAutomatic: false, categoryCodes: [], channels: [], states: usualStates, ...push },
    ...rest,
  });
  return platform;
}
