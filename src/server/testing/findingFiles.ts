/** Finding files: tables of findings and zips of photos for tests, sent as the page sends them. */
import sharp from 'sharp';
import { expect } from 'vitest';
import type { QueryOutput } from '../../domain/api.ts';
import { archivePieceBytes, type FindingLoadRow } from '../../domain/findingApi.ts';
import type { Answer, Client, Served } from './served.ts';
import { workbookOf, type Cells } from './workbook.ts';

export interface FindingAnswer {
  load: FindingLoadRow;
  code: string;
  message: string;
}

/** A small photo of one color; the same color gives the same bytes. */
export const photoOf = (color: string, form: 'jpeg' | 'png' = 'jpeg'): Promise<Buffer> => {
  const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: color } });
  return picture[form]().toBuffer();
};

export const findingTable = (rows: Cells): Promise<Buffer> => workbookOf('测评发现', rows);

export function findingFiles(s: Served) {
  const base = `/api/${s.district}/findingLoads`;
  const send = async (who: Client, path: string, bytes: Buffer): Promise<Answer<FindingAnswer>> => {
    const answer = await who.raw(path, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'application/octet-stream' },
    });
    const body = (await answer.json()) as FindingAnswer;
    return { status: answer.status, body, headers: answer.headers };
  };
  const upload = (who: Client, bytes: Buffer): Promise<Answer<FindingAnswer>> =>
    send(who, `${base}?name=${encodeURIComponent('三月测评.xlsx')}`, bytes);
  const uploadPhotos = async (
    who: Client,
    load: FindingLoadRow,
    bytes: Buffer,
  ): Promise<Answer<FindingAnswer>> => {
    for (let offset = 0; ;) {
      const piece = bytes.subarray(offset, offset + archivePieceBytes);
      const search = new URLSearchParams({
        offset: String(offset),
        size: String(bytes.length),
        name: '照片.zip',
      }).toString();
      const answer = await send(who, `${base}/${load.id}/photos?${search}`, piece);
      offset += piece.length;
      if (answer.status !== 200 || offset >= bytes.length) return answer;
    }
  };
  const finish = async (
    who: Client,
    load: FindingLoadRow,
    step: 'apply' | 'undo',
  ): Promise<FindingLoadRow> => {
    for (;;) {
      const { status, body } = await who.post<FindingAnswer>(`${base}/${load.id}/${step}`, {});
      if (status === 503) continue;
      expect(status, body.message).toBe(200);
      if (['applied', 'undone'].includes(body.load.status)) return body.load;
    }
  };
  const view = async (who: Client, load: FindingLoadRow): Promise<QueryOutput<'findingLoad'>> =>
    (await who.get<QueryOutput<'findingLoad'>>(`${base}/${load.id}`)).body;
  return { base, upload, uploadPhotos, finish, view };
}
