/**
 * Demo life 演示台账: turns the stories of `seeds/demoLife.json` into actions at their moments. A story is
 * one report and the road it takes: `dispatch:enforce@15` is an action, whom or what it names, and the
 * minutes since the step before. What would lie in the future has not happened yet.
 */
import { addDays, addMinutes, atLocalTime, localDay, type Moment } from '../domain/moment.ts';
import { idFrom } from './idFrom.ts';
import type { Scene } from './demoPictures.ts';

export interface Story {
  key: string;
  /** `9d 08:40`: days ago at a local time; `95m`: minutes ago. */
  at: string;
  by: string;
  channel?: string;
  kind?: string;
  urgency?: string;
  urgent?: boolean;
  category: string;
  condition?: number;
  site?: string;
  area?: string;
  address?: string;
  place?: [number, number];
  lead?: string;
  name?: string;
  phone?: string;
  confidential?: boolean;
  text: string;
  done?: string;
  works?: [string, number][];
  road: string;
  says?: Record<string, string>;
}

/** What stories refer to: ids of nicknames, areas of sites, the head of each unit. */
export interface Setting {
  id(noun: string, nickname: string): string;
  areaOfSite(site: string): string;
  headOf(unit: string): string;
  gridOf(areaCode: string): string;
}

/** One action of a story. `photos`: pictures the person takes for it, in the order of their ids. */
export interface Step {
  at: Moment;
  login: string;
  noun: string;
  id: string;
  action: string;
  requestId: string;
  input: Record<string, unknown>;
  photos: Scene[];
  /** The category of the matter, which its photos show. */
  categoryCode: string;
}

/** Minutes a step takes when the road does not say. */
const usualMinutes: Record<string, number> = {
  accept: 12,
  dispatch: 15,
  claim: 9,
  assign: 12,
  assist: 10,
  assisted: 95,
  rectify: 150,
  verify: 22,
  pass: 55,
  fail: 55,
  close: 18,
  answer: 75,
  confirm: 11,
  confirmed: 70,
  refuted: 80,
  grant: 45,
};

const usualWords: Record<string, string> = {
  pass: '现场已整改到位，与结案条件一致，周边无同类问题',
  answer: '您反映的问题已经处理完毕，现场已复查，感谢您的监督。',
  confirmed: '现场查看属实，情况与反映一致',
  extension: '施工条件不具备，申请顺延一次',
  hold: '须待条件具备后整改，申请挂账',
};

const channelOf = (by: string): string =>
  by.startsWith('grid') || by === 'steward' ? 'patrol' : 'hotline';

/** The moment that words like `9d 08:40` or `95m` mean before the present. */
export function startOf(at: string, present: Moment): Moment {
  const [, days, time] = /^(\d+)d (\d\d:\d\d)$/.exec(at) ?? [];
  return days && time
    ? atLocalTime(addDays(localDay(present), -Number(days)), time)
    : addMinutes(present, -Number.parseInt(at, 10));
}

/** Where a story stands while its road is read. */
interface Teller {
  story: Story;
  setting: Setting;
  present: Moment;
  areaCode: string;
  unit: string;
  officer: string | undefined;
  helper: string;
  confirmer: string;
  verifier: string;
  consent: string;
  count: number;
}

type Told = Pick<Step, 'login' | 'noun' | 'id' | 'action' | 'input'> & { photos?: Scene[] };

const reportId = (key: string): string => idFrom(`demo report ${key}`);
const issueId = (key: string): string => idFrom(`demo issue ${key}`);

const words = ({ story }: Teller, verb: string): string =>
  story.says?.[verb] ?? usualWords[verb] ?? '情况属实';

const onIssue = (
  t: Teller,
  login: string,
  action: string,
  input: Record<string, unknown> = {},
): Told => ({
  login,
  noun: 'issue',
  id: issueId(t.story.key),
  action,
  input,
});

const onReport = (
  t: Teller,
  login: string,
  action: string,
  input: Record<string, unknown> = {},
): Told => ({
  ...onIssue(t, login, action, input),
  noun: 'report',
  id: reportId(t.story.key),
});

