/**
 * Door 门: the one listening socket of the program. It stays open while what answers behind it is exchanged, as
 * when a backup is being restored.
 */
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';

export type Answer = Parameters<typeof getRequestListener>[0];

export interface Door {
  server: Server;
  port: number;
  /** From the next request on, this answers. */
  show(answer: Answer): void;
  /** Resolves when nothing is being answered any more, after 5 s at the latest. */
  rest(): Promise<void>;
}

const patienceMs = 5_000;

/** Time limits against slow clients, and bounded connections (trust: defaults that fail). */
function guard(server: Server): void {
  server.headersTimeout = 15_000;
  server.requestTimeout = 90_000;
  server.keepAliveTimeout = 8_000;
  server.maxConnections = 4_000;
  server.maxRequestsPerSocket = 10_000;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Opens the door; until something is shown it answers that the program is starting. */
export async function openDoor(host: string, port: number): Promise<Door> {
  let current: Answer = () => new Response('starting', { status: 503 });
  const answering = new Set<object>();
  const listener = getRequestListener((request, env) => current(request, env));
  const server = createServer(
    { maxHeaderSize: 16_384, connectionsCheckingInterval: 5_000 },
    (incoming, outgoing) => {
      answering.add(outgoing);
      outgoing.once('close', () => answering.delete(outgoing));
      void listener(incoming, outgoing);
    },
  );
  guard(server);
  const bound = await listen(server, host, port);
  return {
    server,
    port: bound,
    show: (answer) => void (current = answer),
    rest: async () => {
      const until = performance.now() + patienceMs;
      while (answering.size > 0 && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}
