/** New report 上报录入: hotline, media and leaders' channels entered at the desk, a unit's own findings. */
import { useRef } from 'react';
import { App, Button } from 'antd';
import { getRow } from '../../domain/nouns.ts';
import { channelsOfRole } from '../../domain/reportSubmit.ts';
import { report } from '../../domain/report.ts';
import type { OpenAction } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { useGo } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';
import { FormFields, ProblemBox } from './ActionForm.tsx';
import { Failure } from './PagedList.tsx';
import { photoProblem } from './photos.ts';
import { useActionForm } from './useActionForm.ts';

const submit: OpenAction = {
  noun: 'report',
  action: 'submit',
  label: getRow(report, 'submit').label,
  id: null,
  as: null,
  refusal: null,
};

const what = ['channel', 'content', 'areaCode', 'address', 'categoryCode', 'urgency', 'photos'];
const fromWhere = [
  'kind',
  'senderCode',
  'outsideNumber',
  'complainantName',
  'complainantPhone',
  'isConfidential',
];

export default function NewReportPage() {
  const { post } = useSession();
  const { data: directory, error, refetch } = useDirectory();
  const { message } = App.useApp();
  const go = useGo();
  const box = useRef<HTMLFormElement>(null);
  const channels = post ? channelsOfRole(post.role) : [];
  const form = useActionForm({
    open: submit,
    recordId: 'new',
    prefill: {
      channel: channels.includes('hotline') ? 'hotline' : channels[0],
      urgency: 'ordinary',
    },
  });
  if (!directory)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={10} />;

  const send = async () => {
    const problem = photoProblem(box.current);
    if (problem) return void message.warning(problem);
    const answer = await form.send();
    if (!answer) {
      requestAnimationFrame(() =>
        box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
      );
      return;
    }
    message.success(`已录入，编号 ${String(answer.record.number ?? '')}`);
    go(typeof answer.record.id === 'string' ? paths.report(answer.record.id) : paths.deskReports());
  };
  /** The fields named, in that order, with the choices this post has. */
  const part = (names: readonly string[]) => ({
    ...form,
    specs: names.flatMap((name) => {
      const spec = form.specs.find((one) => one.name === name);
      if (!spec) return [];
      if (name === 'channel')
        return [
          {
            ...spec,
            choices: spec.choices.filter(({ value }) =>
              (channels as readonly string[]).includes(value),
            ),
          },
        ];
      if (name !== 'senderCode') return [spec];
      const senders = directory.senders.filter(({ channel }) => channel === form.values.channel);
      return [
        {
          ...spec,
          kind: 'choice' as const,
          title: '来源单位',
          choices: senders.map(({ code, name: label }) => ({ value: code, label })),
        },
      ];
    }),
  });
  const context = { noun: 'report', action: 'submit', directory };
  return (
    <form
      ref={box}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
      }}
    >
      <div className="page-head">
        <h1>上报录入</h1>
      </div>
      <div className="columns">
        <Panel title="问题" className="columns-what">
          <div className="form">
            <FormFields form={part(what)} context={context} />
          </div>
        </Panel>
        <div className="stack columns-side">
          <Panel title="来源与诉求人">
            <div className="form">
              <FormFields form={part(fromWhere)} context={context} />
              <p className="field-hint">
                姓名、电话加密保存，责任单位看不到；描述中的电话、证件号显示时自动遮盖。
              </p>
            </div>
          </Panel>
          <ProblemBox form={form} />
          <div className="form-foot">
            <Button type="primary" size="large" htmlType="submit" loading={form.isSending}>
              上报<kbd className="key">Ctrl+Enter</kbd>
            </Button>
            <Button size="large" onClick={() => go(paths.deskReports())}>
              返回列表
            </Button>
          </div>
        </div>
      </div>
    </form>
  );
}
