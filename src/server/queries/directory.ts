/** Directory 名录: everything a form chooses from, from master data in memory. */
import type { Directory } from '../../domain/views.ts';
import { isUnvouched } from '../../domain/category.ts';
import { limitWords } from '../../domain/categoryChange.ts';
import type { Post } from '../../domain/post.ts';
import type { MasterData } from '../masterData.ts';
import type { Unit } from '../../domain/unit.ts';
import { initialsOf } from '../pinyin.ts';
import { gradesOf } from './categoryList.ts';
import { signedIn, type QueryContext } from './context.ts';
import { areaName, personName, unitName } from './names.ts';
import { workKinds } from '../../domain/work.ts';

const postItem = (post: Post, master: MasterData): Directory['posts'][number] => {
  const { id, version, status, personId, role, line, title, unitId, areaCode } = post;
  return {
    id,
    version,
    status: master.persons.get(personId)?.status === 'active' ? status : 'retired',
    personId,
    personName: personName(master, personId) ?? '',
    role,
    line,
    title,
    unitId,
    unitName: unitName(master, unitId),
    areaCode,
    areaName: areaCode ? areaName(master, areaCode) : null,
  };
};

/** Former names, and the initials of all of them. */
export const unitFind = (name: string, aliases: Unit['aliases']): string => {
  const former = aliases.map((alias) => alias.name);
  return [...former, ...[name, ...former].map(initialsOf)].join(' ');
};

const byCode = <T extends { code: string }>(rows: Iterable<T>): T[] =>
  [...rows].sort((a, b) => (a.code < b.code ? -1 : 1));

export async function directory(context: QueryContext): Promise<Directory> {
  signedIn(context);
  const { master, district, now } = context;
  const own = master.areas.get(district);
  return {
    district: { code: district, name: own?.name ?? district, isDemo: own?.isDemo ?? false },
    units: byCode(master.units.values()).map(
      ({ id, version, status, code, name, kind, parentId, areaCode, dutyRoles, aliases }) => ({
        id,
        version,
        status,
        code,
        name,
        kind,
        parentId,
        areaCode,
        dutyRoles,
        find: unitFind(name, aliases),
      }),
    ),
    areas: byCode(master.areas.values()).map(({ code, name, level, status }) => ({
      initials: initialsOf(name),
      code,
      name,
      level,
      status,
    })),
    grades: gradesOf(master),
    sites: [...master.sites.values()]
      .filter(({ status }) => status === 'active')
      .map(({ id, name, siteType, areaCode, lng, lat }) => ({
        id,
        name,
        siteType,
        areaCode: master.currentArea(areaCode),
        lng,
        lat,
      })),
    posts: [...master.posts.values()].map((post) => postItem(post, master)),
    senders: byCode(master.senders.values())
      .filter(({ status }) => status === 'active')
      .map(({ code, name, channel }) => ({ code, name, channel })),
    platforms: master.subscriptions
      .filter(({ push, status }) => push !== null && status === 'active')
      .map(({ id, name }) => ({ id, name })),
    categories: master
      .categoriesAt(now)
      .map(({ code, name, majorName, kind, sourceFlag, vouchedAt, keywords, conditions }) => ({
        code,
        name,
        majorName,
        kind,
        isUnvouched: isUnvouched({ sourceFlag, vouchedAt }, now),
        keywords,
        conditions: conditions.map((condition) => ({
          no: condition.no,
          openWhen: condition.openWhen,
          closeWhen: condition.closeWhen,
          limit: limitWords(condition),
          severity: condition.severity,
        })),
      })),
    works: workKinds.map(({ code, name, unit }) => ({ code, name, unit })),
  };
}
