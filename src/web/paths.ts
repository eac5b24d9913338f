/** Paths 地址: the address of every page, written once. */
import type { Role } from '../domain/access.ts';

type Search = Record<string, string | undefined>;

const withSearch = (path: string, search: Search = {}): string => {
  const text = new URLSearchParams(
    Object.entries(search).flatMap(([key, value]) => (value ? [[key, value]] : [])),
  ).toString();
  return text ? `${path}?${text}` : path;
};

export const paths = {
  root: () => '/',
  signIn: (next?: string) => withSearch('/sign-in', { next }),
  password: () => '/password',
  setup: () => '/setup',
  notices: () => '/notices',
  ownNotices: () => '/notices/settings',
  noticeChannels: () => '/admin/notices',
  noticeMessages: (id: string, search?: Search) => withSearch(`/admin/notices/${id}`, search),
  noticeDefaults: () => '/admin/notice-defaults',
  downloads: (search?: Search) => withSearch('/downloads', search),
  deskIssues: (search?: Search) => withSearch('/desk/issues', search),
  issue: (id: string) => `/desk/issues/${id}`,
  deskReports: (search?: Search) => withSearch('/desk/reports', search),
  newReport: () => '/desk/reports/new',
  orders: (search?: Search) => withSearch('/desk/orders', search),
  report: (id: string) => `/desk/reports/${id}`,
  findings: (search?: Search) => withSearch('/desk/findings', search),
  finding: (id: string) => `/desk/findings/${id}`,
  findingLoads: (search?: Search) => withSearch('/desk/findings/loads', search),
  callbacks: (search?: Search) => withSearch('/desk/callbacks', search),
  callback: (id: string) => `/desk/callbacks/${id}`,
  callbackRates: (search?: Search) => withSearch('/desk/callback-rates', search),
  approvals: (search?: Search) => withSearch('/desk/approvals', search),
  unitIssues: (search?: Search) => withSearch('/unit/issues', search),
  unitAssists: (search?: Search) => withSearch('/unit/assists', search),
  groupFeed: (search?: Search) => withSearch('/group', search),
  groupUnits: (search?: Search) => withSearch('/group/units', search),
  groupPosts: (search?: Search) => withSearch('/group/posts', search),
  persons: () => '/admin/persons',
  posts: () => '/admin/posts',
  units: () => '/admin/units',
  sheets: (search?: Search) => withSearch('/admin/sheets', search),
  categories: (search?: Search) => withSearch('/admin/categories', search),
  catalog: (search?: Search) => withSearch('/admin/catalog', search),
  catalogOpen: (search?: Search) => withSearch('/admin/catalog/open', search),
  catalogLinks: (search?: Search) => withSearch('/admin/catalog/links', search),
  category: (code: string) => `/admin/categories/${code}`,
  settings: () => '/admin/settings',
  calendar: (search?: Search) => withSearch('/admin/calendar', search),
  rosters: () => '/admin/rosters',
  deputies: () => '/admin/deputies',
  patrons: () => '/admin/patrons',
  sessions: () => '/admin/sessions',
  dutyRules: (search?: Search) => withSearch('/admin/duty', search),
  dutyOverrules: (search?: Search) => withSearch('/admin/overrules', search),
  ownerless: (search?: Search) => withSearch('/desk/ownerless', search),
  areas: (search?: Search) => withSearch('/admin/areas', search),
  area: (id: string) => `/admin/areas/${id}`,
  areaFile: () => '/admin/area-file',
  apiKeys: (search?: Search) => withSearch('/admin/api-keys', search),
  backup: () => '/admin/backup',
  understanding: () => '/admin/understanding',
  subscriptions: () => '/admin/outside',
  gridPlatforms: () => '/admin/outside/platforms',
  platformCases: (search?: Search) => withSearch('/desk/platform-cases', search),
  deliveries: (id: string, search?: Search) =>
    withSearch(`/admin/outside/subscriptions/${id}`, search),
  outsideAddresses: (search?: Search) => withSearch('/admin/outside/addresses', search),
  record: (noun: string, id: string) => `/admin/record/${noun}/${id}`,
  field: () => '/field',
  fieldReport: () => '/field/report',
  fieldVerify: () => '/field/verify',
  fieldIssue: (id: string) => `/field/issues/${id}`,
  fieldConfirm: (id: string) => `/field/confirm/${id}`,
  citizen: (district: string) => `/c/${district}`,
  citizenFollow: (district: string) => `/c/${district}/follow`,
  citizenCallback: (district: string) => `/c/${district}/callback`,
};

/** Where a person begins work. */
export function homeOf(role: Role): string {
  switch (role) {
    case 'desk':
    case 'shiftLeader':
      return paths.deskReports();
    case 'unitHead':
    case 'officer':
      return paths.unitIssues();
    case 'gridWorker':
    case 'assessor':
      return paths.field();
    case 'systemAdmin':
    case 'securityAdmin':
    case 'auditAdmin':
      return paths.persons();
    default:
      return paths.deskIssues();
  }
}
