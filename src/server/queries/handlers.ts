/** Handlers: for each query of `domain/api.ts` the function that answers it; a missing one does not compile. */
import type { QueryInput, QueryName, QueryOutput } from '../../domain/api.ts';
import { catalogEffect } from '../indicators/effect.ts';
import { catalogLinks } from '../indicators/links.ts';
import { catalogMatrix } from '../indicators/matrix.ts';
import { catalogOpen } from '../indicators/open.ts';
import { apiKeyList } from './apiKeyList.ts';
import { areaAt, areaShapes } from './areaAt.ts';
import { areaList, areaMap } from './areaList.ts';
import { areaView } from './areaView.ts';
import { approvalList } from './approvalList.ts';
import { assistList } from './assistList.ts';
import { askForBackup, backupList } from './backups.ts';
import { calendarPreview, calendarView } from './calendarView.ts';
import { callbackRates } from './callbackRates.ts';
import { callbackList, callbackView } from './callbacks.ts';
import { categoryList } from './categoryList.ts';
import { categoryView } from './categoryView.ts';
import { citizenForm, follow } from './citizen.ts';
import { callbackAsked } from './citizenCallback.ts';
import { deputyList } from './deputyList.ts';
import type { QueryContext } from './context.ts';
import { directory } from './directory.ts';
import { groupFeed } from '../group/feed.ts';
import { groupPosts } from '../group/postList.ts';
import { groupUnits } from '../group/units.ts';
import { downloadList, downloadSize } from './downloads.ts';
import { dutyOverrules } from './dutyOverrules.ts';
import { dutyRuleList, dutyTry } from './dutyRules.ts';
import { eventList } from './eventList.ts';
import { findingList, findingLoad, findingLoads, findingView } from './findings.ts';
import { issueList } from './issueList.ts';
import { issueView } from './issueView.ts';
import {
  noticeChannelList,
  noticeDefaultList,
  noticeMessageList,
  tryNoticeChannel,
} from './noticeChannels.ts';
import { noticeList, readNotices } from './noticeList.ts';
import { orderLoad, orderLoads } from './orders.ts';
import { ownerlessList } from './dutyOwnerless.ts';
import { ownNotices } from './ownNotices.ts';
import { outsideAddressList } from './outsideAddressList.ts';
import { patronList } from './patronList.ts';
import { personList } from './personList.ts';
import { platformCaseList } from './platformCaseList.ts';
import { progress } from './progress.ts';
import { postList } from './postList.ts';
import { reportList } from './reportList.ts';
import { reportView } from './reportView.ts';
import { revealed } from './revealed.ts';
import { settingList } from './settingList.ts';
import { rosterMonth } from './rosterMonth.ts';
import { sessionList } from './sessionList.ts';
import { deliveryList, subscriptionList, trySubscription } from './subscriptions.ts';
import { understanding } from './understanding.ts';
import { unitList, unitUse } from './unitList.ts';
import { sheetLoad, sheetLoads } from './sheets.ts';
import { work } from './work.ts';
import { worksSum } from './worksSum.ts';

type Handlers = {
  [Q in QueryName]: (context: QueryContext, input: QueryInput<Q>) => Promise<QueryOutput<Q>>;
};

export const handlers: Handlers = {
  apiKeyList,
  areaList,
  areaMap,
  areaView,
  areaAt,
  areaShapes,
  directory,
  issueList,
  issueView,
  reportList,
  reportView,
  revealed,
  approvalList,
  assistList,
  callbackList,
  callbackView,
  callbackRates,
  callbackAsked,
  orderLoad,
  orderLoads,
  findingList,
  findingView,
  findingLoad,
  findingLoads,
  sheetLoad,
  sheetLoads,
  downloadList,
  downloadSize,
  work,
  noticeList,
  readNotices,
  eventList,
  personList,
  unitList,
  unitUse,
  postList,
  rosterMonth,
  deputyList,
  patronList,
  sessionList,
  dutyRuleList,
  dutyTry,
  dutyOverrules,
  ownerlessList,
  worksSum,
  follow,
  citizenForm,
  progress,
  categoryList,
  categoryView,
  settingList,
  calendarView,
  calendarPreview,
  backupList,
  askForBackup,
  outsideAddressList,
  subscriptionList,
  deliveryList,
  trySubscription,
  platformCaseList,
  noticeChannelList,
  noticeDefaultList,
  noticeMessageList,
  tryNoticeChannel,
  ownNotices,
  understanding,
  catalogMatrix,
  catalogOpen,
  catalogLinks,
  catalogEffect,
  groupFeed,
  groupPosts,
  groupUnits,
};
