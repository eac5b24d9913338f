/**
 * Receivers of notices for tests: a WeCom group with its robot, an SMS gateway, and a mail server that speaks SMTP
 * over TLS with a certificate of its own. Each says what arrived, and answers as it is told.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';

export interface Arrived {
  url: URL;
  headers: Record<string, string | string[] | undefined>;
  body: Record<string, unknown>;
}

export interface HttpReceiver {
  url: string;
  got: Arrived[];
  stop(): Promise<void>;
}

export type Answer = { status?: number; json?: unknown; text?: string } | 'silence' | 'hangUp';

/** Answers POSTs; what is answered by silence or hanging up counts as arrived. */
export async function httpReceiver(
  answer: (message: Arrived) => Answer | Promise<Answer>,
): Promise<HttpReceiver> {
  const got: Arrived[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString();
      const message: Arrived = {
        url: new URL(request.url ?? '/', 'http://receiver'),
        headers: request.headers,
        body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
      };
      got.push(message);
      void Promise.resolve(answer(message)).then((said) => {
        if (said === 'silence') return;
        if (said === 'hangUp') return void request.socket.destroy();
        response.writeHead(said.status ?? 200, { 'content-type': 'application/json' });
        response.end(said.text ?? JSON.stringify(said.json));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`,
    got,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export interface MailReceiver {
  port: number;
  /** The letters taken, as they were written, and who was said to get them. */
  got: { to: string; raw: string }[];
  stop(): Promise<void>;
}

type MailAnswer = 'take' | 'later' | 'refuse' | 'hangUpAfterText';

export interface Certificate {
  key: string;
  cert: string;
}

/** One session of SMTP, as far as a letter needs it. */
function converse(socket: Socket, got: MailReceiver['got'], answer: () => MailAnswer): void {
  let said = '';
  let to = '';
  let raw: string | null = null;
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  const hear = (line: string): void => {
    const command = line.slice(0, 4).toUpperCase();
    if (command === 'EHLO') {
      say('250-mail.test');
      say('250 AUTH PLAIN');
    } else if (command === 'AUTH') {
      const [, , secret] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
        .toString()
        .split('\0');
      say(secret === 'right' ? '235 welcome' : '535 wrong password');
    } else if (command === 'MAIL') say('250 ok');
    else if (command === 'RCPT') {
      to = /<(.*)>/.exec(line)?.[1] ?? '';
      say(
        answer() === 'refuse'
          ? '550 no such mailbox'
          : answer() === 'later'
            ? '451 later'
            : '250 ok',
      );
    } else if (command === 'DATA') {
      raw = '';
      say('354 go on');
    } else say(command === 'QUIT' ? '221 bye' : '502 what');
  };
  say('220 mail.test');
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    for (;;) {
      if (raw !== null) {
        const end = said.indexOf('\r\n.\r\n');
        if (end < 0) return;
        got.push({ to, raw: said.slice(0, end) });
        said = said.slice(end + 5);
        raw = null;
        if (answer() === 'hangUpAfterText') return void socket.destroy();
        say('250 taken');
      }
      const end = said.indexOf('\r\n');
      if (end < 0) return;
      const line = said.slice(0, end);
      said = said.slice(end + 2);
      hear(line);
    }
  });
  socket.on('error', () => undefined);
}

/** A mail server on TLS from the first byte; the password is `right`. */
export async function mailReceiver(
  certificate: Certificate,
  answer: () => MailAnswer = () => 'take',
): Promise<MailReceiver> {
  const got: MailReceiver['got'] = [];
  const open = new Set<TLSSocket>();
  const server = createTlsServer(certificate, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    converse(socket, got, answer);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    got,
    stop: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
