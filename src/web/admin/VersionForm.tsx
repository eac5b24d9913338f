/** Version form 新版本表单: the frame of a form that makes a new version, and from when that holds. */
import { useState, type ReactNode } from 'react';
import { Alert, App, Button } from 'antd';
import { SideDrawer } from '../ui/SideDrawer.tsx';
import { EffectiveFrom, effectiveMoment, type Effective } from './EffectiveFrom.tsx';
import type { SendAction } from './useSendAction.ts';

interface VersionFormProps {
  title: string;
  subject: string;
  width?: number;
  sending: SendAction;
  /** What the version says, but for the moment from which it holds. */
  inputOf: () => Record<string, unknown>;
  hint?: string;
  onDone: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function VersionForm(props: VersionFormProps) {
  const { title, subject, width, sending, inputOf, hint, onDone, onClose, children } = props;
  const [effective, setEffective] = useState<Effective>({ day: null });
  const { message } = App.useApp();
  const save = async () => {
    const validFrom = effectiveMoment(effective);
    if (!(await sending.send({ ...inputOf(), ...(validFrom ? { validFrom } : {}) }))) return;
    message.success('已保存为新版本');
    onDone();
  };
  return (
    <SideDrawer title={title} subject={subject} {...(width ? { width } : {})} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {children}
        <EffectiveFrom value={effective} onChange={setEffective} />
        {sending.problem && (
          <Alert type="error" showIcon role="alert" title={sending.problem.words} />
        )}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={sending.isSending}>
            保存为新版本
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
        {hint && <p className="field-hint">{hint}</p>}
      </form>
    </SideDrawer>
  );
}
