/** What a complainant says at the call: three questions, each asked outright, and why not. */
import { useEffect, useId, useRef, useState } from 'react';
import { Alert, App, Button, Input, Radio } from 'antd';
import type { CallbackItem } from '../../domain/callbackApi.ts';
import {
  satisfactionLabels,
  solvedLabels,
  type Satisfaction,
  type Solved,
} from '../../domain/callbackShape.ts';
import { useSendAction } from '../admin/useSendAction.ts';
import { showBrief } from '../words.ts';
import { SideDrawer } from '../ui/SideDrawer.tsx';

interface Props {
  item: CallbackItem;
  onDone: () => void;
  onClose: () => void;
}

interface Draft {
  contacted: 'yes' | 'no' | null;
  solved: Solved | null;
  satisfaction: Satisfaction | null;
  why: string;
}

const contactedLabels = { yes: '联系过', no: '没有联系' };

export function CallbackRecordForm({ item, onDone, onClose }: Props) {
  const { message } = App.useApp();
  const [draft, setDraft] = useState<Draft>({
    contacted: null,
    solved: null,
    satisfaction: null,
    why: '',
  });
  const { send, problem, isSending } = useSendAction({
    noun: 'callback',
    action: 'record',
    id: item.id,
    seen: item.version,
  });
  const { contacted, solved, satisfaction, why } = draft;
  const isWhole = contacted !== null && solved !== null && satisfaction !== null;
  const submit = async () => {
    if (!isWhole || isSending) return;
    const said = why.trim();
    const answer = { isContacted: contacted === 'yes', solved, satisfaction };
    if (!(await send({ ...answer, ...(said ? { why: said } : {}) }))) return;
    message.success('已记录结果');
    onDone();
  };
  const latest = useRef(submit);
  useEffect(() => {
    latest.current = submit;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void latest.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  const whyId = useId();
  return (
    <SideDrawer
      title="记录结果"
      subject={`${item.reportNumber}　${showBrief(item.content)}`}
      onClose={onClose}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Question
          title="办理单位联系过您吗？"
          labels={contactedLabels}
          value={contacted}
          onChange={(value) => setDraft({ ...draft, contacted: value })}
        />
        <Question
          title="问题解决了吗？"
          labels={solvedLabels}
          value={solved}
          onChange={(value) => setDraft({ ...draft, solved: value })}
        />
        <Question
          title="您对办理结果满意吗？"
          labels={satisfactionLabels}
          value={satisfaction}
          onChange={(value) => setDraft({ ...draft, satisfaction: value })}
        />
        <div className="field">
          <label htmlFor={whyId}>
            原因{solved !== 'no' && <span className="optional">选填</span>}
          </label>
          <Input.TextArea
            id={whyId}
            rows={3}
            maxLength={1000}
            placeholder="诉求人怎么说；未解决的必填，责任单位据此再办"
            value={why}
            onChange={({ target }) => setDraft({ ...draft, why: target.value })}
          />
        </div>
        {problem && <Alert type="error" showIcon role="alert" title={problem.words} />}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={isSending} disabled={!isWhole}>
            记录结果<kbd className="key">Ctrl+Enter</kbd>
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
      </form>
    </SideDrawer>
  );
}

interface QuestionProps<T extends string> {
  title: string;
  labels: Record<T, string>;
  value: T | null;
  onChange: (value: T) => void;
}

function Question<T extends string>({ title, labels, value, onChange }: QuestionProps<T>) {
  const id = useId();
  const options = Object.entries<string>(labels).map(([key, label]) => ({ value: key, label }));
  return (
    <div className="field">
      <span id={id}>{title}</span>
      <Radio.Group
        aria-labelledby={id}
        optionType="button"
        value={value}
        options={options}
        onChange={({ target }) => onChange(target.value as T)}
      />
    </div>
  );
}
