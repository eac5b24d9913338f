/** Pinyin 拼音首字母: how Chinese names are found by their initials. Kept by name, for names are few and repeat. */
import { LRUCache } from 'lru-cache';
import { pinyin } from 'pinyin-pro';

const known = new LRUCache<string, string>({ max: 50_000 });

/** '暴露生活垃圾' → 'blshlj'; letters and digits stay, the rest is left out. */
export function initialsOf(name: string): string {
  let found = known.get(name);
  if (found === undefined) {
    found = pinyin(name, { pattern: 'first', toneType: 'none', type: 'array' })
      .join('')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '');
    known.set(name, found);
  }
  return found;
}