const placeOf = ({ site, area, address, place }: Story, { id }: Setting): Record<string, unknown> =>
  site
    ? { siteId: id('site', site) }
    : { areaCode: area, address, ...(place ? { place: { lng: place[0], lat: place[1] } } : {}) };

function submit(t: Teller): Told {
  const { story, setting } = t;
  const channel = story.channel ?? channelOf(story.by);
  return {
    ...onReport(t, story.by, 'submit', {
      channel,
      content: story.text,
      categoryCode: story.category,
      ...placeOf(story, setting),
      ...(story.kind ? { kind: story.kind } : {}),
      ...(story.urgency ? { urgency: story.urgency } : {}),
      ...(channel === 'hotline'
        ? { senderCode: '12345', outsideNumber: `QH${story.key.slice(1)}` }
        : {}),
      ...(story.name ? { complainantName: story.name, complainantPhone: story.phone } : {}),
      ...(story.confidential ? { isConfidential: true } : {}),
    }),
    photos: story.by === 'desk' ? [] : ['before'],
  };
}

const judged = (t: Teller, verb: 'pass' | 'fail'): Told => ({
  ...onIssue(t, t.verifier, verb, { words: words(t, verb) }),
  photos: [verb === 'pass' ? 'after' : 'before'],
});

const asked = (t: Teller, kind: string, details: string[]): Told => {
  t.consent = kind;
  const [holdKind = '', days = '0'] = details;
  const hold = { kind: holdKind, until: addDays(localDay(t.present), Number(days)) };
  return {
    login: kind === 'extension' || kind === 'hold' ? t.setting.headOf(t.unit) : 'desk',
    noun: 'approval',
    id: idFrom(`demo approval ${t.story.key} ${kind}`),
    action: 'ask',
    input: {
      issueId: issueId(t.story.key),
      kind,
      reason: words(t, kind),
      ...(kind === 'hold' ? { hold } : {}),
    },
  };
};

