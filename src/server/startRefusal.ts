import type { ClientBase, Pool } from 'pg';

/**
 * A start that cannot go on, for a reason a person can act on. `main.ts` prints only `message`
 * (Simplified Chinese, says what to do, never a password) and exits with code 1.
 */
export class StartRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartRefused';
  }
}

/** What the start was trying to use; it makes the sentences precise. */
export interface StartContext {
  port?: number;
  dataDir?: string;
  databaseUrl?: string;
}

export const OLDEST_POSTGRES = 15;

/**
 * Refuses a database this program cannot run on: older than PostgreSQL 15 (the SQL floor of the
 * stack) or with an encoding other than UTF-8. Call it once after the first connection.
 */
export async function checkDatabase(database: ClientBase | Pool): Promise<void> {
  const { rows } = await database.query<{ version: string; encoding: string }>(
    `select current_setting('server_version_num') as version,
            current_setting('server_encoding') as encoding`,
  );
  const [server] = rows;
  if (server) refuseServer(Number(server.version), server.encoding);
}

/** The rule behind `checkDatabase`; `version` is `server_version_num`, such as 150004. */
export function refuseServer(version: number, encoding: string): void {
  const major = Math.floor(version / 10_000);
  if (major < OLDEST_POSTGRES) {
    throw new StartRefused(
      `数据库是 PostgreSQL ${major}，本系统需要 ${OLDEST_POSTGRES} 或更高版本。请升级数据库后再启动。`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new StartRefused(
      `数据库的编码是 ${encoding}，本系统需要 UTF8。请用 CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 新建数据库后再启动。`,
    );
  }
}

/** Refuses a `DATABASE_URL` that is not an address of a PostgreSQL database. */
export function checkDatabaseUrl(databaseUrl: string): void {
  const address = parseUrl(databaseUrl);
  if (!address || !/^postgres(ql)?:$/.test(address.protocol)) {
    throw new StartRefused(
      'DATABASE_URL 的写法不对。正确的写法是 postgres://用户:密码@主机:5432/数据库名，密码里的特殊字符要用百分号编码。',
    );
  }
}

/**
 * Turns an error of the start into a sentence for the operator, or `undefined` when it is a bug
 * (then print it as a bug). Knows the codes of Node and of PostgreSQL.
 */
export function explainStartError(
  error: unknown,
  context: StartContext = {},
): StartRefused | undefined {
  if (error instanceof StartRefused) return error;
  const fault = faultOf(error);
  const sentence =
    portSentence(fault, context) ??
    databaseSentence(fault, context) ??
    directorySentence(fault, context);
  return sentence === undefined ? undefined : new StartRefused(sentence, { cause: error });
}

interface Fault {
  code: string;
  syscall: string;
  message: string;
  path: string;
}

function faultOf(error: unknown): Fault {
  const text = (key: string): string => {
    const value: unknown = error instanceof Error ? Reflect.get(error, key) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return {
    code: text('code'),
    syscall: text('syscall'),
    message: text('message'),
    path: text('path'),
  };
}

function portSentence(fault: Fault, { port }: StartContext): string | undefined {
  const name = port === undefined ? '要用的端口' : `端口 ${port} `;
  if (fault.code === 'EADDRINUSE') {
    return `${name}已被别的程序占用。请先停掉那个程序，或者用 PORT=其他端口 再启动。`;
  }
  if (fault.code === 'EACCES' && fault.syscall === 'listen') {
    return `没有权限使用${name}。请用 PORT=8080 这样大于 1023 的端口再启动。`;
  }
  if (fault.code === 'EADDRNOTAVAIL' && fault.syscall === 'listen') {
    return '本机没有 HOST 写的那个地址。请改正 HOST 后再启动。';
  }
  return undefined;
}

function databaseSentence(fault: Fault, { databaseUrl }: StartContext): string | undefined {
  const address = databaseUrl === undefined ? undefined : parseUrl(databaseUrl);
  const host = address ? `${address.hostname || '本机'}:${address.port || '5432'}` : '数据库主机';
  const user = address?.username ? `用户 ${decode(address.username)} ` : '数据库用户';
  const database = address ? `“${decode(address.pathname.slice(1))}”` : '';
  switch (fault.code) {
    case 'ERR_INVALID_URL':
      return 'DATABASE_URL 的写法不对。正确的写法是 postgres://用户:密码@主机:5432/数据库名。';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `找不到数据库主机 ${host}。请检查 DATABASE_URL 里的主机名和本机的网络。`;
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ECONNRESET':
      return `连不上数据库 ${host}。请检查数据库是否已启动，DATABASE_URL 里的主机和端口是否正确。`;
    case '28P01':
    case '28000':
      return `数据库拒绝了${user}的登录。请检查 DATABASE_URL 里的用户名和密码。`;
    case '3D000':
      return `数据库${database}不存在。请先建好它（编码 UTF8），或者改正 DATABASE_URL。`;
    case '42501':
      return `${user}在数据库里的权限不够。请让它成为数据库${database}的所有者。`;
    case '53300':
      return '数据库的连接数已满。请停掉不用的连接，或者调大 max_connections 后再启动。';
    case '57P03':
      return '数据库正在启动或关闭。请过一会儿再启动本系统。';
    case '53100':
      return DISK_FULL;
    default:
      return connectionSentence(fault.message, host, user);
  }
}

/** `pg` gives these no code. */
function connectionSentence(message: string, host: string, user: string): string | undefined {
  if (/password must be a string/.test(message)) {
    return `数据库要求${user}的密码，但 DATABASE_URL 里没有写。请补上密码。`;
  }
  if (/does not support SSL/.test(message)) {
    return `数据库 ${host} 不支持加密连接。请在数据库上开启 SSL，或者去掉 DATABASE_URL 里的 sslmode。`;
  }
  if (/timeout expired|Connection terminated/.test(message)) {
    return `连不上数据库 ${host}。请检查数据库是否已启动，DATABASE_URL 里的主机和端口是否正确。`;
  }
  return undefined;
}

const DISK_FULL =
  '磁盘已满，无法启动。请清理磁盘，留出至少 1 GB 空间后再启动；已有的数据没有受损。';

function directorySentence(fault: Fault, { dataDir }: StartContext): string | undefined {
  if (fault.code === 'ENOSPC' || fault.code === 'EDQUOT') return DISK_FULL;
  if (dataDir !== undefined && !fault.path.startsWith(dataDir)) return undefined;
  const place = dataDir ?? fault.path;
  const notMade = fault.code === 'ENOENT' && fault.syscall === 'mkdir';
  if (notMade || ['EACCES', 'EPERM', 'EROFS'].includes(fault.code)) {
    return `数据目录 ${place} 不可写。请修改它的权限，或者用 DATA_DIR=另一个目录 再启动。`;
  }
  if (['ENOTDIR', 'EEXIST'].includes(fault.code)) {
    return `数据目录 ${place} 不是目录。请用 DATA_DIR=另一个目录 再启动。`;
  }
  return undefined;
}

/**
 * Explains the end of the embedded server's (or initdb's) output. Always an answer: the last
 * line is quoted when it is not a known one.
 */
export function explainServerOutput(output: string, logFile: string): StartRefused {
  if (/No space left on device|Disk quota exceeded/.test(output))
    return new StartRefused(DISK_FULL);
  const library = /error while loading shared libraries: (\S+):/.exec(output)?.[1];
  if (library) {
    return new StartRefused(
      `内置数据库缺少系统库 ${library}。请安装它（Debian：apt-get install libstdc++6 libgcc-s1），或者用 DATABASE_URL 指定一个 PostgreSQL。`,
    );
  }
  if (/lock file "postmaster.pid" already exists/.test(output)) {
    return new StartRefused('另一个数据库进程正在使用这个数据目录。请先停掉它，再启动。');
  }
  if (
    /not compatible with this version|newer server version|incompatible with server/.test(output)
  ) {
    return new StartRefused('数据目录是别的版本的数据库写的。请用当初的版本启动。');
  }
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  return new StartRefused(`内置数据库没有启动。原因见 ${logFile}，最后一行是：${last}`);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
