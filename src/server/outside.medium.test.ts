/** The one door to outside addresses: what it refuses, and that it holds to time and size. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { callOutside, isPublic, OutsideFailed, type OutsideCall } from './outside.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const here = [{ host: '127.0.0.0/8', port: null }];

const call = (url: string, more: Partial<OutsideCall> = {}) =>
  callOutside({ url, method: 'POST', timeoutMs: 2_000, maxBytes: 1_000, allowed: here, ...more });

async function faultOf(doing: Promise<unknown>): Promise<string> {
  const error: unknown = await doing.then(
    () => new Error('was answered'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OutsideFailed)) throw error;
  expect(error.message).toMatch(/\p{Script=Han}/u);
  return error.fault;
}

describe('what may be called', () => {
  it.each([
    ['8.8.8.8', true],
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.31.0.1', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['2606:4700::1', true],
    ['::', false],
    ['::1', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['ff02::1', false],
    ['::ffff:127.0.0.1', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['not an address', false],
  ])('%s: %s', (address, isFine) => {
    expect(isPublic(address)).toBe(isFine);
  });

  it.each([
    'http://127.0.0.1:9/',
    'http://localhost:9/',
    'http://0x7f.1:9/',
    'http://2130706433:9/',
    'http://[::1]:9/',
    'http://[::ffff:127.0.0.1]:9/',
    'http://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/',
  ])('refuses %s without an entry in the list', async (url) => {
    expect(await faultOf(call(url, { allowed: [] }))).toBe('notAllowed');
  });

  it('takes an entry by name, by address, by range, and only with its port', async () => {
    const url = await serving((_request, response) => response.end('ok'));
    const { port } = new URL(url);
    const named = url.replace('127.0.0.1', 'localhost');
    for (const [address, host] of [
      [url, '127.0.0.1'],
      [url, '127.0.0.0/24'],
      [named, 'localhost'],
      [named, '127.0.0.1'],
    ] as const) {
      expect((await call(address, { allowed: [{ host, port: Number(port) }] })).status).toBe(200);
      expect(await faultOf(call(address, { allowed: [{ host, port: 1 }] }))).toBe('notAllowed');
    }
    expect(await faultOf(call(named, { allowed: [{ host: 'local', port: null }] }))).toBe(
      'notAllowed',
    );
  });

  it.each([
    'ftp://a.cn/',
    'file:///etc/passwd',
    'http://a:b@a.cn/',
    'a.cn',
    `http://a/${'a'.repeat(2000)}`,
  ])('refuses the address %s', async (url) => {
    expect(await faultOf(call(url))).toBe('badAddress');
  });
});

describe('a call', () => {
  it('brings method, headers and body, and gives the answer back', async () => {
    const url = await serving((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        response.writeHead(418, {
          'x-said': `${request.method} ${String(request.headers['x-a'])}`,
        });
        response.end(Buffer.concat(parts));
      });
    });
    const answer = await call(`${url}path`, { headers: { 'x-a': '1' }, body: '你好' });
    expect(answer.status).toBe(418);
    expect(answer.headers['x-said']).toBe('POST 1');
    expect(answer.body.toString()).toBe('你好');
  });

  it('does not follow a redirect', async () => {
    let asked = 0;
    const url = await serving((_request, response) => {
      asked += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await call(url)).status).toBe(302);
    expect(asked).toBe(1);
  });

  it('ends when nobody answers, when the answer stops half-way, and when it is stopped', async () => {
    const silent = await serving(() => undefined);
    const halting = await serving((_request, response) => void response.write('a'));
    for (const url of [silent, halting])
      expect(await faultOf(call(url, { timeoutMs: 100 }))).toBe('timeOut');
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 50);
    expect(await faultOf(call(silent, { signal: stopping.signal }))).toBe('stopped');
    expect(await faultOf(call(silent, { signal: stopping.signal }))).toBe('stopped');
  });

  it('cuts off an answer that is too long, and reads on connections after it', async () => {
    const url = await serving((_request, response) => response.end('x'.repeat(100_000)));
    expect(await faultOf(call(url))).toBe('tooLarge');
    expect((await call(url, { maxBytes: 100_000 })).body.length).toBe(100_000);
  });

  it('says so when nobody listens, when the name is unknown, and when the other side hangs up', async () => {
    const rude = await serving((request) => request.socket.destroy());
    expect(await faultOf(call(rude))).toBe('unreachable');
    expect(await faultOf(call('http://127.0.0.1:1/'))).toBe('unreachable');
    expect(await faultOf(call('http://nobody.invalid/'))).toBe('unknownName');
  });

  it('goes on when a connection that was kept open has been shut', async () => {
    const url = await serving((_request, response) => response.end('ok'));
    expect((await call(url)).status).toBe(200);
    open[0]?.closeAllConnections();
    expect((await call(url)).status).toBe(200);
  });
});
