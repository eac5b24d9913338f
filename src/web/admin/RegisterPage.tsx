/** Register page 名录: the frame of the administrators' lists: heading, adding, one open form. */
import { useState, type ReactNode } from 'react';
import { Button, Modal, Typography } from 'antd';
import type { ActionAnswer, OpenAction } from '../../domain/views.ts';
import { getNoun, getRow } from '../../domain/nouns.ts';
import { ActionForm } from '../desk/ActionForm.tsx';
import { useSession } from '../session.tsx';
import { useKeys } from '../ui/hooks.ts';

export interface ChosenRecord {
  open: OpenAction;
  recordId: string;
  seen?: number;
  subject?: string;
  prefill?: Record<string, unknown>;
}

interface RegisterPageProps {
  title: string;
  noun: string;
  count?: string;
  filters?: ReactNode;
  /** Parts of the register, above the list. */
  tabs?: ReactNode;
  /** What a new record begins with. */
  prefill?: Record<string, unknown>;
  children: (choose: (chosen: ChosenRecord) => void) => ReactNode;
}

export function RegisterPage({
  title,
  noun,
  count,
  filters,
  tabs,
  prefill,
  children,
}: RegisterPageProps) {
  const { post } = useSession();
  const [chosen, setChosen] = useState<ChosenRecord | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const row = getRow(getNoun(noun), 'add');
  const mayAdd = post !== null && row.by.includes(post.role);
  const add = () =>
    setChosen({
      open: { noun, action: 'add', label: row.label, id: null, as: null, refusal: null },
      recordId: 'new',
      ...(prefill ? { prefill } : {}),
    });
  const done = (answer: ActionAnswer & { password?: unknown }) => {
    setChosen(null);
    if (typeof answer.password === 'string') setPassword(answer.password);
  };
  useKeys(mayAdd ? { c: add } : {});
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        {count && <span className="soft">{count}</span>}
        <span className="grow" />
        {filters}
        {mayAdd && (
          <Button type="primary" aria-keyshortcuts="c" onClick={add}>
            {row.label}
            <kbd className="key">C</kbd>
          </Button>
        )}
      </div>
      {tabs}
      {children(setChosen)}
      {chosen && (
        <ActionForm
          key={`${chosen.open.action}.${chosen.recordId}`}
          {...chosen}
          onDone={done}
          onClose={() => setChosen(null)}
        />
      )}
      {password !== null && (
        <Modal open title="新密码只显示这一次" footer={null} onCancel={() => setPassword(null)}>
          <p>请当面交给本人，首次登录时须改成自己的密码。关闭后无法再看。</p>
          <Typography.Text copyable code>
            {password}
          </Typography.Text>
        </Modal>
      )}
    </>
  );
}
