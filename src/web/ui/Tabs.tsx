import { Link } from './Link.tsx';

export interface Tab {
  href: string;
  label: string;
  count?: string;
  isLate?: boolean;
  isCurrent: boolean;
}

/** Parts of a list, each with its own address. */
export const Tabs = ({ tabs, label }: { tabs: readonly Tab[]; label: string }) => (
  <nav className="tabs" aria-label={label}>
    {tabs.map(({ href, label: words, count, isLate, isCurrent }) => (
      <Link key={words} href={href} isCurrent={isCurrent}>
        {words}
        {count !== undefined && (
          <span className={isLate ? 'count late' : 'count soft'}>{count}</span>
        )}
      </Link>
    ))}
  </nav>
);
