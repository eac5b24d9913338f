/** The field home: one big button, what is still to be sent, my tasks, my reports. */
import { useState } from 'react';
import { Link, useRouter } from '@tanstack/react-router';
import { roleLabels } from '../../domain/access.ts';
import { signOut, switchPost } from '../client.ts';
import { homeOf, paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { useReplaceSession, useSession } from '../session.tsx';
import { showCount } from '../words.ts';
import { AnswerState, FieldFrame, useOwner } from './FieldFrame.tsx';
import { hasBegunReport } from './FieldReport.tsx';
import { Icon } from './Icon.tsx';
import { IssueRow, ReportRow } from './Rows.tsx';
import { useSendings } from './sending.ts';
import { SendingCard } from './SendingCard.tsx';

const shownTasks = 3;
const shownReports = 20;

export default function FieldHome() {
  const { district, districtName, name, post } = useSession();
  const owner = useOwner();
  const waiting = useSendings(owner).filter(({ state }) => state !== 'done');
  const verify = useAsk('issueList', { status: 'verifying', sort: 'due', limit: 100 });
  const confirm = useAsk('reportList', { status: 'confirming', limit: 100 });
  const mine = useAsk('reportList', { mine: '1', limit: shownReports });
  const toVerify = verify.data?.items.filter(({ open }) => open.includes('pass')) ?? [];
  const toConfirm = confirm.data?.items.filter(({ open }) => open.includes('answerConfirm')) ?? [];
  const failed = [verify, confirm, mine].find(({ error }) => error);
  return (
    <FieldFrame
      title={districtName ?? district ?? '创城闭环'}
      subtitle={`${name} · ${post ? post.title || roleLabels[post.role] : ''}`}
    >
      <PostSwitch waitingCount={waiting.length} />
      <Link className="field-button field-button-main field-report" to={paths.fieldReport()}>
        <Icon name="camera" size={36} />
        {hasBegunReport(owner) ? '继续上报' : '上报'}
      </Link>
      {waiting.length > 0 ? (
        <section className="field-list" aria-label="等待送出">
          <div className="field-section">
            <h2>等待送出 {waiting.length} 件</h2>
          </div>
          {waiting.map((sending) => (
            <SendingCard key={sending.key} sending={sending} />
          ))}
        </section>
      ) : null}
      <nav
        className="field-counts"
        aria-label="我的任务"
        aria-busy={[verify, confirm, mine].some(({ isPending }) => isPending)}
      >
        <Link className="field-count" to={paths.fieldVerify()}>
          <b>{verify.data ? toVerify.length : '—'}</b>待我复查
        </Link>
        <a className="field-count" href="#confirm">
          <b>{confirm.data ? toConfirm.length : '—'}</b>待我核实
        </a>
        <a className="field-count" href="#mine">
          <b>{mine.data ? showCount(mine.data.count, mine.data.isMore) : '—'}</b>我的上报
        </a>
      </nav>
      {failed ? (
        <AnswerState
          isPending={false}
          error={failed.error}
          onRetry={() => [verify, confirm, mine].forEach((query) => void query.refetch())}
        />
      ) : null}
      <Tasks
        title="待我复查"
        all={toVerify.length}
        more={paths.fieldVerify()}
        empty="现在没有要您复查的案件。"
        isKnown={!!verify.data}
      >
        {toVerify.slice(0, shownTasks).map((item) => (
          <IssueRow key={item.id} item={item} />
        ))}
      </Tasks>
      <Tasks
        id="confirm"
        title="待我核实"
        all={toConfirm.length}
        empty="现在没有要您核实的上报。"
        isKnown={!!confirm.data}
      >
        {toConfirm.map((item) => (
          <ReportRow key={item.id} item={item} isTask />
        ))}
      </Tasks>
      <Tasks
        id="mine"
        title="我的上报"
        all={mine.data?.items.length ?? 0}
        empty="您还没有上报过问题。"
        isKnown={!!mine.data}
      >
        {mine.data?.items.map((item) => (
          <ReportRow key={item.id} item={item} />
        ))}
      </Tasks>
      <Account waitingCount={waiting.length} />
    </FieldFrame>
  );
}

interface TasksProps {
  id?: string;
  title: string;
  all: number;
  more?: string;
  empty: string;
  isKnown: boolean;
  children: React.ReactNode;
}

function Tasks({ id, title, all, more, empty, isKnown, children }: TasksProps) {
  if (!isKnown) return null;
  return (
    <section id={id} aria-label={title}>
      <div className="field-section">
        <h2>{title}</h2>
        {more && all > shownTasks ? <Link to={more}>全部 {all} 件</Link> : null}
      </div>
      {all === 0 ? (
        <p className="field-quiet">{empty}</p>
      ) : (
        <ul className="field-list">{children}</ul>
      )}
    </section>
  );
}

/** Runs what ends the work of this post, unless something still waits to be sent. */
function useGuard(waitingCount: number) {
  const [problem, setProblem] = useState<string | null>(null);
  const guard = async (work: () => Promise<void>) => {
    if (waitingCount > 0) {
      setProblem(`还有 ${waitingCount} 件未送出，请先送出或放弃，再换岗或退出。`);
      return;
    }
    try {
      await work();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '未能完成，请重试');
    }
  };
  return { problem, guard };
}

const Problem = ({ words }: { words: string | null }) =>
  words ? (
    <p className="field-note field-note-wait" role="alert">
      {words}
    </p>
  ) : null;

/** For who has several posts: which one works now, and the way to another. */
function PostSwitch({ waitingCount }: { waitingCount: number }) {
  const { post, posts } = useSession();
  const replaceSession = useReplaceSession();
  const router = useRouter();
  const { problem, guard } = useGuard(waitingCount);
  const change = (postId: string) =>
    guard(async () => {
      const session = await switchPost(postId);
      replaceSession(session);
      if (session?.post) router.history.push(homeOf(session.post.role));
    });
  if (posts.length < 2) return null;
  return (
    <>
      <label className="field-post">
        <span className="field-quiet">当前岗位</span>
        <select
          className="field-input"
          value={post?.id}
          onChange={({ target }) => void change(target.value)}
        >
          {posts.map(({ id, title, role, districtName, unitName }) => (
            <option key={id} value={id}>
              {[districtName, unitName, title || roleLabels[role]].filter(Boolean).join(' · ')}
            </option>
          ))}
        </select>
      </label>
      <Problem words={problem} />
    </>
  );
}

function Account({ waitingCount }: { waitingCount: number }) {
  const replaceSession = useReplaceSession();
  const { problem, guard } = useGuard(waitingCount);
  const leave = () =>
    guard(async () => {
      await signOut();
      replaceSession(null);
    });
  return (
    <section className="field-account" aria-label="账号">
      <Problem words={problem} />
      <Link className="field-button field-button-plain" to={paths.ownNotices()}>
        我的通知
      </Link>
      <div className="field-pair">
        <Link className="field-button field-button-plain" to={paths.password()}>
          修改密码
        </Link>
        <button
          type="button"
          className="field-button field-button-plain"
          onClick={() => void leave()}
        >
          退出登录
        </button>
      </div>
    </section>
  );
}
