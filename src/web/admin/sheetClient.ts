/** Sheet client 表格请求: sending a file with its progress, applying and undoing: bodies and waits of this size only. */
import type { SheetApply, SheetDone, SheetLoadRow } from '../../domain/sheetApi.ts';
import { doWithFile, sendFile } from '../fileClient.ts';

export const maxFileBytes = 10 * 1024 * 1024;

/** The address of a sheet as a file. `day`: the versions in force then. */
export const sheetAddress = (
  district: string,
  sheet: string,
  form: 'xlsx' | 'csv',
  options: { day?: string; isEmpty?: boolean } = {},
): string => {
  const search = new URLSearchParams({
    ...(options.day ? { day: options.day } : {}),
    ...(options.isEmpty ? { empty: '1' } : {}),
  }).toString();
  return `/api/${district}/sheets/${sheet}.${form}${search ? `?${search}` : ''}`;
};

/** Sends a file for a preview; `onSent` is told the share that has left (0–1). Nothing is written by it. */
export async function sendSheet(
  district: string,
  sheet: string,
  file: File,
  onSent: (share: number) => void,
): Promise<SheetLoadRow> {
  const path = `/api/${district}/sheets/${sheet}?name=${encodeURIComponent(file.name)}`;
  return (await sendFile<{ load: SheetLoadRow }>(path, file, onSent)).load;
}

/** Applies a preview; safe to repeat, but first passwords are told only once. */
export const applySheet = (district: string, id: string, choice: SheetApply): Promise<SheetDone> =>
  doWithFile(`/api/${district}/sheets/loads/${id}/apply`, choice);

/** Undoes a load; safe to repeat. */
export const undoSheet = (district: string, id: string): Promise<SheetDone> =>
  doWithFile(`/api/${district}/sheets/loads/${id}/undo`, {});
