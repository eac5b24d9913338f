/** Commands about districts: setting up, removing a demo district, the word that opens the setup page. */
import { createInterface } from 'node:readline/promises';
import pg from 'pg';
import type { Command } from 'commander';
import { Refused } from './domain/refused.ts';
import { DistrictCode, type SetupCounts } from './domain/setup.ts';
import { readAreas, type LineProblem } from './domain/setupAreas.ts';
import { readUnits, usualUnits } from './domain/setupUnits.ts';
import { accountsOn } from './server/accounts.ts';
import { readList } from './server/adapters/setupFile.ts';
import { seedBase } from './server/baseSeed.ts';
import { idFrom } from './server/idFrom.ts';
import type { House } from './server/house.ts';
import { removeOpenData } from './server/openData.ts';
import { removeDistrict } from './server/removeDistrict.ts';
import { sealAll } from './server/sealer.ts';
import {
  applySetup,
  isEmptyInstallation,
  parseDraft,
  previewSetup,
  programFounder,
  setupToken,
} from './server/setup.ts';

interface Shell {
  say(sentence: string): void;
  tell(sentence: string): void;
  pathOf(path: string): string;
  withHouse(work: (house: House) => Promise<void>, mayJoin?: boolean): Promise<void>;
}

interface AddOptions {
  code: string;
  name?: string;
  areas: string[];
  units?: string;
  offices: boolean;
  admin: string;
  security: string;
  audit?: string;
  dryRun?: boolean;
}

const shownProblems = 20;

/** Throws with the first problems of a file, line by line. */
function refuseLines(what: string, problems: readonly LineProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems
    .slice(0, shownProblems)
    .map(({ line, message }) => (line > 0 ? `  第 ${line} 行：${message}` : `  ${message}`));
  const more = problems.length > shownProblems ? [`  …… 共 ${problems.length} 处`] : [];
  throw new Refused(400, 'badList', [`${what}有问题，没有写入：`, ...lines, ...more].join('\n'));
}

/** `LOGIN` or `LOGIN:姓名`. */
function personOf(given: string, usual: string): { login: string; name: string } {
  const [login = '', name] = given.split(/[:：]/);
  return { login, name: name?.trim() || usual };
}

const countWords = (counts: SetupCounts): string =>
  [
    `街道乡镇 ${counts.subdistricts} 个`,
    `社区村 ${counts.communities} 个`,
    ...(counts.cells > 0 ? [`单元网格 ${counts.cells} 个`] : []),
    `属地单位 ${counts.offices} 个`,
    `部门 ${counts.units} 个（职责词 ${counts.dutyRoles} 个）`,
    `管理员 ${counts.persons} 人`,
  ].join('，');

async function draftOf(shell: Shell, options: AddOptions) {
  const { code } = options;
  const texts = await Promise.all(options.areas.map((path) => readList(shell.pathOf(path))));
  const read = readAreas(texts, code);
  refuseLines('区域清单', read.problems);
  for (const note of read.notes) shell.say(note);
  const listed = options.units ? readUnits(await readList(shell.pathOf(options.units))) : undefined;
  refuseLines('单位清单', listed?.problems ?? []);
  const name = options.name ?? read.districtName;
  if (!name) throw new Refused(400, 'noName', '请用 --name 写明区的名称，例如 --name 怀柔区');
  const draft = parseDraft({
    id: idFrom(`district add ${code}`),
    code,
    name,
    areas: read.areas,
    hasOffices: options.offices,
    units: listed?.units ?? usualUnits,
    systemAdmin: personOf(options.admin, `${name}系统管理员`),
    securityAdmin: personOf(options.security, `${name}安全管理员`),
    auditAdmin: options.audit ? personOf(options.audit, `${name}审计管理员`) : null,
  });
  return draft;
}

/** The name of a district that is there, or nothing. */
async function nameOf({ pool }: House, code: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ name: string }>(
    `select name from area where district = $1 and code = $1`,
    [code],
  );
  return rows[0]?.name;
}

