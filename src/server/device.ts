/**
 * Device 设备: what a person recognises a session by, told from the browser's own word. Only these words
 * are kept; versions and addresses are not. Source: trust V7.4.3.
 */

const browsers: [RegExp, string][] = [
  [/MicroMessenger/, '微信'],
  [/wxwork/, '企业微信'],
  [/DingTalk/, '钉钉'],
  [/Edg[A-Z]?\//, 'Edge'],
  [/(?:Firefox|FxiOS)\//, '火狐'],
  [/(?:QQBrowser|MQQBrowser)\//, 'QQ 浏览器'],
  [/(?:Chrome|CriOS)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

const systems: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, '鸿蒙设备'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, '安卓手机'],
  [/Windows/, 'Windows 电脑'],
  [/Macintosh/, '苹果电脑'],
  [/Linux|X11/, 'Linux 电脑'],
];

const find = (table: readonly [RegExp, string][], text: string): string | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1];

/** '安卓手机 · 微信'; '未知设备' when the browser does not say. */
export function deviceWords(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 400);
  const words = [find(systems, text), find(browsers, text)].filter(Boolean);
  return words.length > 0 ? words.join(' · ') : '未知设备';
}
