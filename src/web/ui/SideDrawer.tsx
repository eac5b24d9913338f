/** Side drawer 侧栏: what is done beside a page, from below on a phone; closes only by the person. */
import type { ReactNode } from 'react';
import { Drawer } from 'antd';
import { useIsNarrow } from './hooks.ts';

interface SideDrawerProps {
  title: string;
  /** A line that says what it is about. */
  subject?: string | undefined;
  width?: number;
  onClose: () => void;
  children: ReactNode;
}

export function SideDrawer({ title, subject, width = 500, onClose, children }: SideDrawerProps) {
  const isNarrow = useIsNarrow();
  return (
    <Drawer
      open
      title={
        <>
          {title}
          {subject && <div className="cell-sub">{subject}</div>}
        </>
      }
      placement={isNarrow ? 'bottom' : 'right'}
      size={isNarrow ? '88vh' : width}
      onClose={onClose}
      destroyOnHidden
    >
      {children}
    </Drawer>
  );
}
