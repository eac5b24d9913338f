/** The gate: pages behind it have a person signed in, with a post, a password of their own, the factors asked. */
import { useEffect } from 'react';
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { signOut } from './client.ts';
import { DemoProgress } from './DemoProgress.tsx';
import { useLive } from './live.ts';
import { homeOf, paths } from './paths.ts';
import { SessionProvider, useMaybeSession, useReplaceSession, useSession } from './session.tsx';
import { PlainState } from './ui/PlainState.tsx';

export const Gate = () => (
  <SessionProvider>
    <Inside />
  </SessionProvider>
);

function Inside() {
  const session = useMaybeSession();
  const router = useRouter();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  useLive();
  const mustSignIn = session === null;
  const isBlocked = session?.mustChangePassword === true || session?.totp === 'required';
  const mustChange = isBlocked && pathname !== paths.password();
  useEffect(() => {
    // The sign-in page may still be loading while this gate stands: the address decides, not the page shown.
    const { pathname: here, href } = router.history.location;
    if (mustSignIn && here !== paths.signIn())
      router.history.replace(paths.signIn(here === '/' ? undefined : href));
    else if (mustChange) router.history.replace(paths.password());
  }, [mustSignIn, mustChange, router]);
  if (!session || mustChange) return <PlainState title="正在前往登录……" isBusy />;
  if (!session.post && pathname !== paths.password()) return <NoPost />;
  return (
    <>
      {session.district && !isBlocked && <DemoProgress district={session.district} />}
      <Outlet />
    </>
  );
}

function NoPost() {
  const { name } = useSession();
  const replaceSession = useReplaceSession();
  const router = useRouter();
  const leave = () =>
    void signOut().finally(() => {
      router.history.replace(paths.signIn());
      replaceSession(null);
    });
  return (
    <PlainState
      title={`${name}，您还没有在岗的岗位`}
      words="请联系安全管理员任命岗位后再登录。"
      actionLabel="退出登录"
      onAction={leave}
    />
  );
}

/** `/`: goes on to where this person's work is. */
export function Home() {
  const { post } = useSession();
  const router = useRouter();
  const role = post?.role;
  useEffect(() => {
    if (role) router.history.replace(homeOf(role));
  }, [role, router]);
  return <PlainState title="正在打开……" isBusy />;
}
