/** For a handling unit: joined reports without what tells who reported. Source: domain reference i. */
import type { Report } from '../../domain/reportShape.ts';
import type { ReportItem } from '../../domain/views.ts';

/**
 * A joined report as the unit that handles the issue sees it: nothing by which the reporter is found, and
 * of confidential reports and tip-offs only that there is one.
 */
export function forHandlingUnit(item: ReportItem, report: Report): ReportItem {
  const shown = { ...item, outsideNumber: null, senderName: null, address: null };
  if (!report.isConfidential && report.kind !== 'tipOff') return shown;
  return {
    ...shown,
    kind: null,
    content: '保密来件，内容不公开',
    areaCode: '',
    areaName: '',
    categoryCode: null,
    categoryName: null,
    photoCount: 0,
    claimedAt: null,
    open: [],
  };
}
