/** The command `classify`: learns labels from texts, says them of other texts, and how well it does. */
import { statSync } from 'node:fs';
import { Option, type Command } from 'commander';
import type { Category } from './domain/category.ts';
import { categorySamples } from './domain/categoryWords.ts';
import { surest, train, usualTraining, type Sample, type Trained } from './domain/classifier.ts';
import { writeClassifier } from './domain/classifierFile.ts';
import {
  accuracyOf,
  byLabel,
  calibrationError,
  confusion,
  coverageTable,
  groupedFolds,
  macroF1,
  type Judged,
} from './domain/classifierMeasure.ts';
import { Refused } from './domain/refused.ts';
import { acceptedTexts } from './server/acceptedTexts.ts';
import { predictFile, readSamples, type TextColumns } from './server/adapters/labeledText.ts';
import { seedBase } from './server/baseSeed.ts';
import type { House } from './server/house.ts';

interface Shell {
  say(sentence: string): void;
  tell(sentence: string): void;
  pathOf(path: string): string;
  withHouse(work: (house: House) => Promise<void>): Promise<void>;
}

interface ClassifyOptions extends TextColumns {
  train?: string;
  district?: string;
  predict?: string;
  out?: string;
  folds?: string;
  seed: string;
}

/** More texts than this are thinned out evenly: they would teach little more and take long. */
const mostTexts = 50_000;
/** With this many labels for so few texts every gram counts. */
const fewTextsPerLabel = 100;

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

function wholeNumber(text: string, name: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Refused(
    400,
    'badNumber',
    `${name}须为 ${least} 到 ${most} 的整数，现在是“${text.slice(0, 20)}”`,
  );
}

/** Evenly spread samples, all when they are not too many. */
function thinned(samples: Sample[]): Sample[] {
  const step = Math.ceil(samples.length / mostTexts);
  return step <= 1 ? samples : samples.filter((_, n) => n % step === 0);
}

const trainingFor = (samples: readonly Sample[], seed: number) => {
  const labels = new Set(samples.map(({ label }) => label)).size;
  const isScarce = samples.length < labels * fewTextsPerLabel;
  return { seed, minTexts: isScarce ? 1 : usualTraining.minTexts };
};

const teach = (samples: readonly Sample[], seed: number): Trained =>
  train(samples, trainingFor(samples, seed));

const judge = ({ classifier }: Trained, samples: readonly Sample[]): Judged[] =>
  samples.map(({ text, label }) => ({ label, ...surest(classifier, text) }));

function sayCoverage({ say }: Shell, judged: readonly Judged[]): void {
  say('置信度不低于　覆盖率　　其中正确');
  for (const { threshold, coverage, accuracy } of coverageTable(judged))
    say(
      `　　${threshold.toFixed(2)}　　　${percent(coverage).padStart(6)}　　${percent(accuracy).padStart(6)}`,
    );
}

function sayLabels({ say }: Shell, judged: readonly Judged[]): void {
  const figures = byLabel(judged);
  for (const { label, count, precision, recall, f1 } of figures.slice(0, 20))
    say(
      `  ${label}：${count} 条，查准 ${percent(precision)}，查全 ${percent(recall)}，F1 ${f1.toFixed(4)}`,
    );
  if (figures.length > 20) say(`  …… 共 ${figures.length} 种标签`);
  const mistakes = confusion(judged).filter(({ label, predicted }) => label !== predicted);
  for (const { label, predicted, count } of mistakes.slice(0, 5))
    say(`  常见混淆：${label} 判为 ${predicted}，${count} 条`);
}

const summary = (judged: readonly Judged[]): string =>
  `宏平均 F1 ${macroF1(judged).toFixed(4)}，正确率 ${percent(accuracyOf(judged))}，置信度偏差 ${calibrationError(judged).toFixed(3)}`;

interface Measuring {
  folds: number;
  seed: number;
  /** Learned from in every fold and never judged. */
  always?: readonly Sample[];
}

/** Trains as often as there are folds, each time without one of them, and judges that one. */
function measureFolds(
  shell: Shell,
  samples: readonly Sample[],
  { folds, seed, always = [] }: Measuring,
): void {
  const { say } = shell;
  const means: number[] = [];
  const all = groupedFolds(samples, folds, seed).flatMap((fold, n) => {
    const isOut = new Set(fold);
    const began = performance.now();
    const trained = teach([...always, ...samples.filter((_, at) => !isOut.has(at))], seed);
    const seconds = (performance.now() - began) / 1000;
    const judged = judge(
      trained,
      fold.flatMap((at) => samples[at] ?? []),
    );
    means.push(macroF1(judged));
    say(`第 ${n + 1} 折：${judged.length} 条，${summary(judged)}，训练 ${seconds.toFixed(1)} 秒`);
    return judged;
  });
  const mean = means.reduce((a, b) => a + b, 0) / means.length;
  say(`${folds} 折平均：宏平均 F1 ${mean.toFixed(4)}（随机种子 ${seed}，同组不分开）`);
  sayLabels(shell, all);
  sayCoverage(shell, all);
}

function isSameFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a === b || (one !== undefined && one.ino === other?.ino && one.dev === other.dev);
}

