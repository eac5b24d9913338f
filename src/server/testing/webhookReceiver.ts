/** A receiver of webhooks: what arrived, in its order, each checked by its signature; it answers as it is told. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { momentAt } from '../../domain/moment.ts';
import { check } from '../standardWebhook.ts';

export interface Received {
  id: string;
  type: string;
  body: string;
  data: {
    id: string;
    number: string | null;
    status: string;
    version: number;
    sealNumber: number;
  } & Record<string, unknown>;
  /** Null: genuine. */
  problem: string | null;
}

export interface Receiver {
  url: string;
  got: Received[];
  /** Each event once, in the order of first arrival. */
  once(): Received[];
  /** Waits until so many different events have arrived. */
  until(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** `answer`: the status for a message; 0 does not answer at all. */
export async function webhookReceiver(
  secrets: () => string[],
  answer: (message: Received) => number | Promise<number> = () => 200,
  port = 0,
): Promise<Receiver> {
  const got: Received[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      const headers = new Headers(request.headers as Record<string, string>);
      const at = momentAt(Number(headers.get('webhook-timestamp')) * 1000);
      const message: Received = {
        id: headers.get('webhook-id') ?? '',
        ...(JSON.parse(body) as Pick<Received, 'type' | 'data'>),
        body,
        problem: check(secrets(), headers, body, at),
      };
      void Promise.resolve(answer(message)).then((status) => {
        if (status >= 200 && status < 300) got.push(message);
        if (status > 0) response.writeHead(status).end('ok');
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const once = (): Received[] => [...new Map(got.map((one) => [one.id, one])).values()];
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    once,
    until: async (count) => {
      const end = performance.now() + 40_000;
      while (once().length < count) {
        if (performance.now() > end) throw new Error(`${once().length} of ${count} arrived`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
