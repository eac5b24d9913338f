/** Notice defaults 角色默认: how whoever holds a role is told outside the product, unless they choose otherwise. */
import { useState } from 'react';
import { Alert, Button } from 'antd';
import { lineOfRole, roleLabels, type Role } from '../../domain/access.ts';
import type { QueryOutput } from '../../domain/api.ts';
import { noticeDefault } from '../../domain/noticeDefault.ts';
import { usualNoticeHours } from '../../domain/noticeHours.ts';
import { kindsOfLine, noticeTemplates } from '../../domain/noticeKind.ts';
import { PostRole } from '../../domain/post.ts';
import { ActionForm } from '../desk/ActionForm.tsx';
import { HoursInput, WaysInput, type ChannelChoice } from '../desk/NoticeInputs.tsx';
import { Failure } from '../desk/PagedList.tsx';
import { useAsk } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { SideDrawer } from '../ui/SideDrawer.tsx';
import { Loading } from '../ui/States.tsx';
import { NoticeTabs } from './NoticeTabs.tsx';
import type { ChosenRecord } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';
import { useSendAction } from './useSendAction.ts';

type Default = QueryOutput<'noticeDefaultList'>['items'][number];

/** A role with what is set for it; null: nothing. */
interface RoleRow {
  role: Role;
  found: Default | null;
}

export default function NoticeDefaultsPage() {
  const { post } = useSession();
  const { data, error, refetch } = useAsk('noticeDefaultList', {});
  const [form, setForm] = useState<RoleRow | null>(null);
  const [chosen, setChosen] = useState<ChosenRecord | null>(null);
  const mayAdd = post !== null && noticeDefault.actions.add.by.some((role) => role === post.role);
  return (
    <>
      <div className="page-head">
        <h1>通知渠道</h1>
      </div>
      <NoticeTabs current="角色默认" />
      {!data ? (
        error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading rows={8} />
        )
      ) : (
        <DataTable
          label="角色默认"
          rows={PostRole.options.map((role) => ({
            role,
            found: data.items.find((row) => row.role === role) ?? null,
          }))}
          columns={columns(data.channels, mayAdd ? setForm : null, setChosen)}
          rowKey={({ role }) => role}
        />
      )}
      {form && data && (
        <DefaultForm
          key={form.role}
          row={form}
          channels={data.channels}
          onClose={() => setForm(null)}
        />
      )}
      {chosen && (
        <ActionForm {...chosen} onDone={() => setChosen(null)} onClose={() => setChosen(null)} />
      )}
    </>
  );
}

const columns = (
  channels: readonly ChannelChoice[],
  onSet: ((row: RoleRow) => void) | null,
  choose: (chosen: ChosenRecord) => void,
): Column<RoleRow>[] => [
  {
    key: 'role',
    title: '角色',
    width: 160,
    render: ({ role }) => <strong>{roleLabels[role]}</strong>,
  },
  {
    key: 'ways',
    title: '平台外的通知',
    render: ({ found }) => {
      const used = channels.flatMap(({ id, name }) => {
        const kinds = found?.ways.filter(({ channelId }) => channelId === id) ?? [];
        return kinds.length === 0
          ? []
          : [`${name}：${kinds.map(({ kind }) => noticeTemplates[kind].label).join('、')}`];
      });
      return used.length === 0
        ? '只在平台内提醒'
        : used.map((words) => <div key={words}>{words}</div>);
    },
  },
  {
    key: 'hours',
    title: '免打扰',
    width: 130,
    render: ({ found }) =>
      found?.hours.quietFrom ? `${found.hours.quietFrom} 至 ${found.hours.quietTo}` : '—',
  },
  {
    key: 'do',
    title: '办理',
    width: 260,
    render: (row) => (
      <span className="buttons">
        {onSet && (
          <Button size="small" onClick={() => onSet(row)}>
            {row.found ? '修改' : '设置'}
          </Button>
        )}
        {row.found && (
          <RowButtons
            noun="noticeDefault"
            id={row.found.id}
            actions={row.found.actions.filter(({ action }) => action !== 'edit')}
            onChoose={(open) =>
              row.found &&
              choose({
                open,
                recordId: row.found.id,
                seen: row.found.version,
                subject: roleLabels[row.role],
              })
            }
          />
        )}
      </span>
    ),
  },
];

interface DefaultFormProps {
  row: RoleRow;
  channels: readonly ChannelChoice[];
  onClose: () => void;
}

function DefaultForm({ row: { role, found }, channels, onClose }: DefaultFormProps) {
  const [ways, setWays] = useState(() =>
    (found?.ways ?? []).filter(({ channelId }) => channels.some(({ id }) => id === channelId)),
  );
  const [hours, setHours] = useState(found?.hours ?? usualNoticeHours);
  const sending = useSendAction({
    noun: 'noticeDefault',
    action: found ? 'edit' : 'add',
    id: found?.id ?? null,
    ...(found ? { seen: found.version } : {}),
  });
  const save = async () => {
    if (await sending.send(found ? { ways, hours } : { role, ways, hours })) onClose();
  };
  return (
    <SideDrawer title="默认通知" subject={roleLabels[role]} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <WaysInput
          kinds={kindsOfLine(lineOfRole[role])}
          channels={channels}
          ways={ways}
          onChange={setWays}
        />
        <HoursInput hours={hours} error={sending.errors.hours} onChange={setHours} />
        {sending.problem && (
          <Alert type="error" showIcon role="alert" title={sending.problem.words} />
        )}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={sending.isSending}>
            保存
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
      </form>
    </SideDrawer>
  );
}
