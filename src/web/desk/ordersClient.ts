/** Orders client 工单导入请求: sending a file with its progress; its map, its applying and undoing slice by slice. */
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import type { OrderMap } from '../../domain/orderMap.ts';
import { doWithFile, sendFile } from '../fileClient.ts';

interface Answer {
  load: OrderLoadRow;
}

/** Sends a file for a check; `onSent` is told the share that has left (0–1). Nothing is imported by it. */
export async function sendOrders(
  district: string,
  sender: string,
  file: File,
  onSent: (share: number) => void,
): Promise<OrderLoadRow> {
  const search = new URLSearchParams({ sender, name: file.name }).toString();
  return (await sendFile<Answer>(`/api/${district}/orders?${search}`, file, onSent)).load;
}

const post = async (path: string, body: unknown): Promise<OrderLoadRow> =>
  (await doWithFile<Answer>(path, body)).load;

const address = (district: string, id: string, step: string): string =>
  `/api/${district}/orders/loads/${id}/${step}`;

/** Checks the rows again with another map. */
export const sendMap = (
  district: string,
  id: string,
  choice: { map: OrderMap; isHistoric: boolean },
): Promise<OrderLoadRow> => post(address(district, id, 'map'), choice);

/** A slice of applying or undoing; safe to repeat, and to be called until it is over. */
export const doSlice = (
  district: string,
  id: string,
  step: 'apply' | 'undo',
): Promise<OrderLoadRow> => post(address(district, id, step), {});

/** Where the refused rows are, in the form of the file. */
export const refusedAddress = (district: string, id: string): string =>
  address(district, id, 'refused');
