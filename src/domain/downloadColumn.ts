/**
 * Download column 导出列: how a column of a list looks in a file: its heading, what it means, where it comes from.
 * Moments are local (UTC+8), codes and numbers of records are text. Source: issue 5-13.
 */
import { localDay, localTime, type Moment } from './moment.ts';

export type Cell = string | number | null;

export interface DownloadColumn {
  key: string;
  title: string;
  /** In characters, for a spreadsheet. */
  width: number;
  meaning: string;
  source: string;
  /** Not on the list's page: chosen only by whoever wants it. */
  isExtra?: boolean;
  /** Words of whoever reported: of a confidential matter they stay in the house. */
  isOpenOnly?: boolean;
  cell(item: never): Cell;
}

/** What a list is in a file. */
export interface DownloadList {
  label: string;
  columns: readonly DownloadColumn[];
  /** Whose secrecy an item shares: the noun and the field that holds its id. */
  secrecy: { noun: 'report' | 'issue'; field: string } | null;
}

/** Stands where words of a confidential matter would. */
export const secretWords = '（保密）';

/** '2026-10-09 16:40' in UTC+8; null for none. */
export const localMoment = (moment: Moment | null): string | null =>
  moment && `${localDay(moment)} ${localTime(moment)}`;

export const yesNoWord = (value: boolean): string => (value ? '是' : '否');

/** The columns of one list, with the type of its items. */
export const columnOf =
  <T>() =>
  (
    key: string,
    title: string,
    parts: Omit<DownloadColumn, 'key' | 'title' | 'cell' | 'width'> & {
      width?: number;
      cell(item: T): Cell;
    },
  ): DownloadColumn => ({
    key,
    title,
    width: 14,
    ...parts,
  });
