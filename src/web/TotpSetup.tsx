/** Totp setup 动态验证码: an administrator's phone as a second factor: secret, first code, recovery codes. */
import { lazy, Suspense, useState, type FormEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { beginTotp, proveTotp } from './client.ts';
import { useConfirmed } from './ConfirmPassword.tsx';
import { sessionKey, useSession } from './session.tsx';

/** The component library comes with it, so it is loaded when somebody enrols. */
const QrPicture = lazy(() => import('./QrPicture.tsx'));

/** In groups of four, to be typed from the screen. */
const grouped = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(' ');

export function TotpSetup() {
  const { totp } = useSession();
  const [begun, setBegun] = useState<{ secret: string; link: string } | null>(null);
  const [recovery, setRecovery] = useState<string[] | null>(null);
  const [problem, setProblem] = useState('');
  const { run, dialog } = useConfirmed(setProblem);
  if (totp === 'none') return null;
  const begin = () =>
    void run(async () => {
      setProblem('');
      setBegun(await beginTotp());
    });
  return (
    <section className="account-part" aria-labelledby="totp">
      <h2 id="totp">动态验证码</h2>
      {recovery ? (
        <Recovery codes={recovery} onKept={() => setRecovery(null)} />
      ) : begun ? (
        <Prove
          begun={begun}
          onProven={(codes) => {
            setBegun(null);
            setRecovery(codes);
          }}
          onProblem={setProblem}
          run={run}
        />
      ) : (
        <>
          <p>
            {totp === 'on'
              ? '已启用。登录时除密码外，还须输入手机上的 6 位数字。'
              : totp === 'required'
                ? '本区要求管理员启用动态验证码，启用后才能继续使用。'
                : '启用后，登录时除密码外，还须输入手机上的 6 位数字，他人得到密码也进不来。'}
          </p>
          <button type="button" onClick={begin}>
            {totp === 'on' ? '换一部手机' : '启用动态验证码'}
          </button>
        </>
      )}
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      {dialog}
    </section>
  );
}

function Prove({
  begun: { secret, link },
  onProven,
  onProblem,
  run,
}: {
  begun: { secret: string; link: string };
  onProven: (recovery: string[]) => void;
  onProblem: (words: string) => void;
  run: (doing: () => Promise<void>) => Promise<void>;
}) {
  const [code, setCode] = useState('');
  const prove = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      onProblem('');
      onProven((await proveTotp(code.trim())).recovery);
    });
  };
  return (
    <form onSubmit={prove}>
      <ol>
        <li>
          在手机上打开验证器应用（任何支持 TOTP 的应用都可以），扫这个二维码：
          <Suspense fallback={<span className="totp-qr" aria-busy="true" />}>
            <QrPicture text={link} label="动态验证码的二维码，用验证器应用扫描" />
          </Suspense>
        </li>
        <li>
          不能扫码的，选择“手动输入密钥”，账号名随意，密钥填：
          <code className="totp-secret">{grouped(secret)}</code>
          在本机装有验证器的，可以<a href={link}>直接打开</a>。
        </li>
        <li>把应用里显示的 6 位数字填在下面。</li>
      </ol>
      <label htmlFor="totp-code">6 位数字</label>
      <input
        id="totp-code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        minLength={6}
        maxLength={7}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <button type="submit">启用</button>
    </form>
  );
}

function Recovery({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const queryClient = useQueryClient();
  const keep = async () => {
    await queryClient.invalidateQueries({ queryKey: sessionKey });
    onKept();
  };
  return (
    <>
      <p>
        <strong>已启用。请抄下或打印这 10 个恢复码，离开本页后无法再看。</strong>
        手机遗失时，每个恢复码可以代替验证码登录一次。
      </p>
      <ul className="totp-recovery">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => void keep()}>
        已经抄好
      </button>
    </>
  );
}
