/**
 * The command line: `npm run cli -- <command>`. It opens the house beside a running program or alone,
 * does one thing and closes it. Exit code 0: done; 1: it could not be done; 2: done, with refused rows.
 */
import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command, CommanderError, Option } from 'commander';
import { addClassify } from './cliClassify.ts';
import { addDistrictCommands } from './cliDistrict.ts';
import { addOperation } from './cliOperation.ts';
import { baseDistrict } from './domain/nouns.ts';
import { Refused } from './domain/refused.ts';
import { accountsOn } from './server/accounts.ts';
import {
  createAdministrator,
  registerSender,
  resetPassword,
  senderIn,
} from './server/adapters/firstRecords.ts';
import { loadReports, type LoadSummary } from './server/adapters/reportFile.ts';
import { readMap, type ReportMap } from './server/adapters/reportMap.ts';
import { seedBase } from './server/baseSeed.ts';
import { rebuild } from './server/derive.ts';
import { openHouse, type House } from './server/house.ts';
import { continueDemo, seedLedger, type SeedCommand } from './cliSeed.ts';
import { seedDistrict } from './server/seed/seedIssues.ts';
import { sealAll, verifySeals, type Verified } from './server/sealer.ts';
import { newPassword } from './server/setup.ts';
import { explainStartError } from './server/startRefusal.ts';

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);
const tell = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** Paths are meant from where the person stands, also through `npm run`. */
const pathOf = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);

/** `mayJoin` false: only alone, with no program running on the data. */
async function withHouse(
  work: (house: House) => Promise<void>,
  mayJoin = true,
  statementTimeout?: number,
): Promise<void> {
  const options = { env: process.env, log: tell, mayJoin, max: 4, statementTimeout };
  const house = await openHouse(options);
  try {
    await work(house);
  } finally {
    await house.close();
  }
}

/** The district named, or the only one there is. Throws when it is unknown or must be named. */
async function districtOf({ pool }: House, named: string | undefined): Promise<string> {
  const { rows } = await pool.query<{ code: string; name: string }>(
    `select code, name from area where level = 'district' and status = 'active' order by code`,
  );
  const list = rows.map(({ code, name }) => `${code} ${name}`).join('、') || '还没有任何区';
  if (named !== undefined) {
    if (rows.some(({ code }) => code === named)) return named;
    throw new Refused(400, 'noDistrict', `没有代码为 ${named} 的区；现有：${list}`);
  }
  const [only] = rows;
  if (only && rows.length === 1) return only.code;
  throw new Refused(400, 'noDistrict', `请用 --district 指明是哪个区；现有：${list}`);
}

const verdictOf = ({ district, sealed, unsealed, firstBad }: Verified): string => {
  const name = district === baseDistrict ? `${district}（基础标准）` : district;
  const tail = unsealed > 0 ? `，另有 ${unsealed} 条尚未封存` : '';
  return firstBad
    ? `${name}：不通过。第 ${firstBad.number} 号（事件 ${firstBad.eventId}）：${firstBad.why}`
    : `${name}：通过。已封存 ${sealed} 条${tail}`;
};

async function verify({ pool }: House): Promise<void> {
  const results = await verifySeals(pool);
  if (results.length === 0) say('还没有任何事件。');
  for (const result of results) say(verdictOf(result));
  if (results.some(({ firstBad }) => firstBad)) process.exitCode = 1;
}

async function rebuildAll({ pool }: House, named: string | undefined): Promise<void> {
  const { rows } = await pool.query<{ district: string }>(
    `select distinct district from seal order by district`,
  );
  const known = rows.map(({ district }) => district);
  if (named !== undefined && !known.includes(named)) {
    throw new Refused(400, 'noDistrict', `区 ${named} 没有已封存的事件，无需重建`);
  }
  for (const district of named === undefined ? known : [named]) {
    await rebuild(pool, district);
    say(`${district}：派生表已重建。`);
  }
}

/** A bar on a terminal, a line every tenth elsewhere. */
function progressShown(): { show(done: number, total: number): void; end(): void } {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({
      format: '载入 [{bar}] {percentage}% {value}/{total} 行，还需 {eta_formatted}',
      hideCursor: true,
    });
    let isStarted = false;
    return {
      show: (done, total) => {
        if (!isStarted) bar.start(total, 0);
        isStarted = true;
        bar.update(done);
      },
      end: () => bar.stop(),
    };
  }
  let tenth = 0;
  return {
    show: (done, total) => {
      const now = Math.floor((done * 10) / Math.max(total, 1));
      if (now > tenth) tell(`已处理 ${done}/${total} 行`);
      tenth = now;
    },
    end: () => undefined,
  };
}