const verbs: Record<string, (t: Teller, details: string[]) => Told> = {
  accept: (t) =>
    onIssue(t, 'desk', 'accept', {
      reportId: reportId(t.story.key),
      categoryCode: t.story.category,
      conditionNo: t.story.condition ?? 1,
      areaCode: t.areaCode,
      ...(t.story.urgent ? { isUrgent: true } : {}),
    }),
  dispatch: (t, [unit = t.story.lead ?? '']) => {
    t.unit = unit;
    return onIssue(t, 'desk', 'dispatch', { unitId: t.setting.id('unit', unit) });
  },
  transfer: (t, [unit = '']) => {
    t.unit = unit;
    return onIssue(t, 'desk', 'transfer', {
      unitId: t.setting.id('unit', unit),
      note: words(t, 'transfer'),
    });
  },
  claim: (t) => onIssue(t, t.setting.headOf(t.unit), 'claim'),
  assign: (t, [login = '']) => {
    t.officer = login;
    return onIssue(t, t.setting.headOf(t.unit), 'assign', { postId: t.setting.id('post', login) });
  },
  sendBack: (t) => onIssue(t, t.setting.headOf(t.unit), 'sendBack', { note: words(t, 'sendBack') }),
  assist: (t, [unit = '']) => {
    t.helper = unit;
    return {
      ...onIssue(t, 'desk', 'ask', {
        issueId: issueId(t.story.key),
        unitId: t.setting.id('unit', unit),
        task: '到场配合，按职责处理占用公共空间的物品',
      }),
      noun: 'assist',
      id: idFrom(`demo assist ${t.story.key} ${unit}`),
    };
  },
  assisted: (t) => ({
    ...onIssue(t, t.setting.headOf(t.helper), 'finish', { result: '已到场配合完成' }),
    noun: 'assist',
    id: idFrom(`demo assist ${t.story.key} ${t.helper}`),
  }),
  rectify: (t) => ({
    ...onIssue(t, t.officer ?? t.setting.headOf(t.unit), 'rectify', {
      words: t.story.done ?? '已整改完成',
      ...(t.story.works
        ? { works: t.story.works.map(([code, quantity]) => ({ code, quantity })) }
        : {}),
    }),
    photos: ['after'],
  }),
  verify: (t, [login]) => {
    t.verifier = login ?? t.setting.gridOf(t.areaCode);
    return onIssue(t, 'desk', 'sendToVerify', login ? { postId: t.setting.id('post', login) } : {});
  },
  pass: (t) => judged(t, 'pass'),
  fail: (t) => judged(t, 'fail'),
  close: (t) => onIssue(t, 'desk', 'close'),
  reopen: (t) => onIssue(t, 'desk', 'reopen', { note: words(t, 'reopen') }),
  note: (t) => onIssue(t, 'supervisor', 'addNote', { note: words(t, 'note') }),
  merge: (t, [key = '']) =>
    onIssue(t, 'desk', 'merge', { intoId: issueId(key), note: words(t, 'merge') }),
  extension: (t) => asked(t, 'extension', []),
  hold: (t, details) => asked(t, 'hold', details),
  void: (t) => asked(t, 'void', []),
  forceClose: (t) => asked(t, 'forceClose', []),
  grant: (t) => ({
    login: 'shift',
    noun: 'approval',
    id: idFrom(`demo approval ${t.story.key} ${t.consent}`),
    action: 'grant',
    input: { opinion: '情况属实，同意' },
  }),
  answer: (t) => onReport(t, 'desk', 'answer', { answer: words(t, 'answer') }),
  join: (t, [key = '']) => onReport(t, 'desk', 'join', { issueId: issueId(key) }),
  decline: (t) => onReport(t, 'desk', 'decline', { reason: words(t, 'decline') }),
  withdraw: (t) => onReport(t, t.story.by, 'withdraw', { reason: words(t, 'withdraw') }),
  selfHandle: (t) => ({
    ...onReport(t, t.story.by, 'selfHandle', { words: t.story.done ?? '已当场处理' }),
    photos: ['after'],
  }),
  confirm: (t, [login = '']) => {
    t.confirmer = login;
    return onReport(t, 'desk', 'confirm', {
      postId: t.setting.id('post', login),
      note: '请现场查看是否属实',
    });
  },
  confirmed: (t) =>
    onReport(t, t.confirmer, 'answerConfirm', { result: 'true', words: words(t, 'confirmed') }),
  refuted: (t) =>
    onReport(t, t.confirmer, 'answerConfirm', { result: 'false', words: words(t, 'refuted') }),
};

function stepsOf(story: Story, setting: Setting, present: Moment): Step[] {
  const areaCode = story.area ?? setting.areaOfSite(story.site ?? '');
  const teller: Teller = {
    story,
    setting,
    present,
    areaCode,
    unit: story.lead ?? '',
    officer: undefined,
    helper: '',
    confirmer: '',
    verifier: setting.gridOf(areaCode),
    consent: '',
    count: 0,
  };
  let at = startOf(story.at, present);
  const stepOf = (told: Told): Step => ({
    photos: [],
    ...told,
    at,
    categoryCode: story.category,
    requestId: idFrom(`demo step ${story.key} ${teller.count++}`),
  });
  const steps = [stepOf(submit(teller))];
  for (const word of story.road.split(' ').filter(Boolean)) {
    const [, name = '', details = '', minutes] =
      /^(\w+)(?::([\w:]+))?(?:@(\d+))?$/.exec(word) ?? [];
    const tell = verbs[name];
    if (!tell) throw new Error(`demo story ${story.key}: unknown step ${word}`);
    at = addMinutes(at, Number(minutes ?? usualMinutes[name] ?? 20));
    steps.push(stepOf(tell(teller, details.split(':').filter(Boolean))));
  }
  return steps;
}

/** All steps of all stories up to the present, in the order of their moments. */
export const lifeOf = (stories: readonly Story[], setting: Setting, present: Moment): Step[] =>
  stories
    .flatMap((story) => stepsOf(story, setting, present))
    .filter((step) => step.at <= present)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
