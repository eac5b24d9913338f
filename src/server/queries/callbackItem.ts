/** Callback item: a call-back as a line of a list; a handling unit is told nothing by which the reporter is found. */
import { sql } from 'kysely';
import type { Asked } from '../../domain/action.ts';
import type { Callback } from '../../domain/callbackShape.ts';
import type { CallbackItem } from '../../domain/callbackApi.ts';
import { issueNumberText } from '../../domain/issueShape.ts';
import { toRecord } from '../columns.ts';
import type { MasterData } from '../masterData.ts';
import { openActions } from '../openActions.ts';
import type { Sql } from '../scope.ts';
import { areaName, personName, unitName } from './names.ts';
import { allColumns } from './page.ts';

/** The call-back with what its report and issue say; `from` joins them under r and i. */
export const callbackSelect: Sql = sql`${allColumns('callback', 'c')}, r.number as report_number,
  r.outside_number as report_outside, r.content as report_content, r.address as report_address,
  r.answer as report_answer, i.number as issue_number, i.channel as issue_channel`;

export const callbackFrom: Sql = sql`callback c
  join report r on r.district = c.district and r.id = c.report_id
  left join issue i on i.district = c.district and i.id = c.issue_id`;

interface Words {
  outsideNumber: string | null;
  senderName: string | null;
  address: string | null;
}

/** A unit sees only call-backs of reports that are not secret (`openUnitId`), and of these not who reported. */
const wordsFor = (words: Words, { actor }: Asked): Words =>
  actor.line === 'handling' ? { outsideNumber: null, senderName: null, address: null } : words;

export function callbackItem(
  row: Record<string, unknown>,
  master: MasterData,
  asked: Asked,
): CallbackItem {
  const record = toRecord<Callback>('callback', row);
  const { now, actor } = asked;
  const { senderCode, categoryCode, claimEndsAt, operatorId } = record;
  const isTaken =
    record.status === 'waiting' && operatorId !== null && claimEndsAt !== null && now < claimEndsAt;
  const words: Words = {
    outsideNumber: row.report_outside as string | null,
    senderName: senderCode ? (master.senders.get(senderCode)?.name ?? senderCode) : null,
    address: row.report_address as string | null,
  };
  return {
    id: record.id,
    version: record.version,
    status: record.status,
    reportId: record.reportId,
    reportNumber: row.report_number as string,
    issueId: record.issueId,
    issueNumber: row.issue_number
      ? issueNumberText({ number: row.issue_number, channel: row.issue_channel } as never)
      : null,
    channel: record.channel,
    kind: record.kind,
    content: row.report_content as string,
    answer: row.report_answer as string | null,
    why: record.why,
    ...wordsFor(words, asked),
    areaName: areaName(master, record.areaCode),
    categoryName: categoryCode ? (master.category(categoryCode, now)?.name ?? categoryCode) : null,
    unitName: unitName(master, record.unitId),
    isConfidential: record.isConfidential,
    byPhone: record.byPhone,
    byCode: record.byCode,
    openedAt: record.openedAt,
    closedAt: record.closedAt,
    due: record.due,
    isOverdue: record.due !== null && record.due < now,
    operatorName: isTaken ? personName(master, operatorId) : null,
    isTaken,
    isMine: isTaken && operatorId === actor.personId,
    attemptCount: record.attemptCount,
    lastAttemptAt: record.lastAttemptAt,
    nextAt: record.nextAt,
    visitCount: record.visitCount,
    way: record.way,
    isContacted: record.isContacted,
    solved: record.solved,
    satisfaction: record.satisfaction,
    endedAt: record.endedAt,
    invalidReason: record.invalidReason,
    contestReason: record.contestReason,
    opinion: record.opinion,
    reopens: record.reopens,
    actions: openActions('callback', record, asked),
  };
}
