/** The office's frame: component library, navigation by role, what waits for me, messages, posts. */
import { Outlet, useRouterState } from '@tanstack/react-router';
import { App, Badge, Button, ConfigProvider, Dropdown, type MenuProps } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import {
  ApartmentOutlined,
  ApiOutlined,
  AuditOutlined,
  BellOutlined,
  BulbOutlined,
  CalendarOutlined,
  ClusterOutlined,
  CommentOutlined,
  DownloadOutlined,
  EnvironmentOutlined,
  FieldTimeOutlined,
  FileSearchOutlined,
  GlobalOutlined,
  IdcardOutlined,
  ImportOutlined,
  InboxOutlined,
  LinkOutlined,
  NotificationOutlined,
  PartitionOutlined,
  PhoneOutlined,
  ProfileOutlined,
  QuestionCircleOutlined,
  SafetyOutlined,
  SaveOutlined,
  ScheduleOutlined,
  SwapOutlined,
  TableOutlined,
  TagsOutlined,
  TeamOutlined,
  ToolOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { roleLabels, type Role } from '../domain/access.ts';
import type { QueryOutput } from '../domain/api.ts';
import { signOut, switchPost } from './client.ts';
import { homeOf, paths } from './paths.ts';
import { useAsk } from './queryHooks.ts';
import { useReplaceSession, useSession } from './session.tsx';
import { showCount } from './words.ts';
import { useIsNarrow } from './ui/hooks.ts';
import { Link, useGo } from './ui/Link.tsx';
import { Shell, type NavItem } from './ui/Shell.tsx';
import { theme } from './ui/theme.ts';
import './ui/office.css';

export default function OfficeShell() {
  return (
    <ConfigProvider locale={zhCN} theme={theme} button={{ autoInsertSpace: false }}>
      <App message={{ maxCount: 2 }}>
        <Frame />
      </App>
    </ConfigProvider>
  );
}

type Place = Omit<NavItem, 'isCurrent'>;

const places = {
  reports: { href: paths.deskReports(), label: '来件', icon: <InboxOutlined /> },
  findings: { href: paths.findings(), label: '测评发现', icon: <FileSearchOutlined /> },
  orders: { href: paths.orders(), label: '工单导入', icon: <ImportOutlined /> },
  issues: { href: paths.deskIssues(), label: '案件台账', icon: <ProfileOutlined /> },
  callbacks: { href: paths.callbacks(), label: '回访', icon: <PhoneOutlined /> },
  approvals: { href: paths.approvals(), label: '审批', icon: <AuditOutlined /> },
  unitIssues: { href: paths.unitIssues(), label: '本单位案件', icon: <ToolOutlined /> },
  assists: { href: paths.unitAssists(), label: '协办任务', icon: <TeamOutlined /> },
  group: { href: paths.groupFeed(), label: '创城大管家', icon: <CommentOutlined /> },
  field: { href: paths.field(), label: '现场', icon: <EnvironmentOutlined /> },
  persons: { href: paths.persons(), label: '人员', icon: <UserOutlined /> },
  posts: { href: paths.posts(), label: '岗位', icon: <IdcardOutlined /> },
  areas: { href: paths.areas(), label: '区域', icon: <GlobalOutlined /> },
  units: { href: paths.units(), label: '单位', icon: <ApartmentOutlined /> },
  rosters: { href: paths.rosters(), label: '值班', icon: <ScheduleOutlined /> },
  apiKeys: { href: paths.apiKeys(), label: '接口密钥', icon: <ApiOutlined /> },
  sessions: { href: paths.sessions(), label: '登录情况', icon: <SafetyOutlined /> },
  categories: { href: paths.categories(), label: '类别', icon: <TagsOutlined /> },
  catalog: { href: paths.catalog(), label: '目录对应', icon: <ClusterOutlined /> },
  settings: { href: paths.settings(), label: '时限参数', icon: <FieldTimeOutlined /> },
  calendar: { href: paths.calendar(), label: '日历', icon: <CalendarOutlined /> },
  dutyRules: { href: paths.dutyRules(), label: '责任分解', icon: <PartitionOutlined /> },
  ownerless: { href: paths.ownerless(), label: '无主清单', icon: <QuestionCircleOutlined /> },
  sheets: { href: paths.sheets(), label: '表格', icon: <TableOutlined /> },
  backup: { href: paths.backup(), label: '备份', icon: <SaveOutlined /> },
  understanding: { href: paths.understanding(), label: '识别模型', icon: <BulbOutlined /> },
  outside: { href: paths.subscriptions(), label: '外联', icon: <LinkOutlined /> },
  noticeChannels: {
    href: paths.noticeChannels(),
    label: '通知渠道',
    icon: <NotificationOutlined />,
  },
  downloads: { href: paths.downloads(), label: '我的导出', icon: <DownloadOutlined /> },
  notices: { href: paths.notices(), label: '消息', icon: <BellOutlined /> },
} satisfies Record<string, Place>;

const registers = [
  places.persons,
  places.posts,
  places.units,
  places.areas,
  places.rosters,
  places.dutyRules,
];

const standards = [places.categories, places.settings, places.calendar];

/** The pages of each role, most used first. */
function placesOf(role: Role): Place[] {
  switch (role) {
    case 'desk':
    case 'shiftLeader':
      return [
        places.reports,
        places.issues,
        places.callbacks,
        places.approvals,
        places.group,
        places.orders,
        places.findings,
        places.ownerless,
        places.dutyRules,
        places.categories,
        places.catalog,
        places.understanding,
        places.rosters,
        places.downloads,
        places.notices,
      ];
    case 'unitHead':
    case 'officer':
      return [
        places.unitIssues,
        places.group,
        places.assists,
        places.findings,
        places.callbacks,
        places.approvals,
        places.rosters,
        places.dutyRules,
        places.categories,
        places.downloads,
        places.notices,
      ];
    case 'gridWorker':
    case 'assessor':
      return [places.field, places.issues, places.findings, places.downloads, places.notices];
    case 'systemAdmin':
      return [
        ...registers,
        ...standards,
        places.catalog,
        places.sheets,
        places.understanding,
        places.backup,
        places.apiKeys,
        places.outside,
        places.noticeChannels,
        places.notices,
      ];
    case 'securityAdmin':
      return [
        ...registers,
        places.sheets,
        places.sessions,
        places.apiKeys,
        places.issues,
        places.reports,
        places.downloads,
        places.notices,
      ];
    case 'auditAdmin':
      return [
        ...registers,
        ...standards,
        places.apiKeys,
        places.issues,
        places.reports,
        places.findings,
        places.downloads,
        places.notices,
      ];
    default:
      return [
        places.issues,
        places.reports,
        places.findings,
        places.callbacks,
        places.approvals,
        places.group,
        places.ownerless,
        places.dutyRules,
        places.categories,
        places.catalog,
        places.rosters,
        places.downloads,
        places.notices,
      ];
  }
}

type WorkList = QueryOutput<'work'>['lists'][number];

/** The page a work list opens on, for this line. */
function addressOf({ page, filter }: WorkList, isUnit: boolean): string {
  const search = Object.fromEntries(new URLSearchParams(filter));
  if (page === 'approvals') return paths.approvals(search);
  if (page === 'assists') return paths.unitAssists(search);
  if (page === 'callbacks') return paths.callbacks(search);
  if (page === 'reports') return paths.deskReports(search);
  return isUnit ? paths.unitIssues(search) : paths.deskIssues(search);
}

function Frame() {
  const { post, districtName } = useSession();
  const { data: work } = useAsk('work', {});
  const href = useRouterState({ select: (state) => state.location.href });
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  if (!post) return null;
  const isUnit = post.line === 'handling';
  const nav = placesOf(post.role).map((place) => ({
    ...place,
    isCurrent: pathname.startsWith(place.href),
    ...(place === places.notices && work?.unread ? { count: String(work.unread) } : {}),
  }));
  const side = (work?.lists ?? []).map((list) => {
    const address = addressOf(list, isUnit);
    return {
      href: address,
      label: list.label,
      count: showCount(list.count, list.isMore),
      isLate: list.overdue > 0,
      isCurrent: href === address,
    };
  });
  return (
    <Shell
      brand="创城闭环"
      place={districtName ?? ''}
      nav={nav}
      side={side}
      sideTitle="我的待办"
      corner={<Corner unread={work?.unread ?? 0} />}
    >
      <Outlet />
    </Shell>
  );
}

function Corner({ unread }: { unread: number }) {
  const { name, post, posts, district } = useSession();
  const replaceSession = useReplaceSession();
  const { message } = App.useApp();
  const go = useGo();
  const isNarrow = useIsNarrow();

  const change = async (postId: string) => {
    try {
      const session = await switchPost(postId);
      replaceSession(session);
      go(session?.post ? homeOf(session.post.role) : paths.root());
    } catch (error) {
      message.error(error instanceof Error ? error.message : '切换岗位失败，请重试');
    }
  };
  const leave = () =>
    void signOut().finally(() => {
      go(paths.signIn(), { replace: true });
      replaceSession(null);
    });

  const postItems: MenuProps['items'] = posts.map((other) => ({
    key: other.id,
    label: `${other.title || roleLabels[other.role]}${other.unitName ? `（${other.unitName}）` : ''}${other.district === district ? '' : ` · ${other.districtName}`}`,
    onClick: () => other.id !== post?.id && void change(other.id),
  }));
  const postWords = post ? post.title || roleLabels[post.role] : '';
  const items: MenuProps['items'] = [
    { key: 'password', label: '账号安全', onClick: () => go(paths.password()) },
    { key: 'ownNotices', label: '我的通知', onClick: () => go(paths.ownNotices()) },
    ...(post?.role === 'systemAdmin'
      ? [{ key: 'setup', label: '建立新的区', onClick: () => go(paths.setup()) }]
      : []),
    { key: 'leave', label: '退出登录', onClick: leave },
  ];
  return (
    <>
      <Link
        href={paths.notices()}
        className="corner-bell"
        label={unread > 0 ? `消息，${unread} 条未读` : '消息'}
      >
        <Badge count={unread} size="small" overflowCount={99}>
          <BellOutlined aria-hidden />
        </Badge>
      </Link>
      {posts.length > 1 && (
        <Dropdown
          menu={{ items: postItems, selectedKeys: post ? [post.id] : [] }}
          trigger={['click']}
          placement="bottomRight"
        >
          <Button
            className="corner-switch"
            ghost
            aria-label={`切换岗位，现在是${postWords}`}
            icon={<SwapOutlined aria-hidden />}
          >
            {isNarrow ? '换岗' : postWords}
          </Button>
        </Dropdown>
      )}
      <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
        <Button type="text" className="corner-person" icon={<UserOutlined aria-hidden />}>
          {name}
          {!isNarrow && posts.length === 1 && <span className="corner-post">{postWords}</span>}
        </Button>
      </Dropdown>
    </>
  );
}
