/** Own sessions 登录的设备: where this account is signed in, and the end of it. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { endOwnSessions, loadOwnSessions } from './client.ts';
import { useConfirmed } from './ConfirmPassword.tsx';
import { showMoment } from './words.ts';

export function OwnSessions() {
  const { data, error, refetch } = useQuery({
    queryKey: ['own-sessions'],
    queryFn: loadOwnSessions,
  });
  const [problem, setProblem] = useState('');
  const { run, dialog } = useConfirmed(setProblem);
  const end = (which: { id: string } | { others: true }) =>
    void run(async () => {
      await endOwnSessions(which);
      setProblem('');
      await refetch();
    });
  const others = data?.items.filter(({ isCurrent }) => !isCurrent) ?? [];
  return (
    <section className="account-part" aria-labelledby="own-sessions">
      <h2 id="own-sessions">登录的设备</h2>
      {error && (
        <p className="sign-in-problem" role="alert">
          {error.message}
        </p>
      )}
      {!data && !error && <p role="status">正在加载……</p>}
      <ul>
        {data?.items.map(({ id, device, createdAt, seenAt, isCurrent }) => (
          <li key={id}>
            <span>
              <strong>{device}</strong>
              {isCurrent && <em>本次登录</em>}
              <small>
                {showMoment(createdAt)} 登录，{showMoment(seenAt)} 使用
              </small>
            </span>
            {!isCurrent && (
              <button type="button" className="plain" onClick={() => end({ id })}>
                结束
              </button>
            )}
          </li>
        ))}
      </ul>
      {others.length > 1 && (
        <button type="button" className="plain" onClick={() => end({ others: true })}>
          结束其他 {others.length} 处登录
        </button>
      )}
      <p className="sign-in-hint">见到不认识的设备，请立即结束它的登录并修改密码。</p>
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      {dialog}
    </section>
  );
}