/** Learns from the samples, and writes the rows of a file with what they are. */
async function predictRows(
  shell: Shell,
  samples: readonly Sample[],
  { predict, out, seed, ...columns }: ClassifyOptions & { predict: string; out: string },
): Promise<void> {
  const { say, pathOf } = shell;
  const began = performance.now();
  const trained = teach(samples, Number(seed));
  const { classifier } = trained;
  const trainedAt = performance.now();
  say(
    `已用 ${samples.length} 条文本训练 ${classifier.labels.length} 种标签，${((trainedAt - began) / 1000).toFixed(1)} 秒，分类器 ${(writeClassifier(classifier).length / 1e6).toFixed(2)} MB`,
  );
  say(
    `训练中留出的文本：${summary(trained.heldOut)}；建议低于 ${classifier.threshold.toFixed(2)} 时由人判断`,
  );
  const path = pathOf(predict);
  const { rows, judged } = await predictFile({ path, out: pathOf(out), columns, classifier });
  const perText = (performance.now() - trainedAt) / Math.max(rows, 1);
  say(`已判断 ${rows} 行，每行 ${perText.toFixed(2)} 毫秒，结果在 ${out}`);
  if (judged.length === 0) return;
  say(`其中 ${judged.length} 行自带标签：${summary(judged)}`);
  sayLabels(shell, judged);
  sayCoverage(shell, judged);
}

async function classifyFile(
  shell: Shell,
  options: ClassifyOptions & { train: string },
): Promise<void> {
  const { tell, pathOf } = shell;
  const { samples: all, skipped } = await readSamples(pathOf(options.train), options);
  if (skipped > 0) tell(`训练文件有 ${skipped} 行缺文本或标签，没有采用`);
  const samples = thinned(all);
  if (samples.length < all.length)
    tell(`训练文件有 ${all.length} 条，均匀取其中 ${samples.length} 条训练`);
  const { folds, predict, out } = options;
  if (folds !== undefined)
    measureFolds(shell, samples, {
      folds: wholeNumber(folds, '折数', 2, 20),
      seed: Number(options.seed),
    });
  if (predict !== undefined && out !== undefined)
    await predictRows(shell, samples, { ...options, predict, out });
}

/** How well the categories of a district are told: from the standard alone, and from what was decided. */
async function classifyDistrict(
  shell: Shell,
  { pool, tools }: House,
  { district = '', folds = '5', seed, predict, out, ...columns }: ClassifyOptions,
): Promise<void> {
  const { say } = shell;
  await seedBase(tools);
  const master = await tools.master.of(district);
  const categories: Category[] = master.categoriesAt(tools.now());
  const standard = categorySamples(categories);
  const accepted = await acceptedTexts(pool, district, mostTexts);
  say(
    `标准用语 ${standard.length} 条（${categories.length} 类），已受理来件 ${accepted.length} 条`,
  );
  if (accepted.length > 0) {
    say('一、只学标准用语，判断已受理来件：');
    const judged = judge(teach(standard, Number(seed)), accepted);
    say(summary(judged));
    sayCoverage(shell, judged);
    say('二、学标准用语和其余各折的已受理来件：');
    const measuring = { folds: wholeNumber(folds, '折数', 2, 20), seed: Number(seed) };
    measureFolds(shell, accepted, { ...measuring, always: standard });
  }
  if (predict !== undefined && out !== undefined)
    await predictRows(shell, [...standard, ...accepted], { ...columns, seed, predict, out });
}

/** What is wrong with the options taken together. */
function checkOptions({ pathOf }: Shell, options: ClassifyOptions): void {
  const { train: learned, district, predict, out, folds, seed } = options;
  const refuse = (message: string): never => {
    throw new Refused(400, 'badOptions', message);
  };
  wholeNumber(seed, '随机种子', 0, 2 ** 31);
  if ((learned === undefined) === (district === undefined))
    refuse('请用 --train 指明训练文件，或用 --district 指明区（只能选一个）');
  if ((predict === undefined) !== (out === undefined))
    refuse('--predict 和 --out 须一起写：要判断的文件，和结果写到哪里');
  if (learned !== undefined && predict === undefined && folds === undefined)
    refuse('请用 --predict 和 --out 判断一个文件，或用 --folds 5 看看分得准不准');
  for (const input of [learned, predict])
    if (out !== undefined && input !== undefined && isSameFile(pathOf(out), pathOf(input)))
      refuse('结果文件不能就是训练文件或要判断的文件，请用 --out 另外指定');
}

async function classify(shell: Shell, options: ClassifyOptions): Promise<void> {
  checkOptions(shell, options);
  const { train: learned } = options;
  if (learned !== undefined) return classifyFile(shell, { ...options, train: learned });
  await shell.withHouse((house) => classifyDistrict(shell, house, options));
}

/** Adds `classify` to the program. */
export function addClassify(program: Command, shell: Shell): void {
  program
    .command('classify')
    .description('分类：从带标签的文本学习，判断另一些文本；或量一量分得准不准')
    .option(
      '--train <file>',
      '训练文件（CSV：text,label；没有 text 时用 text_raw，再没有用 text_seg）',
    )
    .option('--predict <file>', '要判断的文件（CSV：text；其他列原样保留）')
    .option('--out <file>', '结果文件：原来的行加 predicted,confidence')
    .option('--folds <count>', '把训练文件分成几折，轮流留一折来量')
    .option('--group <column>', '近似重复的行在这一列相同，分折时不分开', 'dup_group')
    .option('--text <column>', '文本列', 'text')
    .option('--label <column>', '标签列', 'label')
    .addOption(new Option('--seed <number>', '随机种子').default(String(usualTraining.seed)))
    .option('--district <code>', '不用训练文件，学这个区的类别标准和已受理来件')
    .action((options: ClassifyOptions) => classify(shell, options));
}
