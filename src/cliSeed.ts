/** Seeding by command: a large made-up ledger, and the demo district's life to the present. */
import { mkdirSync } from 'node:fs';
import { Refused } from './domain/refused.ts';
import { seedBase } from './server/baseSeed.ts';
import { demoDistrict, liveDemo } from './server/demoSeed.ts';
import type { House } from './server/house.ts';
import { seedIssues } from './server/seed/seedIssues.ts';
import { shareOf, simulationOf } from './server/simulated.ts';

export interface SeedCommand {
  issues: string;
  years: string;
  district: string;
}

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);
const tell = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** Stops at the end of what is being made when the person presses Ctrl-C. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      tell('正在停下，已写入的保留，再次运行同一命令即可继续……');
      stopping.abort();
    });
  return stopping.signal;
}

const durationText = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} 秒` : `${Math.ceil(seconds / 60)} 分钟`;

/** Says at most every two seconds how far it is and how long it still takes. */
function progressLine(): (share: number, events: number) => void {
  const began = performance.now();
  let saidAt = 0;
  let firstShare: number | undefined;
  return (share, events) => {
    firstShare ??= share;
    const seconds = (performance.now() - began) / 1000;
    if (seconds - saidAt < 2 && share < 1) return;
    saidAt = seconds;
    const speed = (share - firstShare) / Math.max(seconds, 0.1);
    const left = speed > 0 ? `，还需约 ${durationText((1 - share) / speed)}` : '';
    tell(
      `已完成 ${(share * 100).toFixed(1)}%，本次写入 ${events} 条留痕，每秒 ${Math.round(events / seconds)} 条${left}`,
    );
  };
}

function countOf(text: string, name: string, most: number): number {
  const count = Number(text);
  if (Number.isFinite(count) && count > 0 && count <= most) return count;
  throw new Refused(
    400,
    'badNumber',
    `${name}须为大于 0、不超过 ${most} 的数，现在是“${text.slice(0, 20)}”`,
  );
}

/** `seed`: fills a district of its own with a ledger of so many issues. */
export async function seedLedger(house: House, command: SeedCommand): Promise<void> {
  const { district } = command;
  if (!/^\d{6}$/.test(district))
    throw new Refused(400, 'badDistrict', '区代码须为 6 位数字，请改正');
  const issues = countOf(command.issues, '案件数', 20_000_000);
  const years = countOf(command.years, '年数', 10);
  await seedBase(house.tools);
  const photoDirectory = `${house.dataDir}/photos`;
  mkdirSync(photoDirectory, { recursive: true });
  const began = performance.now();
  const show = progressLine();
  const events = await seedIssues(house, {
    district,
    issues,
    years,
    photoDirectory,
    signal: stopSignal(),
    progress: (simulation, count) => show(shareOf(simulation), count),
  });
  const seconds = (performance.now() - began) / 1000;
  const made = await simulationOf(house.pool, district);
  const isComplete = made !== null && made.livedThrough >= made.wantedUntil;
  if (!isComplete) process.exitCode = 1;
  say(
    `${district}：${isComplete ? '已完成' : '已中断'}，共 ${made?.issueCount ?? 0} 件案件、${made?.eventCount ?? 0} 条留痕；本次写入 ${events} 条，${seconds.toFixed(0)} 秒，每秒 ${Math.round(events / seconds)} 条。`,
  );
}

/** `demo --until now`: the demo district lives on to the present. */
export async function continueDemo(house: House): Promise<void> {
  const { pool, tools, dataDir } = house;
  if (!(await simulationOf(pool, demoDistrict)))
    throw new Refused(
      409,
      'noDemo',
      '没有可以继续的演示区；用 npm start 启动程序会建立演示区（DEMO=small 只建手工部分）',
    );
  const show = progressLine();
  let count = 0;
  const events = await liveDemo(
    tools,
    {
      pool,
      photoDirectory: `${dataDir}/photos`,
      signal: stopSignal(),
      progress: (simulation) => show(shareOf(simulation), (count += 1)),
    },
    tools.now(),
  );
  say(`演示区 ${demoDistrict} 已延续到现在，新增 ${events} 条留痕。`);
}
