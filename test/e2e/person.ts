/** A person at a browser, who finds things by role and Chinese label, as people do. */
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import sharp from 'sharp';

export const district = '110199';

const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--lang=zh-CN',
];

/** The browser of the system; `CHROMIUM` names another. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: browserArguments,
    // Date fields speak the language of the environment, not that of the page.
    env: { ...process.env, LANG: 'zh_CN.UTF-8', LANGUAGE: 'zh_CN' } as Record<string, string>,
  });

const sizes = { office: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export type Size = keyof typeof sizes;

/** A fresh browser profile with one page; nothing answers slower than 20 s. */
export async function newPage(
  browser: Browser,
  origin: string,
  size: Size = 'office',
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: sizes[size],
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    ...(size === 'phone' ? { isMobile: true, hasTouch: true } : {}),
  });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}

export interface SignIn {
  browser: Browser;
  origin: string;
}

/** Signs in with a demo account by its login, and waits for the person's first page. */
export async function signInAs(
  { browser, origin }: SignIn,
  login: string,
  size: Size = 'office',
): Promise<Page> {
  const page = await newPage(browser, origin, size);
  await page.goto('/sign-in');
  await page.getByRole('button', { name: new RegExp(` · ${login}$`) }).click();
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  return page;
}

/** Ends the visit of a person: the profile with its cookies is gone. */
export const leave = (page: Page): Promise<void> => page.context().close();

/** Waits until the words stand on the page. */
export const sees = (where: Page | Locator, words: string | RegExp): Promise<void> =>
  where.getByText(words).filter({ visible: true }).first().waitFor();

/**
 * Chooses from a list that is searched by typing; again when a drawer that had just opened took the focus,
 * and with it the words, so that Enter only opened the whole list.
 */
export async function choose(where: Page | Locator, label: string, words: string): Promise<void> {
  const box = where.getByRole('combobox', { name: label });
  do {
    await box.fill(words);
    await pageOf(where).getByText(words).filter({ visible: true }).last().waitFor();
    await box.press('Enter');
  } while ((await box.getAttribute('aria-expanded')) === 'true');
}

/** Chooses from a short list that only opens; tries again when the list closed before the choice. */
export async function pick(where: Page | Locator, label: string, words: string): Promise<void> {
  const chosen = where.getByTitle(words, { exact: true }).first();
  const choice = pageOf(where).getByTitle(words, { exact: true }).filter({ visible: true }).last();
  while (!(await chosen.isVisible())) {
    await where.getByRole('combobox', { name: label }).click();
    await choice.click({ timeout: 2_000 }).catch(() => undefined);
    await chosen.waitFor({ timeout: 2_000 }).catch(() => undefined);
  }
}

const pageOf = (where: Page | Locator): Page => ('page' in where ? where.page() : where);

let photoCount = 0;

/** A real JPEG of a colored scene, different each time, as a camera would hand it over. */
export async function takePhoto(): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  photoCount += 1;
  const [red, green, blue] = [
    (photoCount * 67) % 200,
    (photoCount * 131) % 200,
    (photoCount * 29) % 200,
  ];
  const scene = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="960"><rect width="1280" height="960" fill="rgb(${red},${green},${blue})"/><rect y="640" width="1280" height="320" fill="#777"/><circle cx="${200 + photoCount * 60}" cy="600" r="140" fill="#cc8"/></svg>`;
  const buffer = await sharp(Buffer.from(scene)).jpeg({ quality: 80 }).toBuffer();
  return { name: `现场${photoCount}.jpg`, mimeType: 'image/jpeg', buffer };
}
