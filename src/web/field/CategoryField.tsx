/** Choosing a category by search: by name or keyword, recent ones first. */
import { useMemo, useState } from 'react';

export interface CategoryChoice {
  code: string;
  name: string;
  majorName: string;
  keywords?: string[];
}

const most = 30;

/** Categories that fit the words, best first: name begins, name contains, keyword, major name. */
export function findCategories(all: readonly CategoryChoice[], words: string): CategoryChoice[] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [...all].slice(0, most);
  const rank = ({ name, keywords = [], majorName, code }: CategoryChoice): number => {
    if (name.startsWith(wanted)) return 0;
    if (name.includes(wanted)) return 1;
    if (keywords.some((keyword) => keyword.includes(wanted) || wanted.includes(keyword))) return 2;
    return majorName.includes(wanted) || code.toLowerCase().startsWith(wanted) ? 3 : 9;
  };
  return all
    .map((category) => ({ category, rank: rank(category) }))
    .filter((found) => found.rank < 9)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ category }) => category);
}

interface Props {
  all: readonly CategoryChoice[];
  recent: readonly string[];
  value: string | null;
  onChange: (code: string | null) => void;
}

export function CategoryField({ all, recent, value, onChange }: Props) {
  const [words, setWords] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const found = useMemo(() => findCategories(all, words), [all, words]);
  const chosen = all.find(({ code }) => code === value);
  const recents = recent
    .flatMap((code) => all.find((category) => category.code === code) ?? [])
    .slice(0, 6);
  const choose = (code: string | null) => {
    onChange(code);
    setWords('');
    setIsOpen(false);
  };
  if (chosen) {
    return (
      <section className="field-card" aria-label="类别">
        <div className="field-category">
          <p>
            <span className="field-quiet">类别 · {chosen.majorName}</span>
            <br />
            <strong>{chosen.name}</strong>
          </p>
          <button type="button" className="field-chip" onClick={() => choose(null)}>
            更换
          </button>
        </div>
      </section>
    );
  }
  return (
    <section className="field-card" aria-label="类别">
      <h2>
        类别 <small>不清楚可不选，由专席确定</small>
      </h2>
      {recents.length > 0 ? (
        <div className="field-chips" role="group" aria-label="最近用过">
          {recents.map(({ code, name }) => (
            <button key={code} type="button" className="field-chip" onClick={() => choose(code)}>
              {name}
            </button>
          ))}
        </div>
      ) : null}
      <input
        className="field-input"
        type="search"
        enterKeyHint="search"
        aria-label="按名称或关键词查找类别"
        placeholder="查找：垃圾、井盖、停车……"
        value={words}
        onFocus={({ currentTarget }) => {
          setIsOpen(true);
          currentTarget.scrollIntoView({ block: 'start', behavior: 'smooth' });
        }}
        onChange={({ target }) => setWords(target.value)}
      />
      {isOpen ? (
        <div className="field-results" role="listbox" aria-label="类别">
          {found.map(({ code, name, majorName }) => (
            <button
              key={code}
              type="button"
              role="option"
              aria-selected={false}
              onClick={() => choose(code)}
            >
              {name}
              <small>{majorName}</small>
            </button>
          ))}
          {found.length === 0 ? (
            <p className="field-quiet" style={{ padding: '0.75rem' }}>
              没有相符的类别，换个词试试，或不选。
            </p>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}
