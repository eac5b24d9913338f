/**
 * Password 账号安全: the password, by choice or because the first one was given by an administrator; the
 * devices signed in; an administrator's second factor.
 */
import { useEffect, useState, type FormEvent } from 'react';
import { useRouter } from '@tanstack/react-router';
import { changePassword } from './client.ts';
import { OwnSessions } from './OwnSessions.tsx';
import { paths } from './paths.ts';
import { useReplaceSession, useSession } from './session.tsx';
import { TotpSetup } from './TotpSetup.tsx';
import './signIn.css';

export default function Password() {
  const { mustChangePassword, totp } = useSession();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [isDone, setDone] = useState(false);
  const replaceSession = useReplaceSession();
  const { history } = useRouter();

  // The gate lets nobody through before the session of this page says that the password is their own.
  useEffect(() => {
    if (isDone && !mustChangePassword && totp !== 'required') history.replace(paths.root());
  }, [isDone, mustChangePassword, totp, history]);

  const change = async (event: FormEvent) => {
    event.preventDefault();
    if (fresh !== again) {
      setProblem('两次输入的新密码不一致，请重新输入');
      return;
    }
    setBusy(true);
    setProblem('');
    try {
      replaceSession(await changePassword(old, fresh));
      setDone(true);
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : '修改失败，请重试');
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="sign-in-box" style={{ margin: '0 auto' }}>
      <form onSubmit={(event) => void change(event)}>
        <h2>修改密码</h2>
        {mustChangePassword && <p>这是由管理员设置的初始密码，请改成只有您知道的密码后再使用。</p>}
        <label htmlFor="old">原密码</label>
        <input
          id="old"
          type="password"
          autoComplete="current-password"
          required
          value={old}
          onChange={(event) => setOld(event.target.value)}
        />
        <label htmlFor="fresh">新密码</label>
        <input
          id="fresh"
          type="password"
          autoComplete="new-password"
          required
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
        />
        <label htmlFor="again">再输一次新密码</label>
        <input
          id="again"
          type="password"
          autoComplete="new-password"
          required
          value={again}
          onChange={(event) => setAgain(event.target.value)}
        />
        {problem && (
          <p className="sign-in-problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" disabled={isBusy}>
          {isBusy ? '正在保存……' : '保存'}
        </button>
        {!mustChangePassword && totp !== 'required' && <a href={paths.root()}>返回</a>}
      </form>
      {!mustChangePassword && (
        <>
          <TotpSetup />
          <OwnSessions />
        </>
      )}
    </main>
  );
}
