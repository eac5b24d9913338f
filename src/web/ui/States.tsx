/** What a page shows when there is nothing, not yet anything, or no way through. */
import type { ReactNode } from 'react';
import { Button, Skeleton } from 'antd';
import { paths } from '../paths.ts';
import { Link } from './Link.tsx';

export function Empty({
  title,
  words,
  children,
}: {
  title: string;
  words?: string;
  children?: ReactNode;
}) {
  return (
    <div className="state">
      <svg className="state-mark" viewBox="0 0 64 40" aria-hidden="true">
        <rect
          x="6"
          y="6"
          width="52"
          height="28"
          rx="4"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
        />
        <path d="M14 16h22M14 24h14" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
        <path
          d="m42 22 4 4 7-8"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <p className="state-title">{title}</p>
      {words && <p className="state-words">{words}</p>}
      {children}
    </div>
  );
}

export const Loading = ({ rows = 6 }: { rows?: number }) => (
  <div className="state-loading" role="status" aria-label="正在加载">
    <Skeleton active title={false} paragraph={{ rows, width: '100%' }} />
  </div>
);

export function ErrorState({
  title = '加载失败',
  words,
  onRetry,
  isFinal = false,
  children,
}: {
  title?: string;
  words: string;
  onRetry?: () => void;
  /** Trying again is of no use: the way leads home. */
  isFinal?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className="state" role="alert">
      <p className="state-title">{title}</p>
      <p className="state-words">{words}</p>
      {onRetry && <Button onClick={onRetry}>重试</Button>}
      {isFinal && <Link href={paths.root()}>回到首页</Link>}
      {children}
    </div>
  );
}