async function add(shell: Shell, house: House, options: AddOptions): Promise<void> {
  const { say } = shell;
  const code = DistrictCode.safeParse(options.code);
  if (!code.success) throw new Refused(400, 'badCode', code.error.issues[0]?.message ?? '');
  const there = await nameOf(house, options.code);
  if (there !== undefined) {
    say(
      `区 ${options.code} ${there}已经建立，没有改动。初始密码遗失时用 admin reset --login 登录名。`,
    );
    return;
  }
  const began = performance.now();
  const draft = await draftOf(shell, options);
  if (!options.dryRun) await seedBase(house.tools);
  const { setPassword } = accountsOn(house.pool, house.tools);
  const deps = { tools: house.tools, pool: house.pool, setPassword };
  const { counts, problems } = await previewSetup(deps, draft);
  say(`${draft.code} ${draft.name}：${countWords(counts)}。`);
  refuseLines(
    '草稿',
    problems.map(({ message }) => ({ line: 0, message })),
  );
  if (options.dryRun) return say('试运行，没有写入。去掉 --dry-run 即可建立。');
  const result = await applySetup(deps, draft, programFounder);
  await sealAll(house.pool);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(
    `已建立，办理 ${result.actions} 项，用时 ${seconds} 秒。初始密码只显示这一次，首次登录须更改：`,
  );
  for (const { role, name, login, password } of result.accounts)
    say(`  ${role} ${name}　登录名：${login}　初始密码：${password ?? '（已登录过，不变）'}`);
}

async function confirmed(code: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Refused(400, 'notConfirmed', '没有终端可以确认，请加上 --yes 再运行');
  const line = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (
      (
        await line.question(`将删除演示区 ${code} 的全部数据，不可恢复。请输入区代码确认：`)
      ).trim() === code
    );
  } finally {
    line.close();
  }
}

/** Where photos lie: the folder of new ones, and the archive of closed years when there is one. */
const photoFolders = (dataDir: string): string[] => [
  `${dataDir}/photos`,
  ...(process.env.PHOTO_ARCHIVE_DIR ? [process.env.PHOTO_ARCHIVE_DIR] : []),
];

async function remove({ say }: Shell, house: House, code: string, isSure: boolean): Promise<void> {
  if (!isSure && !(await confirmed(code))) return say('代码不符，没有删除。');
  // The connection logs in as the owner; without the switch to the application's role it stays so.
  const owner = new pg.Client({ ...house.connection, options: '-c TimeZone=UTC' });
  await owner.connect();
  try {
    const { rows, persons, photos } = await removeDistrict(
      owner,
      code,
      photoFolders(house.dataDir),
    );
    await removeOpenData(`${house.dataDir}/open-data`, code);
    const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
    say(
      `演示区 ${code} 已删除：${total} 行，人员 ${persons} 人，照片 ${photos} 张。不会再自动建立，需要时用 DEMO=1 启动。`,
    );
    for (const [table, count] of Object.entries(rows)) say(`  ${table}：${count} 行`);
  } finally {
    await owner.end();
  }
}

async function showToken({ say }: Shell, house: House): Promise<void> {
  if (!(await isEmptyInstallation(house.pool)))
    throw new Refused(
      409,
      'hasDistrict',
      '已经有正式的区，请由其系统管理员登录后在“建立新的区”页面办理',
    );
  say(`建区口令：${setupToken(house.tools)}（在 /setup 页面填写；建立第一个区后失效）`);
}

/** Adds the commands to the program. */
export function addDistrictCommands(program: Command, shell: Shell): void {
  const { withHouse } = shell;
  const district = program.command('district').description('区：建立新的区，删除演示区');
  district
    .command('add')
    .description('建立新的区：区域、单位、三员；要么全部建成，要么什么都不写')
    .requiredOption('--code <code>', '6 位区代码（GB/T 2260）')
    .option('--name <name>', '区的名称，清单里有的可以不写')
    .requiredOption('--areas <files...>', '区域清单：CSV（code,name）、GeoJSON 或文本，可以多个')
    .option('--units <file>', '部门清单，不写则用常见的委办局')
    .option('--no-offices', '不按街道和社区建立属地单位')
    .requiredOption('--admin <login>', '系统管理员，登录名或 登录名:姓名')
    .requiredOption('--security <login>', '安全管理员，须是另一个人')
    .option('--audit <login>', '审计管理员，可以以后任命')
    .option('--dry-run', '只检查和预览，不写入')
    .action((options: AddOptions) => withHouse((house) => add(shell, house, options)));
  district
    .command('remove <code>')
    .description('删除演示区的全部数据（只限演示区，须先停止程序）')
    .option('--yes', '不再询问')
    .action((code: string, options: { yes?: boolean }) =>
      withHouse((house) => remove(shell, house, code, options.yes ?? false), false),
    );
  program
    .command('setup-token')
    .description('显示建区口令（还没有正式的区时）')
    .action(() => withHouse((house) => showToken(shell, house)));
}