function reportSummary(
  summary: LoadSummary,
  { isDryRun, seconds, refusedFile }: { isDryRun: boolean; seconds: number; refusedFile: string },
): void {
  for (const note of summary.notes) say(note);
  const speed = Math.round(summary.rows / Math.max(seconds, 0.001));
  say(
    `${isDryRun ? '试运行，没有写入：将载入' : '载入'} ${summary.loaded} 行，已有 ${summary.known} 行，拒绝 ${summary.refused} 行（共 ${summary.rows} 行，${seconds.toFixed(1)} 秒，每秒 ${speed} 行）`,
  );
  for (const { reason, count, examples } of summary.reasons) {
    say(
      `  ${count} 行：${reason}。第 ${examples.join('、')}${count > examples.length ? ' …' : ''} 行`,
    );
  }
  if (summary.refused > 0) {
    process.exitCode = 2;
    if (!isDryRun) say(`被拒绝的行和原因见 ${refusedFile}，改正后可以直接再载入原文件。`);
  }
  if (summary.isStopped) {
    process.exitCode = 1;
    say('已中断；再次运行同一命令即可接着载入，不会重复。');
  }
}

interface LoadOptions {
  map: string;
  district?: string;
  dryRun?: boolean;
  historic?: boolean;
  registerSender?: string;
  refused?: string;
}

async function prepareSender(
  house: House,
  district: string,
  map: ReportMap,
  options: LoadOptions,
): Promise<void> {
  const { senders } = await house.tools.master.of(district);
  const sender = senders.get(map.sender);
  if (sender?.status === 'active') return;
  if (sender)
    throw new Refused(409, 'noSender', `来源单位“${map.sender}”已停用，请改用其他来源单位代码`);
  if (options.registerSender === undefined) {
    throw new Refused(
      409,
      'noSender',
      `来源单位“${map.sender}”没有登记。请在同一命令后加上 --register-sender 名称 登记它`,
    );
  }
  if (options.dryRun) {
    senders.set(
      map.sender,
      senderIn(district, { code: map.sender, name: options.registerSender, map }),
    );
    return say(`将登记来源单位 ${map.sender} ${options.registerSender}`);
  }
  await registerSender(house.tools, district, {
    code: map.sender,
    name: options.registerSender,
    map,
  });
  say(`已登记来源单位 ${map.sender} ${options.registerSender}`);
}

async function load(house: House, file: string, options: LoadOptions): Promise<void> {
  const isDryRun = options.dryRun ?? false;
  if (!isDryRun) await seedBase(house.tools);
  const map = readMap(pathOf(options.map));
  const district = await districtOf(house, options.district);
  await prepareSender(house, district, map, options);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const progress = progressShown();
  const refusedFile = pathOf(options.refused ?? `${file}.refused.csv`);
  const began = performance.now();
  const summary = await loadReports({
    tools: house.tools,
    pool: house.pool,
    district,
    file: pathOf(file),
    map,
    isHistoric: options.historic ?? false,
    isDryRun,
    refusedFile,
    onProgress: progress.show,
    signal: stop.signal,
  }).finally(progress.end);
  if (!isDryRun) await sealAll(house.pool);
  reportSummary(summary, { isDryRun, seconds: (performance.now() - began) / 1000, refusedFile });
}

interface AdminOptions {
  role: string;
  login: string;
  name: string;
  district: string;
  districtName?: string;
}

async function createAdmin(house: House, options: AdminOptions): Promise<void> {
  await seedBase(house.tools);
  const password = newPassword();
  const { setPassword } = accountsOn(house.pool, house.tools);
  await createAdministrator(house.tools, options, (personId) =>
    setPassword(personId, password, true),
  );
  await sealAll(house.pool);
  say(
    `已建立${options.name}的账号。登录名：${options.login}，初始密码：${password}（只显示这一次，首次登录须更改）`,
  );
}

async function resetAdmin(house: House, { login }: { login: string }): Promise<void> {
  const password = newPassword();
  const accounts = accountsOn(house.pool, house.tools);
  const personId = await resetPassword(house.tools, house.pool, login);
  await accounts.setPassword(personId, password, true);
  await accounts.totp.clear(personId);
  await accounts.endAll(personId);
  await sealAll(house.pool);
  say(`登录名 ${login} 的新密码：${password}（只显示这一次，登录后须更改）`);
}

