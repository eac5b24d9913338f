/**
 * Open311 XML: values written as GeoReport v2 wants them. A list's items are named after the list; null is an
 * empty element. Only writing: what comes in is a form, so no XML is ever read at this door (trust V1.5.1).
 */

/** A value of an answer: what JSON writes as it is. */
export type Tree = string | number | boolean | null | Tree[] | { [name: string]: Tree };

/** The name of an item in a list of this name. */
const itemOf: Record<string, string> = {
  services: 'service',
  attributes: 'attribute',
  values: 'value',
  service_requests: 'request',
  errors: 'error',
  endpoints: 'endpoint',
  formats: 'format',
};

/** Characters that XML 1.0 does not know, and halves of pairs. */
const unknown = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const named: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

const escaped = (text: string): string =>
  text.replace(unknown, '').replace(/[&<>"'\r]/g, (found) => named[found] ?? '');

function element(name: string, value: Tree): string {
  if (value === null || value === '') return `<${name}/>`;
  return `<${name}>${content(name, value)}</${name}>`;
}

function content(name: string, value: Tree): string {
  if (Array.isArray(value))
    return value.map((item) => element(itemOf[name] ?? 'item', item)).join('');
  if (value !== null && typeof value === 'object')
    return Object.entries(value)
      .map(([child, inner]) => element(child, inner))
      .join('');
  return escaped(String(value));
}

/** A whole document: the root's name decides how its items are called. */
export const xmlOf = (root: string, value: Tree): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n${element(root, value)}\n`;
