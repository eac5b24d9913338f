/** Findings client 测评发现导入请求: sending a table, its zip of photos piece by piece, and what is done with them. */
import { archivePieceBytes, type FindingLoadRow } from '../../domain/findingApi.ts';
import { ProblemError } from '../client.ts';
import { doWithFile, sendFile } from '../fileClient.ts';
import { patiently } from './LoadParts.tsx';

interface Answer {
  load: FindingLoadRow;
}

const base = (district: string): string => `/api/${district}/findingLoads`;
const address = (district: string, id: string, step: string): string =>
  `${base(district)}/${id}/${step}`;

/** Sends a table for a check; `onSent` is told the share that has left (0–1). Nothing is imported by it. */
export async function sendTable(
  district: string,
  file: File,
  onSent: (share: number) => void,
): Promise<FindingLoadRow> {
  const search = new URLSearchParams({ name: file.name }).toString();
  return (await sendFile<Answer>(`${base(district)}?${search}`, file, onSent)).load;
}

/** Sends the zip of photos of a load in pieces, each again where the line broke; then the rows are checked. */
export async function sendPhotos(
  district: string,
  id: string,
  file: File,
  onSent: (share: number) => void,
): Promise<FindingLoadRow> {
  let offset = 0;
  for (;;) {
    const piece = new File([file.slice(offset, offset + archivePieceBytes)], file.name);
    const search = new URLSearchParams({
      offset: String(offset),
      size: String(file.size),
      name: file.name,
    }).toString();
    const path = `${address(district, id, 'photos')}?${search}`;
    const sent = offset;
    try {
      const answer = await patiently(() =>
        sendFile<Partial<Answer> & { offset?: number }>(path, piece, (share) =>
          onSent((sent + share * piece.size) / file.size),
        ),
      );
      if (answer.load) return answer.load;
      offset = answer.offset ?? offset + piece.size;
    } catch (error) {
      // The piece had arrived, its answer had not: go on from what is there.
      const there = error instanceof ProblemError ? error.problem.details?.offset : undefined;
      if (typeof there !== 'number' || there !== offset + piece.size) throw error;
      offset = there;
    }
  }
}

/** A slice of applying or undoing; safe to repeat, and to be called until it is over. */
export const doFindingSlice = async (
  district: string,
  id: string,
  step: 'apply' | 'undo',
): Promise<FindingLoadRow> => (await doWithFile<Answer>(address(district, id, step), {})).load;

export const refusedFindings = (district: string, id: string): string =>
  address(district, id, 'refused');

/** A small picture of a photo of the zip. */
export const zipPhoto = (district: string, id: string, n: number): string =>
  address(district, id, `photos/${n}`);

/** The empty table, and the photos of its two rows of example. */
export const templateAddress = (district: string, part: 'table' | 'photos'): string =>
  `${base(district)}/template/${part}`;
