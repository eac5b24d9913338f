/** Own notices 我的通知: where I can be reached outside the product, of what I want to be told, and when. */
import { useState } from 'react';
import { Alert, App, Button, Checkbox, Input } from 'antd';
import { roleLabels } from '../../domain/access.ts';
import type { OwnNotices } from '../../domain/noticeApi.ts';
import type { NoticeHours } from '../../domain/noticeHours.ts';
import type { NoticeWay } from '../../domain/noticeWay.ts';
import { ActionForm } from './ActionForm.tsx';
import { useSendAction } from '../admin/useSendAction.ts';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { FormLine } from '../ui/FormLine.tsx';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';
import { HoursInput, WaysInput } from './NoticeInputs.tsx';
import { Failure } from './PagedList.tsx';

export default function OwnNoticesPage() {
  const { data, error, refetch } = useAsk('ownNotices', {});
  return (
    <>
      <div className="page-head">
        <h1>我的通知</h1>
        <span className="grow" />
        <Link href={paths.notices()}>返回消息</Link>
      </div>
      {data ? (
        <OwnForm key={`${data.choice?.id}.${data.choice?.version}`} data={data} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={8} />
      )}
    </>
  );
}

/** What is being set: `null` hours and posts left out follow the role. */
interface Draft {
  phone: string;
  email: string;
  duties: Record<string, readonly NoticeWay[]>;
  hours: NoticeHours | null;
}

const draftOf = ({ choice }: OwnNotices): Draft => ({
  phone: '',
  email: '',
  duties: Object.fromEntries((choice?.duties ?? []).map(({ postId, ways }) => [postId, ways])),
  hours: choice?.hours ?? null,
});

function OwnForm({ data }: { data: OwnNotices }) {
  const { choice, posts, channels, defaultHours } = data;
  const { message } = App.useApp();
  const [draft, setDraft] = useState(() => draftOf(data));
  const [isEnding, setIsEnding] = useState(false);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const sending = useSendAction({
    noun: 'noticeChoice',
    action: choice ? 'edit' : 'add',
    id: choice?.id ?? null,
    ...(choice ? { seen: choice.version } : {}),
  });
  const save = async () => {
    const { phone, email, hours, duties } = draft;
    const isDone = await sending.send({
      ...(phone ? { phone } : {}),
      ...(email ? { email } : {}),
      hours,
      duties: Object.entries(duties)
        .filter(([postId]) => posts.some(({ id }) => id === postId))
        .map(([postId, ways]) => ({ postId, ways })),
    });
    if (isDone) message.success('已保存');
  };
  return (
    <>
      <form
        className="form"
        noValidate
        style={{ maxWidth: 720 }}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Panel title="联系方式">
          <div className="form">
            <Contact
              label="手机号"
              kept={data.phone}
              value={draft.phone}
              error={sending.errors.phone}
              hint="短信发到这个号码；群机器人用它来提醒您。加密保存，别人看不到。"
              onChange={(phone) => change({ phone })}
            />
            <Contact
              label="邮箱"
              kept={data.email}
              value={draft.email}
              error={sending.errors.email}
              onChange={(email) => change({ email })}
            />
          </div>
        </Panel>
        {posts.map((post) => {
          const own = draft.duties[post.id];
          const { [post.id]: _, ...others } = draft.duties;
          return (
            <Panel key={post.id} title={post.title || roleLabels[post.role]}>
              <div className="form">
                <div className="field">
                  <Checkbox
                    checked={own === undefined}
                    onChange={({ target }) =>
                      change({
                        duties: target.checked
                          ? others
                          : { ...draft.duties, [post.id]: [...post.defaults] },
                      })
                    }
                  >
                    按{roleLabels[post.role]}的默认设置
                  </Checkbox>
                </div>
                {own === undefined ? (
                  <p className="soft">
                    {post.defaults.length === 0
                      ? '默认只在平台内提醒。'
                      : `默认有 ${post.defaults.length} 项发到平台外；取消上面的勾选可逐项查看和修改。`}
                  </p>
                ) : (
                  <WaysInput
                    kinds={post.kinds}
                    channels={channels}
                    ways={own}
                    onChange={(ways) => change({ duties: { ...draft.duties, [post.id]: ways } })}
                  />
                )}
              </div>
            </Panel>
          );
        })}
        <Panel title="时间">
          <div className="form">
            <div className="field">
              <Checkbox
                checked={draft.hours === null}
                onChange={({ target }) => change({ hours: target.checked ? null : defaultHours })}
              >
                按岗位的默认时间
                {draft.hours === null && `（${hoursText(defaultHours)}）`}
              </Checkbox>
            </div>
            {draft.hours && (
              <HoursInput
                hours={draft.hours}
                error={sending.errors.hours}
                onChange={(hours) => change({ hours })}
              />
            )}
          </div>
        </Panel>
        {sending.problem && (
          <Alert type="error" showIcon role="alert" title={sending.problem.words} />
        )}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={sending.isSending}>
            保存
          </Button>
          {choice && <Button onClick={() => setIsEnding(true)}>清除我的设置</Button>}
        </div>
      </form>
      {choice && isEnding && (
        <ActionForm
          open={{
            noun: 'noticeChoice',
            action: 'end',
            label: '清除我的设置',
            id: choice.id,
            as: null,
            refusal: null,
          }}
          recordId={choice.id}
          seen={choice.version}
          subject="我的通知"
          onDone={() => setIsEnding(false)}
          onClose={() => setIsEnding(false)}
        />
      )}
    </>
  );
}

const hoursText = ({ quietFrom, quietTo, digestAt }: NoticeHours): string =>
  `${quietFrom && quietTo ? `${quietFrom} 至 ${quietTo} 免打扰` : '不设免打扰'}，${digestAt} 汇总`;

interface ContactProps {
  label: string;
  /** As it is kept, masked. */
  kept: string | null;
  value: string;
  error?: string | undefined;
  hint?: string;
  onChange: (value: string) => void;
}

const Contact = ({ label, kept, value, error, hint, onChange }: ContactProps) => (
  <FormLine label={label} error={error} hint={hint}>
    <Input
      aria-label={label}
      maxLength={100}
      placeholder={kept === null ? '未登记' : `已登记 ${kept}，填写新的即更换`}
      value={value}
      onChange={({ target }) => onChange(target.value.trim())}
    />
  </FormLine>
);
