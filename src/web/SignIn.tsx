/** Sign-in 登录: for everybody, light enough for a phone without signal strength; demo accounts fill by one click. */
import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { administrators, lineOfRole, roleLabels, type Role } from '../domain/access.ts';
import type { Session, SignInPage } from '../domain/views.ts';
import { loadSignInPage, ProblemError, signIn } from './client.ts';
import { homeOf, paths } from './paths.ts';
import { DemoProgress } from './DemoProgress.tsx';
import { useReplaceSession } from './session.tsx';
import './signIn.css';

/** Where to go on: only an address of this site. */
function nextOf(session: Session): string {
  const next = new URLSearchParams(location.search).get('next');
  if (next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\')) return next;
  return session.post ? homeOf(session.post.role) : paths.root();
}

type DemoAccount = SignInPage['demoAccounts'][number];

const groupNames: Partial<Record<Role, string>> = {
  leader: '领导与督查',
  supervisor: '领导与督查',
};
const lineNames = { office: '创城专席', handling: '责任单位', finding: '网格与测评' };

/** Demo accounts by what they do, in the order they came. */
function demoGroups(accounts: readonly DemoAccount[]): [string, DemoAccount[]][] {
  const groups = new Map<string, DemoAccount[]>();
  for (const account of accounts) {
    const isAdministrator = (administrators as readonly Role[]).includes(account.role);
    const label = isAdministrator
      ? '三员管理'
      : (groupNames[account.role] ?? lineNames[lineOfRole[account.role]]);
    groups.set(label, [...(groups.get(label) ?? []), account]);
  }
  return [...groups];
}

export default function SignIn() {
  const { data: page, error } = useQuery({ queryKey: ['sign-in'], queryFn: loadSignInPage });
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const replaceSession = useReplaceSession();
  const demo = page?.districts.find(({ isDemo }) => isDemo);
  const { history } = useRouter();

  const enter = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      const session = await signIn(login.trim(), password, code.trim());
      if (!session) return;
      replaceSession(session);
      const isBlocked = session.mustChangePassword || session.totp === 'required';
      history.replace(isBlocked ? paths.password() : nextOf(session));
    } catch (failure) {
      if (failure instanceof ProblemError && failure.problem.code === 'needsCode')
        return setNeedsCode(true);
      setCode('');
      setProblem(failure instanceof Error ? failure.message : '登录失败，请重试');
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <section className="sign-in-brand">
        <img src="/favicon.svg" alt="" width="56" height="56" />
        <h1>创城闭环</h1>
        <p>检查 — 反馈 — 整改 — 复查，一本台账管到底。</p>
        <Citizens page={page} />
      </section>
      <section className="sign-in-box" aria-label="登录">
        <form onSubmit={(event) => void enter(event)}>
          <h2>登录</h2>
          <label htmlFor="login">登录名</label>
          <input
            id="login"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={login}
            onChange={(event) => {
              setLogin(event.target.value);
              setNeedsCode(false);
            }}
          />
          <label htmlFor="password">密码</label>
          <input
            id="password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          {needsCode && (
            <>
              <label htmlFor="code">动态验证码</label>
              <input
                id="code"
                autoComplete="one-time-code"
                autoCapitalize="none"
                spellCheck={false}
                autoFocus
                required
                aria-describedby="code-hint"
                value={code}
                onChange={(event) => setCode(event.target.value)}
              />
              <p id="code-hint" className="sign-in-hint">
                输入手机上的 6 位数字；手机不在身边时，输入一个恢复码。
              </p>
            </>
          )}
          {(problem || error) && (
            <p className="sign-in-problem" role="alert">
              {problem || error?.message}
            </p>
          )}
          <button type="submit" disabled={isBusy}>
            {isBusy ? '正在登录……' : '登录'}
          </button>
        </form>
        {demo && <DemoProgress district={demo.code} />}
        {page && page.demoAccounts.length > 0 && (
          <section className="sign-in-demo" aria-label="演示账号">
            <h2>演示账号</h2>
            <p>点一下填好账号和密码，再按登录。数据均为虚构。</p>
            {demoGroups(page.demoAccounts).map(([label, accounts]) => (
              <section key={label} aria-label={label}>
                <h3>{label}</h3>
                <ul>
                  {accounts.map((account) => (
                    <li key={account.login}>
                      <button
                        type="button"
                        onClick={() => {
                          setLogin(account.login);
                          setPassword(account.password);
                          setProblem('');
                          setNeedsCode(false);
                        }}
                        aria-pressed={login === account.login}
                      >
                        <strong>{account.title || roleLabels[account.role]}</strong>
                        <span>
                          {account.name} · {account.login}
                        </span>
                      </button>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </section>
        )}
      </section>
    </main>
  );
}

function Citizens({ page }: { page: SignInPage | undefined }) {
  if (!page || page.districts.length === 0) return null;
  return (
    <nav aria-label="市民入口">
      {page.districts.map(({ code, name }) => (
        <a key={code} href={paths.citizen(code)}>
          我是市民，向{name}反映问题 →
        </a>
      ))}
    </nav>
  );
}
