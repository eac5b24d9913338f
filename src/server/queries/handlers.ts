/** Handlers: for each query of `domain/api.ts` the function that answers it; a missing one does not compile. */
import type { QueryInput, QueryName, QueryOutput } from '../../domain/api.ts';
import { approvalList } from './approvalList.ts';
import { assistList } from './assistList.ts';
import { calendarPreview, calendarView } from './calendarView.ts';
import { categoryList } from './categoryList.ts';
import { categoryView } from './categoryView.ts';
import { citizenForm, follow } from './citizen.ts';
import type { QueryContext } from './context.ts';
import { directory } from './directory.ts';
import { dutyOverrules } from './dutyOverrules.ts';
import { dutyRuleList, dutyTry } from './dutyRules.ts';
import { eventList } from './eventList.ts';
import { issueList } from './issueList.ts';
import { issueView } from './issueView.ts';
import { noticeList, readNotices } from './noticeList.ts';
import { ownerlessList } from './dutyOwnerless.ts';
import { personList } from './personList.ts';
import { reportList } from './reportList.ts';
import { reportView } from './reportView.ts';
import { revealed } from './revealed.ts';
import { settingList } from './settingList.ts';
import { work } from './work.ts';
import { worksSum } from './worksSum.ts';

type Handlers = {
  [Q in QueryName]: (context: QueryContext, input: QueryInput<Q>) => Promise<QueryOutput<Q>>;
};

export const handlers: Handlers = {
  directory,
  issueList,
  issueView,
  reportList,
  reportView,
  revealed,
  approvalList,
  assistList,
  work,
  noticeList,
  readNotices,
  eventList,
  personList,
  dutyRuleList,
  dutyTry,
  dutyOverrules,
  ownerlessList,
  worksSum,
  follow,
  citizenForm,
  categoryList,
  categoryView,
  settingList,
  calendarView,
  calendarPreview,
};