function build(): Command {
  const program = new Command('civicloop').description('CivicLoop 创城闭环 命令行');
  program
    .command('verify')
    .description('逐条复核封存链，发现改动即报出第一处')
    .action(() => withHouse(verify));
  program
    .command('rebuild')
    .description('按封存顺序重建派生表')
    .option('--district <code>', '区代码，不写则全部')
    .action((options: { district?: string }) =>
      withHouse((house) => rebuildAll(house, options.district)),
    );
  program
    .command('load')
    .description('批量载入')
    .command('reports <file>')
    .description('载入来件（CSV，UTF-8 或 GB18030）')
    .requiredOption('--map <file>', '列对照表（JSON）')
    .option('--district <code>', '区代码')
    .option('--dry-run', '只判断，不写入')
    .option('--historic', '历史数据：保留原始时间，不启动时限')
    .option('--register-sender <name>', '来源单位没有登记时，以此名称登记')
    .option('--refused <file>', '被拒绝的行写到哪里，默认在文件旁')
    .action((file: string, options: LoadOptions) =>
      withHouse((house) => load(house, file, options)),
    );
  addDistrictCommands(program, { say, tell, pathOf, withHouse });
  addOperation(program, { say, tell, pathOf, withHouse });
  addClassify(program, { say, tell, pathOf, withHouse });
  program
    .command('seed')
    .description('在自己的演示区生成大量模拟台账；可中断后继续')
    .requiredOption('--issues <count>', '案件数，约数')
    .option('--years <count>', '跨多少年，到现在为止', '2')
    .option('--district <code>', '区代码：新的、演示的或还没有来件的', seedDistrict)
    .action((options: SeedCommand) =>
      withHouse((house) => seedLedger(house, options), true, 600_000),
    );
  program
    .command('demo')
    .description('演示区')
    .addOption(new Option('--until <moment>', '延续到何时').choices(['now']).makeOptionMandatory())
    .action(() => withHouse(continueDemo, true, 60_000));
  const admin = program.command('admin').description('管理员');
  admin
    .command('reset')
    .description('重置密码并停用动态验证码；管理员之间不能互相重置密码')
    .requiredOption('--login <login>', '登录名')
    .action((options: { login: string }) => withHouse((house) => resetAdmin(house, options)));
  admin
    .command('create')
    .description('在没有该管理员的区建立第一个账号')
    .addOption(
      new Option('--role <role>', '系统、安全、审计管理员须是三个人')
        .choices(['systemAdmin', 'securityAdmin', 'auditAdmin'])
        .default('securityAdmin'),
    )
    .requiredOption('--login <login>', '登录名')
    .requiredOption('--name <name>', '姓名')
    .requiredOption('--district <code>', '6 位区代码')
    .option('--district-name <name>', '区还不存在时，以此名称建立')
    .action((options: AdminOptions) => withHouse((house) => createAdmin(house, options)));
  return program;
}

const usageProblems: Record<string, string> = {
  'commander.missingMandatoryOptionValue': '缺少必须的选项',
  'commander.missingArgument': '缺少参数',
  'commander.optionMissingArgument': '选项后面缺少内容',
  'commander.unknownOption': '没有这个选项',
  'commander.unknownCommand': '没有这个命令',
  'commander.excessArguments': '参数太多',
  'commander.invalidArgument': '选项的值不对',
};

function explain(error: unknown): string {
  if (error instanceof CommanderError) {
    const what = /'([^']+)'/.exec(error.message)?.[1];
    return `${usageProblems[error.code] ?? error.message}${what ? `：${what}` : ''}。用 --help 查看用法。`;
  }
  if (error instanceof Refused) {
    const fields = error.details?.fields as { message: string }[] | undefined;
    return fields ? fields.map(({ message }) => message).join('；') : error.message;
  }
  const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl } = process.env;
  const explained = explainStartError(error, { dataDir, databaseUrl });
  return (
    explained?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))
  );
}

async function main(): Promise<void> {
  const program = build();
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({ outputError: () => undefined });
    command.commands.forEach(quiet);
  };
  quiet(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    if (error instanceof CommanderError && error.code === 'commander.help') {
      process.exitCode = 1;
      return;
    }
    tell(explain(error));
    process.exitCode = 1;
  }
}

await main();
