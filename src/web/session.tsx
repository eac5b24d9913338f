/** Session 会话: who is signed in, for every page that needs to know. */
import { createContext, useContext, type ReactNode } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Session } from '../domain/views.ts';
import { loadSession } from './client.ts';
import { PlainState } from './ui/PlainState.tsx';

export const sessionKey = ['session'] as const;

const SessionContext = createContext<Session | null>(null);

/** Loads the session before its children are shown; shows waiting and failure itself. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: sessionKey,
    queryFn: loadSession,
    staleTime: 60_000,
  });
  if (isPending) return <PlainState title="正在打开……" isBusy />;
  if (error && data === undefined) {
    return (
      <PlainState
        title="打不开"
        words={error.message}
        actionLabel="重试"
        onAction={() => void refetch()}
      />
    );
  }
  return <SessionContext.Provider value={data ?? null}>{children}</SessionContext.Provider>;
}

/** The session, or null when nobody is signed in. */
export const useMaybeSession = (): Session | null => useContext(SessionContext);

/** The session. Throws when nobody is signed in: only for pages behind the gate. */
export function useSession(): Session {
  const session = useMaybeSession();
  if (!session) throw new Error('page needs a session');
  return session;
}

/** Puts a new session in place of the old one (sign in, sign out, other post) and forgets what was loaded. */
export function useReplaceSession(): (session: Session | null) => void {
  const queryClient = useQueryClient();
  return (session) => {
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    queryClient.setQueryData(sessionKey, session);
  };
}
