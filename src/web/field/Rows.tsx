/** Rows of the field lists, each a whole-width target. */
import { Link } from '@tanstack/react-router';
import type { IssueItem, ReportItem } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { showDue, showMoment } from '../words.ts';
import { reportTag, tagClass } from './showReport.ts';

/** The present moment; lists are asked again often enough for minutes to be right. */
export const presentMoment = (): string => new Date().toISOString();

function Due({ due, isOverdue }: { due: string | null; isOverdue: boolean }) {
  const words = showDue(due, presentMoment());
  return words ? <span className={tagClass(isOverdue ? 'bad' : 'wait')}>{words}</span> : null;
}

/** An issue to verify. */
export function IssueRow({ item }: { item: IssueItem }) {
  return (
    <li>
      <Link className="field-row" to={paths.fieldIssue(item.id)}>
        <strong>{item.description}</strong>
        <span className="field-row-meta">
          <Due due={item.due} isOverdue={item.isOverdue} />
          <span>{item.categoryName}</span>
          <span>{item.address ?? item.areaName}</span>
          {item.attempt > 1 ? <span>第 {item.attempt} 次整改</span> : null}
        </span>
      </Link>
    </li>
  );
}

/** A report to confirm, or one of my own. */
export function ReportRow({ item, isTask = false }: { item: ReportItem; isTask?: boolean }) {
  const tag = reportTag(item);
  return (
    <li>
      <Link className="field-row" to={paths.fieldConfirm(item.id)}>
        <strong>{item.content}</strong>
        <span className="field-row-meta">
          {isTask ? (
            <Due due={item.due} isOverdue={item.isOverdue} />
          ) : (
            <span className={tag.className}>{tag.words}</span>
          )}
          <span>{showMoment(item.submittedAt)}</span>
          <span>{item.address ?? item.areaName}</span>
        </span>
      </Link>
    </li>
  );
}
