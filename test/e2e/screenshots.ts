/** Takes the screenshots: signs in as each role, walks through its pages and opens the forms. */
import { mkdirSync, rmSync } from 'node:fs';
import type { Page } from 'playwright-core';
import {
  district,
  newPage,
  openBrowser,
  sees,
  signInAs,
  takePhoto,
  type SignIn,
  type Size,
} from './person.ts';
import { startProgram } from './program.ts';
import { appoint, firstPassword, reportAsCitizen, typeSignIn } from './steps.ts';

type Shot = [name: string, path: string, before?: (page: Page) => Promise<void>];

const openForm =
  (label: string) =>
  async (page: Page): Promise<void> => {
    const button = page.getByRole('button', { name: new RegExp(`^${label}( ?[A-Z])?$`) });
    await button.filter({ visible: true }).first().click();
    await page.getByRole('dialog').waitFor();
  };

/** The first record of the list now shown, and what to do there. */
const first =
  (then: (page: Page) => Promise<void> = async () => {}) =>
  async (page: Page): Promise<void> => {
    await page
      .getByRole('main')
      .getByRole('link', { name: /\d{14}/ })
      .first()
      .click();
    await page.getByRole('heading', { name: /\d{14}/, level: 1 }).waitFor();
    await settle(page);
    await then(page);
  };

const firstOfField = async (page: Page): Promise<void> => {
  await page.getByRole('main').getByRole('listitem').getByRole('link').first().click();
  await page.getByText('办理经过').first().waitFor();
};

/** A file that is no photo, refused by its content. */
const refusedPhoto = async (page: Page): Promise<void> => {
  await openForm('整改完成')(page);
  const file = { name: '现场.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('不是照片') };
  await page.getByLabel('整改后照片').setInputFiles([await takePhoto(), file]);
  await sees(page.getByRole('dialog'), '这不是照片');
};

const people: Record<string, Shot[]> = {
  desk: [
    ['reports', '/desk/reports'],
    ['reports-empty', '/desk/reports?words=没有这样的词'],
    ['report', '/desk/reports', first()],
    ['report-join', '/desk/reports', first(openForm('并入其他案件……'))],
    ['report-decline', '/desk/reports', first(openForm('不予立案'))],
    ['report-answer', '/desk/reports?status=toAnswer', first(openForm('答复'))],
    ['new-report', '/desk/reports/new'],
    ['issues', '/desk/issues'],
    ['issues-closed', '/desk/issues?status=closed'],
    ['issues-empty', '/desk/issues?words=没有这样的词'],
    ['issue', '/desk/issues?status=closed', first()],
    ['issue-rework', '/desk/issues?status=closed&words=搬家小广告', first()],
    ['issue-close', '/desk/issues?status=passed', first()],
    ['issue-dispatch', '/desk/issues?status=accepted', first(openForm('派单'))],
    ['issue-verify', '/desk/issues?status=rectified', first(openForm('送复查'))],
    ['issue-missing', '/desk/issues/01a1fe69-58da-7179-8dfa-1f2a229d69bb'],
    ['approvals', '/desk/approvals'],
    ['notices', '/notices'],
    ['password', '/password'],
    ['no-permission', '/admin/persons'],
    ['no-page', '/no/such/page'],
  ],
  shift: [['approvals', '/desk/approvals']],
  street2: [['two-posts', '/notices']],
  head: [
    ['issues', '/unit/issues'],
    ['issue', '/unit/issues?status=claimed', first()],
    ['rectify', '/unit/issues?status=claimed', first(openForm('整改完成'))],
    ['ask', '/unit/issues?status=claimed', first(openForm('提出申请'))],
    ['photo-refused', '/unit/issues?status=claimed', first(refusedPhoto)],
    ['assists', '/unit/assists'],
  ],
  enforce: [['assists', '/unit/assists']],
  grid3: [
    ['home', '/field'],
    ['report', '/field/report'],
    ['verify-list', '/field/verify'],
    ['verify', '/field/verify', firstOfField],
  ],
  grid2: [
    [
      'confirm',
      '/field#confirm',
      (page) => page.getByRole('region', { name: '待我核实' }).getByRole('link').first().click(),
    ],
  ],
  leader: [
    ['issues', '/desk/issues'],
    ['issue', '/desk/issues', first()],
  ],
  sysadmin: [
    ['persons', '/admin/persons'],
    ['person-add', '/admin/persons', openForm('新增人员')],
    ['units', '/admin/units'],
    ['categories', '/admin/categories'],
    ['category', '/admin/categories/E0101'],
    ['settings', '/admin/settings'],
    ['calendar', '/admin/calendar'],
    ['areas', '/admin/areas'],
    ['area-file', '/admin/area-file'],
    ['rosters', '/admin/rosters'],
    ['deputies', '/admin/deputies'],
    ['patrons', '/admin/patrons'],
    ['duty', '/admin/duty'],
    ['sheets', '/admin/sheets'],
    ['backup', '/admin/backup'],
    ['setup', '/setup'],
  ],
  supervisor: [
    ['overrules', '/admin/overrules'],
    ['ownerless', '/desk/ownerless'],
  ],
  secadmin: [
    ['sessions', '/admin/sessions'],
    ['posts', '/admin/posts'],
    ['post-add', '/admin/posts', openForm('任命岗位')],
  ],
  audit: [
    [
      'record',
      '/desk/issues?status=closed',
      first((page) => page.getByRole('link', { name: '全部留痕' }).click()),
    ],
  ],
};

const everybody: Shot[] = [
  ['sign-in', '/sign-in'],
  ['citizen', `/c/${district}`],
  ['citizen-follow', `/c/${district}/follow`],
];

/** Nothing is on its way any more: no request, no image, no movement. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const words = document.body.innerText.trim();
    if (words === '' || words.startsWith('正在')) return false;
    const isLoading =
      document.querySelector('[aria-busy="true"], .skeleton, .ant-skeleton') !== null;
    const areImagesLoaded = [...document.images].every(
      (image) => image.complete || image.loading === 'lazy',
    );
    return (
      !isLoading &&
      areImagesLoaded &&
      document.getAnimations().every(({ playState }) => playState !== 'running')
    );
  });
}

/** What runs over the edge of the screen or has no name, in a line each. */
const faults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth)
      found.push(`wider than the screen by ${scrollWidth - clientWidth} px`);
    const english = document.body.innerText.match(/\b[A-Za-z]{4,}\b/g) ?? [];
    const known = new Set(['Enter', 'Ctrl', 'http']);
    const words = [...new Set(english)].filter((word) => !known.has(word));
    if (words.length > 0) found.push(`latin words: ${words.join(' ')}`);
    return found;
  });

