/** Confirm password 再次确认: what is sensitive asks for the password again, and then goes on by itself. */
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { confirmPassword, ProblemError } from './client.ts';
import { useSession } from './session.tsx';
import './signIn.css';

interface Guard {
  /** Does it; when the password is asked for again, once more after it was given. */
  run: (doing: () => Promise<void>) => Promise<void>;
  /** To be shown on the page. */
  dialog: ReactNode;
}

const wordsOf = (failure: unknown): string =>
  failure instanceof Error ? failure.message : '办理失败，请重试';

/** For a page with sensitive steps. `onProblem` is told what went wrong otherwise. */
export function useConfirmed(onProblem: (words: string) => void): Guard {
  const [waiting, setWaiting] = useState<(() => Promise<void>) | null>(null);
  const run = async (doing: () => Promise<void>) => {
    try {
      await doing();
    } catch (failure) {
      if (failure instanceof ProblemError && failure.problem.code === 'signInAgain')
        setWaiting(() => doing);
      else onProblem(wordsOf(failure));
    }
  };
  const dialog = waiting && (
    <ConfirmDialog
      onClose={() => setWaiting(null)}
      onConfirmed={async () => {
        setWaiting(null);
        await run(waiting);
      }}
    />
  );
  return { run, dialog };
}

function ConfirmDialog({
  onClose,
  onConfirmed,
}: {
  onClose: () => void;
  onConfirmed: () => Promise<void>;
}) {
  const { totp } = useSession();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);

  const confirm = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      await confirmPassword(password, code.trim());
    } catch (failure) {
      setBusy(false);
      return setProblem(wordsOf(failure));
    }
    await onConfirmed();
  };

  return (
    <dialog
      ref={box}
      className="sign-in-box confirm-box"
      aria-labelledby="confirm-title"
      onClose={onClose}
    >
      <form onSubmit={(event) => void confirm(event)}>
        <h2 id="confirm-title">请再输入一次密码</h2>
        <p>这一步关系账号安全，须确认是您本人。</p>
        <label htmlFor="confirm-password">密码</label>
        <input
          id="confirm-password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {totp === 'on' && (
          <>
            <label htmlFor="confirm-code">动态验证码</label>
            <input
              id="confirm-code"
              autoComplete="one-time-code"
              required
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          </>
        )}
        {problem && (
          <p className="sign-in-problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" disabled={isBusy}>
          {isBusy ? '正在确认……' : '确认'}
        </button>
        <button type="button" className="plain" onClick={() => box.current?.close()}>
          取消
        </button>
      </form>
    </dialog>
  );
}
