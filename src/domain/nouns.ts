/**
 * Nouns 名词总表: every kind of record of the product, in the office's order. What is in this table has
 * routes, forms, events, pages and tests; what is not does not exist.
 */
import type { AnyRow, Noun } from './action.ts';
import { apiKey } from './apiKey.ts';
import { approval } from './approval.ts';
import { area } from './area.ts';
import { assist } from './assist.ts';
import { calendarYear } from './calendarYear.ts';
import { catalogLink } from './catalogLink.ts';
import { callback } from './callback.ts';
import { category } from './category.ts';
import { classifierVersion } from './classifierVersion.ts';
import { clause } from './clause.ts';
import { deputy } from './deputy.ts';
import { download } from './download.ts';
import { dutyRule } from './dutyRule.ts';
import { indicator } from './indicator.ts';
import { finding } from './finding.ts';
import { groupPost } from './groupPost.ts';
import { issue } from './issue.ts';
import { orderClass } from './orderClass.ts';
import { noticeChannel } from './noticeChannel.ts';
import { noticeChoice } from './noticeChoice.ts';
import { noticeDefault } from './noticeDefault.ts';
import { outsideAddress } from './outsideAddress.ts';
import { patron } from './patron.ts';
import { person } from './person.ts';
import { platformCase } from './platformCase.ts';
import { post } from './post.ts';
import { Refused } from './refused.ts';
import { report } from './report.ts';
import { roster } from './roster.ts';
import { sender } from './sender.ts';
import { setting } from './setting.ts';
import { site } from './site.ts';
import { subscription } from './subscription.ts';
import { unit } from './unit.ts';

export const nouns = {
  report,
  issue,
  assist,
  approval,
  callback,
  finding,
  unit,
  area,
  site,
  category,
  clause,
  indicator,
  orderClass,
  catalogLink,
  dutyRule,
  calendarYear,
  setting,
  person,
  post,
  roster,
  deputy,
  patron,
  sender,
  apiKey,
  outsideAddress,
  subscription,
  platformCase,
  noticeChannel,
  noticeDefault,
  noticeChoice,
  download,
  classifierVersion,
  groupPost,
} satisfies Record<string, Noun>;

export type NounName = keyof typeof nouns;

export const nounNames = Object.keys(nouns) as NounName[];

/** The district of the base layer and of what belongs to the installation. */
export const baseDistrict = '000000';

/** The noun of a name. Throws 404 for an unknown one. */
export function getNoun(name: string): Noun {
  const found = Object.hasOwn(nouns, name) ? nouns[name as NounName] : undefined;
  if (!found) throw new Refused(404, 'noSuchNoun', '没有这类记录');
  return found;
}

/** The row of an action. Throws 404 for an unknown one. */
export function getRow(noun: Noun, action: string): AnyRow {
  const row = Object.hasOwn(noun.actions, action) ? noun.actions[action] : undefined;
  if (!row) throw new Refused(404, 'noSuchAction', `${noun.label}没有这个动作`);
  return row;
}
