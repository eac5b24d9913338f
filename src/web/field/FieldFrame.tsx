/** The frame of every field page: head with the way back, body, and a foot within reach of the thumb. */
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useSession } from '../session.tsx';
import { Icon } from './Icon.tsx';
import { setOwner, useSendings } from './sending.ts';
import './field.css';
import './pieces.css';
import './lists.css';
import './photos.css';

/** Person and post: what is typed or sent here belongs to both. */
export function useOwner(): string {
  const { personId, post } = useSession();
  return `${personId}/${post?.id ?? ''}`;
}

const subscribeOnline = (listener: () => void) => {
  globalThis.addEventListener('online', listener);
  globalThis.addEventListener('offline', listener);
  return () => {
    globalThis.removeEventListener('online', listener);
    globalThis.removeEventListener('offline', listener);
  };
};

/** Does the phone believe it has a network? */
export const useOnline = (): boolean =>
  useSyncExternalStore(subscribeOnline, () => navigator.onLine);

/** Keeps the owner current, asks again for lists when something has arrived, warns before a loss. */
function useSendingRound(owner: string): void {
  const queryClient = useQueryClient();
  const sendings = useSendings(owner);
  const arrived = sendings.filter(({ state }) => state === 'done').length;
  const isWaiting = sendings.some(({ state }) => state !== 'done');
  useEffect(() => setOwner(owner), [owner]);
  useEffect(() => {
    if (arrived > 0)
      void queryClient.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[1] !== 'directory',
      });
  }, [arrived, queryClient]);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    globalThis.addEventListener('beforeunload', warn);
    return () => globalThis.removeEventListener('beforeunload', warn);
  }, [isWaiting]);
}

interface FrameProps {
  title: string;
  subtitle?: string;
  back?: string;
  head?: ReactNode;
  foot?: ReactNode;
  children: ReactNode;
}

/** The frame of a page of somebody signed in. */
export function FieldFrame(props: FrameProps) {
  useSendingRound(useOwner());
  return <PhoneFrame {...props} />;
}

/** The bare frame; says by itself when there is no network. */
export function PhoneFrame({ title, subtitle, back, head, foot, children }: FrameProps) {
  const isOnline = useOnline();
  return (
    <div className="field">
      <header className="field-head">
        {back ? (
          <Link className="field-head-button" to={back} aria-label="返回">
            <Icon name="back" />
          </Link>
        ) : null}
        <h1>
          {title}
          {subtitle ? <small>{subtitle}</small> : null}
        </h1>
        {head}
      </header>
      <main className="field-body">
        {isOnline ? null : (
          <p className="field-note field-note-wait" role="status">
            没有网络。可以继续填写，内容不会丢；恢复后再送出。
          </p>
        )}
        {children}
      </main>
      {foot ? (
        <footer className="field-foot">
          <div>{foot}</div>
        </footer>
      ) : null}
    </div>
  );
}

interface AnswerProps {
  isPending: boolean;
  error: Error | null;
  onRetry: () => void;
}

/** Waiting and failure of a list or record, with the way on. */
export function AnswerState({ isPending, error, onRetry }: AnswerProps) {
  if (isPending) {
    return (
      <p className="field-card field-quiet" role="status">
        正在读取……
      </p>
    );
  }
  if (!error) return null;
  return (
    <div className="field-note field-note-bad" role="alert">
      <p>{error.message}</p>
      <button type="button" className="field-button" onClick={onRetry}>
        重试
      </button>
    </div>
  );
}
