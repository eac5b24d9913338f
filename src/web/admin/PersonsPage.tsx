/** Persons 人员: who can sign in, what they are, who is locked and until when. */
import { App } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import type { OpenAction } from '../../domain/views.ts';
import { person } from '../../domain/person.ts';
import { newId } from '../client.ts';
import { useConfirmed } from '../ConfirmPassword.tsx';
import { useAct } from '../queryHooks.ts';
import { showMoment } from '../words.ts';
import type { Column } from '../ui/DataTable.tsx';
import { PagedRegister, StatusMark } from './PagedRegister.tsx';

type PersonItem = QueryOutput<'personList'>['items'][number];

const columns: Column<PersonItem>[] = [
  { key: 'name', title: '姓名', width: 110, render: ({ name }) => <strong>{name}</strong> },
  { key: 'login', title: '登录名', width: 165, render: ({ login }) => login },
  {
    key: 'posts',
    title: '岗位',
    render: ({ posts }) => posts.join('；') || <span className="soft">未任岗位</span>,
  },
  { key: 'status', title: '状态', width: 150, render: (item) => <Status item={item} /> },
  {
    key: 'at',
    title: '最近登录',
    width: 110,
    isNumber: true,
    render: ({ signedInAt }) => showMoment(signedInAt),
  },
];

const Status = ({ item: { status, lockedUntil, hasTotp } }: { item: PersonItem }) => (
  <span className="marks">
    <StatusMark isOn={status === 'active'} words={person.statuses[status] ?? status} />
    {lockedUntil && <span className="mark mark-late">锁定至 {showMoment(lockedUntil)}</span>}
    {hasTotp && <span className="mark">动态验证码</span>}
  </span>
);

/** What makes sense for a row now. */
const isOffered = ({ action }: OpenAction, { lockedUntil, hasTotp, status }: PersonItem): boolean =>
  (action !== 'unlock' || lockedUntil !== null) &&
  (action !== 'resetTotp' || hasTotp) &&
  (action !== 'endSessions' || status === 'active');

export default function PersonsPage() {
  const { modal, message } = App.useApp();
  const { mutateAsync } = useAct();
  const { run, dialog } = useConfirmed((words) => void message.error(words));

  /** Sensitive: asks for the password again instead of a form. */
  const onAction = ({ action, label }: OpenAction, { id, name, login }: PersonItem): boolean => {
    if (action !== 'endSessions' && action !== 'resetTotp') return false;
    const requestId = newId();
    modal.confirm({
      title: `${label}：${name}（${login}）`,
      content:
        action === 'endSessions'
          ? '此人在所有设备上的登录都会立即结束，需要重新登录。'
          : '此人下次登录只需密码；登录后应立即重新启用动态验证码。',
      okText: label,
      cancelText: '取消',
      onOk: () =>
        run(async () => {
          await mutateAsync({ noun: 'person', id, action, input: {}, requestId });
          message.success(`已${label}`);
        }),
    });
    return true;
  };

  return (
    <>
      <PagedRegister<PersonItem>
        title="人员"
        noun="person"
        query="personList"
        counter="人"
        search="姓名、首字母、登录名"
        choices={[
          {
            name: 'state',
            label: '状态',
            options: [
              { value: 'active', label: '在用' },
              { value: 'locked', label: '已锁定' },
              { value: 'retired', label: '停用' },
            ],
          },
        ]}
        columns={columns}
        subjectOf={({ name, login }) => `${name}（${login}）`}
        prefillOf={({ name }) => ({ name })}
        onAction={onAction}
        isOffered={isOffered}
        actionsWidth={300}
        emptyWords="换个姓名再查，或由系统管理员新增。"
      />
      {dialog}
    </>
  );
}
