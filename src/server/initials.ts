/** Initials 拼音首字母: 'ssjg' for 上水井盖, so that names are found by a few keys. */
import { LRUCache } from 'lru-cache';
import { pinyin } from 'pinyin-pro';

const known = new LRUCache<string, string>({ max: 20_000 });

/** The first letters of the characters' usual readings; what is not Han stays. */
export function initialsOf(text: string): string {
  let found = known.get(text);
  if (found === undefined) {
    found = pinyin(text, { pattern: 'first', toneType: 'none', type: 'array' })
      .join('')
      .toLowerCase();
    known.set(text, found);
  }
  return found;
}