/** The whole page as on a screen of its length, so that what sticks to the foot stands at the foot. */
async function shoot(page: Page, path: string): Promise<void> {
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({
    width: size.width,
    height: Math.max(size.height, Math.min(height, 4_000)),
  });
  await settle(page);
  await page.screenshot({ path });
  await page.setViewportSize(size);
}

async function take(
  page: Page,
  size: Size,
  [name, path, before]: Shot,
  who: string,
): Promise<void> {
  const file = `${size === 'phone' ? 390 : 1440}-${who}-${name}`;
  try {
    await page.goto(path);
    await settle(page);
    await before?.(page);
    await settle(page);
    await shoot(page, `screenshots/${file}.png`);
    for (const fault of await faults(page)) process.stdout.write(`${file}: ${fault}\n`);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(
      `${file}: ${error instanceof Error ? error.message.split('\n', 2).join(' ') : String(error)}\n`,
    );
    await page.screenshot({ path: `screenshots/${file}-failed.png` }).catch(() => undefined);
  }
}

/** What needs something done before: a receipt and its progress, a first password, two posts. */
async function takeDoings(visitor: Page, size: Size, signIn: SignIn, password: string) {
  const width = size === 'phone' ? 390 : 1440;
  await reportAsCitizen(visitor, '胡同口垃圾桶满了两天，垃圾堆到路上');
  await shoot(visitor, `screenshots/${width}-public-receipt.png`);
  await visitor.getByRole('link', { name: '查看办理进度' }).click();
  await visitor.getByRole('button', { name: '查询' }).click();
  await sees(visitor, '已收到，等待受理。');
  await shoot(visitor, `screenshots/${width}-public-progress.png`);
  const page = await newPage(signIn.browser, signIn.origin, size);
  await page.goto('/sign-in');
  await typeSignIn(page, 'songyiming', password);
  await page.getByRole('heading', { name: '修改密码' }).waitFor();
  await shoot(page, `screenshots/${width}-public-first-password.png`);
  await page.context().close();
}

rmSync('screenshots', { recursive: true, force: true });
mkdirSync('screenshots');
const program = await startProgram();
const browser = await openBrowser();
try {
  const signIn = { browser, origin: program.origin };
  const password = await firstPassword(signIn, '宋一鸣', 'songyiming');
  await appoint(signIn, { name: '宋一鸣', role: '创城专席', title: '夜班接派员' });
  await appoint(signIn, { name: '唐颖', role: '创城专席', title: '夜班接派员' });
  for (const size of ['office', 'phone'] as const) {
    const visitor = await newPage(browser, program.origin, size);
    for (const shot of everybody) await take(visitor, size, shot, 'public');
    await takeDoings(visitor, size, signIn, password);
    await visitor.context().close();
    for (const [login, shots] of Object.entries(people)) {
      const page = await signInAs(signIn, login, size);
      for (const shot of shots) await take(page, size, shot, login);
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  await program.stop();
}
