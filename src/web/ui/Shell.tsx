import { useState, type ReactNode } from 'react';
import { Button, Drawer } from 'antd';
import { MenuOutlined } from '@ant-design/icons';
import { useIsNarrow } from './hooks.ts';
import { Link } from './Link.tsx';
import { TopProgress } from './TopProgress.tsx';

export interface NavItem {
  href: string;
  label: string;
  icon?: ReactNode;
  count?: string;
  /** Something in it is overdue. */
  isLate?: boolean;
  isCurrent: boolean;
}

interface ShellProps {
  brand: string;
  place: string;
  nav: readonly NavItem[];
  side: readonly NavItem[];
  sideTitle: string;
  corner: ReactNode;
  children: ReactNode;
}

/** The frame of the office's pages: header, side list, content; a bar below and a drawer on a phone. */
export function Shell({ brand, place, nav, side, sideTitle, corner, children }: ShellProps) {
  const isNarrow = useIsNarrow();
  const [isOpen, setOpen] = useState(false);
  const list = <SideList nav={nav} side={side} sideTitle={sideTitle} onGo={() => setOpen(false)} />;
  return (
    <div className="shell">
      <a className="skip" href="#main">
        跳到正文
      </a>
      <TopProgress />
      <header className="shell-head">
        {isNarrow && (
          <Button
            type="text"
            aria-label="打开菜单"
            icon={<MenuOutlined aria-hidden />}
            className="shell-menu"
            onClick={() => setOpen(true)}
          />
        )}
        <Link href="/" className="brand" label={`${brand}，回到首页`}>
          <img src="/favicon.svg" alt="" width="26" height="26" />
          <span>{brand}</span>
        </Link>
        {!isNarrow && <span className="shell-place">{place}</span>}
        <div className="shell-corner">{corner}</div>
      </header>
      {isNarrow ? (
        <Drawer
          open={isOpen}
          placement="left"
          size={280}
          title={place}
          onClose={() => setOpen(false)}
        >
          {list}
        </Drawer>
      ) : (
        <nav className="shell-side" aria-label="主导航">
          {list}
        </nav>
      )}
      <main id="main" className="shell-main" tabIndex={-1}>
        {children}
      </main>
      {isNarrow && (
        <nav className="shell-bar" aria-label="底部导航">
          {nav.slice(0, 4).map((item) => (
            <Link key={item.href} href={item.href} isCurrent={item.isCurrent}>
              <span aria-hidden="true">{item.icon}</span>
              <span>{item.label}</span>
            </Link>
          ))}
        </nav>
      )}
    </div>
  );
}

function SideList({
  nav,
  side,
  sideTitle,
  onGo,
}: Pick<ShellProps, 'nav' | 'side' | 'sideTitle'> & { onGo: () => void }) {
  // What waits for somebody stands above what is looked up now and then.
  const isLong = side.length > 0 && nav.length > dailyPlaces + 1;
  const [daily, rest] = isLong ? [nav.slice(0, dailyPlaces), nav.slice(dailyPlaces)] : [nav, []];
  return (
    <>
      <SideGroup items={daily} onGo={onGo} />
      {side.length > 0 && <SideGroup title={sideTitle} items={side} isSmall onGo={onGo} />}
      {rest.length > 0 && <SideGroup title="查阅和设置" items={rest} onGo={onGo} />}
    </>
  );
}

/** Pages of every day above the work that waits, most used first. */
const dailyPlaces = 7;

interface SideGroupProps {
  title?: string;
  items: readonly NavItem[];
  isSmall?: boolean;
  onGo: () => void;
}

const SideGroup = ({ title, items, isSmall = false, onGo }: SideGroupProps) => (
  <>
    {title && <h2 className="side-title">{title}</h2>}
    <ul className={isSmall ? 'side-list side-small' : 'side-list'}>
      {items.map((item) => (
        <SideItem key={`${item.href} ${item.label}`} item={item} onGo={onGo} />
      ))}
    </ul>
  </>
);

function SideItem({ item, onGo }: { item: NavItem; onGo: () => void }) {
  return (
    <li>
      <Link href={item.href} isCurrent={item.isCurrent} onGo={onGo}>
        <span aria-hidden="true">{item.icon}</span>
        <span className="side-label">{item.label}</span>
        {item.count && (
          <span className={item.isLate ? 'side-count late' : 'side-count'}>{item.count}</span>
        )}
      </Link>
    </li>
  );
}
