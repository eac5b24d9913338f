/**
 * Routes 页面地图: which page stands at which address. Office pages load the component library, field and
 * citizen pages never do.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type ErrorComponentProps,
} from '@tanstack/react-router';
import { Gate, Home } from './Gate.tsx';
import { PlainState } from './ui/PlainState.tsx';

const root = createRootRoute({ component: Outlet });

const at = (path: string, load: () => Promise<{ default: () => React.ReactNode }>) => ({
  path,
  component: lazyRouteComponent(load),
});

const publicPage = (path: string, load: () => Promise<{ default: () => React.ReactNode }>) =>
  createRoute({ getParentRoute: () => root, ...at(path, load) });

const staff = createRoute({ getParentRoute: () => root, id: 'staff', component: Gate });

const staffPage = (path: string, load: () => Promise<{ default: () => React.ReactNode }>) =>
  createRoute({ getParentRoute: () => staff, ...at(path, load) });

const office = createRoute({
  getParentRoute: () => staff,
  id: 'office',
  component: lazyRouteComponent(() => import('./OfficeShell.tsx')),
});

const officePage = (path: string, load: () => Promise<{ default: () => React.ReactNode }>) =>
  createRoute({ getParentRoute: () => office, ...at(path, load) });

const tree = root.addChildren([
  publicPage('/sign-in', () => import('./SignIn.tsx')),
  publicPage('/setup', () => import('./admin/SetupPage.tsx')),
  publicPage('/c/$district', () => import('./citizen/CitizenReport.tsx')),
  publicPage('/c/$district/follow', () => import('./citizen/CitizenFollow.tsx')),
  publicPage('/c/$district/callback', () => import('./citizen/CallbackByCode.tsx')),
  staff.addChildren([
    createRoute({ getParentRoute: () => staff, path: '/', component: Home }),
    staffPage('/password', () => import('./Password.tsx')),
    staffPage('/field', () => import('./field/FieldHome.tsx')),
    staffPage('/field/report', () => import('./field/FieldReport.tsx')),
    staffPage('/field/verify', () => import('./field/FieldVerify.tsx')),
    staffPage('/field/issues/$id', () => import('./field/FieldIssue.tsx')),
    staffPage('/field/confirm/$id', () => import('./field/FieldConfirm.tsx')),
    office.addChildren([
      officePage('/desk/issues', () => import('./desk/IssueListPage.tsx')),
      officePage('/desk/issues/$id', () => import('./desk/IssuePage.tsx')),
      officePage('/desk/reports', () => import('./desk/ReportListPage.tsx')),
      officePage('/desk/reports/new', () => import('./desk/NewReportPage.tsx')),
      officePage('/desk/orders', () => import('./desk/OrdersPage.tsx')),
      officePage('/desk/reports/$id', () => import('./desk/ReportPage.tsx')),
      officePage('/desk/callbacks', () => import('./desk/CallbackListPage.tsx')),
      officePage('/desk/callbacks/$id', () => import('./desk/CallbackPage.tsx')),
      officePage('/desk/callback-rates', () => import('./desk/CallbackRatesPage.tsx')),
      officePage('/desk/findings', () => import('./desk/FindingsPage.tsx')),
      officePage('/desk/findings/$id', () => import('./desk/FindingPage.tsx')),
      officePage('/desk/findings/loads', () => import('./desk/FindingsLoadPage.tsx')),
      officePage('/desk/approvals', () => import('./desk/ApprovalsPage.tsx')),
      officePage('/unit/issues', () => import('./unit/UnitIssuesPage.tsx')),
      officePage('/unit/assists', () => import('./unit/UnitAssistsPage.tsx')),
      officePage('/group', () => import('./unit/GroupFeedPage.tsx')),
      officePage('/group/units', () => import('./unit/GroupUnitsPage.tsx')),
      officePage('/group/posts', () => import('./unit/GroupPostsPage.tsx')),
      officePage('/downloads', () => import('./desk/DownloadsPage.tsx')),
      officePage('/notices', () => import('./desk/NoticesPage.tsx')),
      officePage('/notices/settings', () => import('./desk/OwnNoticesPage.tsx')),
      officePage('/admin/notices', () => import('./admin/NoticeChannelsPage.tsx')),
      officePage('/admin/notices/$id', () => import('./admin/NoticeMessagesPage.tsx')),
      officePage('/admin/notice-defaults', () => import('./admin/NoticeDefaultsPage.tsx')),
      officePage('/admin/persons', () => import('./admin/PersonsPage.tsx')),
      officePage('/admin/posts', () => import('./admin/PostsPage.tsx')),
      officePage('/admin/units', () => import('./admin/UnitsPage.tsx')),
      officePage('/admin/sheets', () => import('./admin/SheetsPage.tsx')),
      officePage('/admin/categories', () => import('./admin/CategoriesPage.tsx')),
      officePage('/admin/categories/$code', () => import('./admin/CategoryPage.tsx')),
      officePage('/admin/catalog', () => import('./admin/IndicatorMatrixPage.tsx')),
      officePage('/admin/catalog/open', () => import('./admin/IndicatorOpenPage.tsx')),
      officePage('/admin/catalog/links', () => import('./admin/IndicatorLinksPage.tsx')),
      officePage('/admin/settings', () => import('./admin/SettingsPage.tsx')),
      officePage('/admin/calendar', () => import('./admin/CalendarPage.tsx')),
      officePage('/admin/rosters', () => import('./admin/RosterPage.tsx')),
      officePage('/admin/deputies', () => import('./admin/DeputiesPage.tsx')),
      officePage('/admin/patrons', () => import('./admin/PatronsPage.tsx')),
      officePage('/admin/sessions', () => import('./admin/SessionsPage.tsx')),
      officePage('/admin/duty', () => import('./admin/DutyRulesPage.tsx')),
      officePage('/admin/overrules', () => import('./admin/DutyOverrulesPage.tsx')),
      officePage('/desk/ownerless', () => import('./desk/OwnerlessPage.tsx')),
      officePage('/admin/areas', () => import('./admin/AreasPage.tsx')),
      officePage('/admin/areas/$id', () => import('./admin/AreaPage.tsx')),
      officePage('/admin/area-file', () => import('./admin/AreaFilePage.tsx')),
      officePage('/admin/api-keys', () => import('./admin/ApiKeysPage.tsx')),
      officePage('/admin/backup', () => import('./admin/BackupPage.tsx')),
      officePage('/admin/understanding', () => import('./admin/UnderstandingPage.tsx')),
      officePage('/admin/outside', () => import('./admin/SubscriptionsPage.tsx')),
      officePage('/admin/outside/subscriptions/$id', () => import('./admin/DeliveriesPage.tsx')),
      officePage('/admin/outside/platforms', () => import('./admin/GridPlatformsPage.tsx')),
      officePage('/desk/platform-cases', () => import('./desk/PlatformCasesPage.tsx')),
      officePage('/admin/outside/addresses', () => import('./admin/OutsideAddressesPage.tsx')),
      officePage('/admin/record/$noun/$id', () => import('./admin/RecordPage.tsx')),
    ]),
  ]),
]);

const Waiting = () => <PlainState title="正在打开……" isBusy />;

const Missing = () => (
  <PlainState
    title="没有这个页面"
    words="地址可能已经变更，请从首页进入。"
    actionLabel="回到首页"
    onAction={() => location.assign('/')}
  />
);

const Broken = ({ error }: ErrorComponentProps) => (
  <PlainState
    title="页面出错了"
    words={`${error instanceof Error ? error.message : '未知错误'}。请刷新重试；若反复出现，请联系系统管理员。`}
    actionLabel="刷新"
    onAction={() => location.reload()}
  />
);

/** Search values are plain text: what stands in the address is what a filter holds. */
export const router = createRouter({
  routeTree: tree,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Record<string, string>).toString();
    return text ? `?${text}` : '';
  },
  defaultPendingMs: 300,
  defaultPendingComponent: Waiting,
  defaultNotFoundComponent: Missing,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});
