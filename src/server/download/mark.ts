/** Watermark 水印: who took out which list, in words. */
import { roleLabels } from '../../domain/access.ts';
import { findDownloadList, type Download } from '../../domain/download.ts';
import { approval } from '../../domain/approval.ts';
import { assist } from '../../domain/assist.ts';
import { callbackStatusLabels } from '../../domain/callbackShape.ts';
import { finding } from '../../domain/finding.ts';
import { filterWords, type Watermark } from '../../domain/downloadWords.ts';
import { issueStatusLabels } from '../../domain/issueShape.ts';
import type { Moment } from '../../domain/moment.ts';
import { reportStatusLabels } from '../../domain/reportShape.ts';
import type { MasterData } from '../masterData.ts';
import { areaName, personName, unitName } from '../queries/names.ts';

const statusLabels: Record<string, Record<string, string>> = {
  issueList: issueStatusLabels,
  ownerlessList: issueStatusLabels,
  reportList: { ...reportStatusLabels, toAnswer: '待答复' },
  approvalList: approval.statuses,
  assistList: assist.statuses,
  callbackList: callbackStatusLabels,
  findingList: finding.statuses,
  postList: { active: '在用', retired: '停用' },
  deputyList: { active: '有效', retired: '停用' },
};

/** The filters of a download in words, by the names of its district. */
export const filterWordsOf = (download: Download, master: MasterData, now: Moment): string =>
  filterWords(download, {
    area: (code) => areaName(master, code),
    category: (code) => master.category(code, now)?.name,
    unit: (id) => unitName(master, id) ?? undefined,
    site: (id) => master.sites.get(id)?.name,
    status: (list, status) => statusLabels[list]?.[status],
  });

/** '值班长' or '环卫中心 经办人': the post in words. */
export function postWords(master: MasterData, postId: string): string {
  const post = master.posts.get(postId);
  if (!post) return '';
  const unit = unitName(master, post.unitId);
  return [unit, post.title || roleLabels[post.role]].filter(Boolean).join(' ');
}

/** What stands in the file; `at`: when it is made. */
export const markOf = (
  download: Download,
  master: MasterData,
  at: Moment,
): Omit<Watermark, 'rowCount'> => ({
  id: download.id,
  districtName: master.areas.get(download.district)?.name ?? download.district,
  label: findDownloadList(download.list)?.label ?? download.list,
  askerName: personName(master, download.askerId) ?? '',
  askerPost: postWords(master, download.askerPostId),
  at,
  filterWords: filterWordsOf(download, master, at),
  deciderName: personName(master, download.deciderId),
});
