/** The least a Node server can do with the same requests: read the JSON, if any, answer as many bytes. `bytes port`. */
import { createServer } from 'node:http';

const [bytes, port] = process.argv.slice(2).map(Number);
const answer = JSON.stringify({ filler: 'x'.repeat(Math.max(0, (bytes ?? 0) - 200)) });

createServer((incoming, outgoing) => {
  const parts: Buffer[] = [];
  incoming.on('data', (part: Buffer) => parts.push(part));
  incoming.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString() || '{}') as { requestId?: string };
    outgoing.writeHead(200, {
      'content-type': 'application/json',
      'x-request-id': body.requestId ?? '',
      'content-length': answer.length,
    });
    outgoing.end(answer);
  });
}).listen(port, '127.0.0.1', () => process.stdout.write('ready\n'));
