/**
 * Findings over HTTP: a table comes in for a check, then its zip of photos piece by piece; it is applied and undone
 * slice by slice; refused rows, photos of the zip and the template go out. Queries: `domain/findingApi.ts`.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, readFile, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import type { Actor } from '../../domain/access.ts';
import { archivePieceBytes, maxArchiveBytes, maxFindingBytes } from '../../domain/findingApi.ts';
import { Refused } from '../../domain/refused.ts';
import { applyFindings } from '../findings/apply.ts';
import { archiveOf, checkMayImport, loadFor, takeArchive, takeIn } from '../findings/check.ts';
import { archivePartPath, readContents, rowOf, type FindingLoad } from '../findings/loads.ts';
import { templatePhotos, templateTable } from '../findings/template.ts';
import { undoFindings } from '../findings/undo.ts';
import { inTurn } from '../inTurn.ts';
import { readPicture } from '../photos/images.ts';
import { lanes } from '../photos/lanes.ts';
import { findKind } from '../photos/photoKind.ts';
import { isUuid } from '../plan.ts';
import { fileOfLines } from '../sheets/linesOut.ts';
import { noteRefusedTaken } from '../sheets/refusedTaken.ts';
import { getActor, type Ctx, type Doors, type Env } from './context.ts';
import { readingTurns, received } from './readingTurns.ts';
import { fileNameOf } from './receiveFile.ts';

const types = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  zip: 'application/zip',
};

function idOf(c: Ctx): string {
  const id = c.req.param('id') ?? '';
  if (!isUuid(id)) throw new Refused(404, 'notFound', '没有这次导入，请刷新列表');
  return id.toLowerCase();
}

/** A count in the address. Throws 400. */
function countIn(c: Ctx, name: string): number {
  const text = c.req.query(name) ?? '';
  if (!/^\d{1,10}$/.test(text))
    throw new Refused(400, 'badInput', '上传的位置不对，请重新选择文件');
  return Number(text);
}

const named = (name: string, form: keyof typeof types): Record<string, string> => ({
  'content-type': types[form],
  'content-disposition': `attachment; filename="findings.${form}"; filename*=UTF-8''${encodeURIComponent(`${name}.${form}`)}`,
  'cache-control': 'private, no-store',
});

async function sha256Of(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const piece of createReadStream(path)) digest.update(piece as Buffer);
  return digest.digest('hex');
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

async function* refusedLines(
  load: FindingLoad,
  contents: ReturnType<typeof readContents>,
): AsyncGenerator<string[]> {
  yield [...load.head, '行号', '原因'];
  const { rows, marks } = await contents;
  for (const { row, cells } of rows) {
    const mark = marks[row];
    if (mark) yield [...cells, String(row), `${mark.reason}${mark.detail ?? ''}`];
  }
}

export function findingRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const { house } = doors;
  const folder = `${house.dataDir}/findings`;
  const inLane = lanes(2, 60);
  const takingTurns = readingTurns();
  const shown = async (load: FindingLoad, { district }: Actor) => ({
    load: rowOf(load, await house.tools.master.of(district)),
  });

  routes.get('/template/table', async (c) => {
    const actor = await getActor(c, doors);
    checkMayImport(actor);
    const master = await house.tools.master.of(actor.district);
    const table = await templateTable(master, house.tools.now());
    return c.body(new Uint8Array(table), 200, named('测评发现模板', 'xlsx'));
  });

  routes.get('/template/photos', async (c) => {
    checkMayImport(await getActor(c, doors));
    return c.body(new Uint8Array(await templatePhotos()), 200, named('测评发现示例照片', 'zip'));
  });

  routes.post('/', async (c) => {
    const actor = await getActor(c, doors);
    checkMayImport(actor);
    return received(c, folder, maxFindingBytes, (upload) =>
      takingTurns(async () => c.json(await shown(await takeIn(house, actor, upload), actor))),
    );
  });

  /** A piece of the zip from `offset` on; the last one (`size` is reached) is followed by the check. */
  routes.post('/:id/photos', async (c) => {
    const actor = await getActor(c, doors);
    const load = await loadFor(house.pool, actor, idOf(c));
    const [offset, size] = [countIn(c, 'offset'), countIn(c, 'size')];
    if (load.personId !== actor.personId)
      throw new Refused(409, 'notYours', '只有上传表格的人可以上传照片，请自己上传表格');
    if (load.status !== 'checked')
      throw new Refused(409, 'begun', '已经开始导入，不能再换照片压缩包，请刷新页面');
    if (size > maxArchiveBytes)
      throw new Refused(413, 'tooLarge', '压缩包超过 1 GB，请按街道分几次上传');
    const part = archivePartPath(house.dataDir, load.id);
    return inTurn(`finding archive ${load.id}`, () =>
      received(c, folder, archivePieceBytes, async (piece) => {
        if (offset === 0) await rm(part, { force: true });
        const before = await sizeOf(part);
        if (before !== offset)
          throw new Refused(409, 'wrongOffset', '上传的位置不对，请从头重新上传', {
            offset: before,
          });
        if (offset + piece.size > size)
          throw new Refused(400, 'beyondAnnounced', '内容比声明的多，请重新选择文件上传');
        await appendFile(part, await readFile(piece.path), { mode: 0o600 });
        if (offset + piece.size < size) return c.json({ offset: offset + piece.size });
        try {
          const upload = {
            path: part,
            fileName: fileNameOf(c),
            sha256: await sha256Of(part),
            size,
          };
          return await takingTurns(async () =>
            c.json(await shown(await takeArchive(house, actor, load, upload), actor)),
          );
        } finally {
          await rm(part, { force: true });
        }
      }),
    );
  });

  routes.post('/:id/apply', async (c) => {
    const actor = await getActor(c, doors);
    return c.json(await shown(await applyFindings(house, actor, idOf(c)), actor));
  });

  routes.post('/:id/undo', async (c) => {
    const actor = await getActor(c, doors);
    return c.json(await shown(await undoFindings(house, actor, idOf(c)), actor));
  });

  routes.get('/:id/refused', async (c) => {
    const actor = await getActor(c, doors);
    const load = await loadFor(house.pool, actor, idOf(c));
    await noteRefusedTaken(house.pool, 'finding_load', actor, load, house.tools.now());
    const lines = refusedLines(load, readContents(house, actor.district, load.id));
    const body = Readable.toWeb(fileOfLines(load.form, '测评发现', lines));
    return c.body(body as ReadableStream, 200, named('被拒的行', load.form));
  });

  /** A small picture of a photo of the zip, for the preview. */
  routes.get('/:id/photos/:n', async (c) => {
    const actor = await getActor(c, doors);
    const load = await loadFor(house.pool, actor, idOf(c));
    const n = c.req.param('n');
    const missing = new Refused(404, 'photoNotFound', '压缩包里没有这张照片，请刷新页面');
    if (!/^\d{1,5}$/.test(n)) throw missing;
    return inLane(async () => {
      const archive = await archiveOf(house, load);
      if (!archive) throw missing;
      try {
        const bytes = await archive.read(Number(n));
        const found = findKind(bytes);
        const picture = 'kind' in found ? await readPicture(bytes, found.kind) : null;
        if (!picture?.copies) throw new Refused(415, 'notAPhoto', '这张照片不能显示');
        return c.body(new Uint8Array(picture.copies.thumbnail), 200, {
          'content-type': 'image/jpeg',
          'cache-control': 'private, max-age=600',
          'content-security-policy': "default-src 'none'; sandbox",
          'x-content-type-options': 'nosniff',
        });
      } finally {
        archive.close();
      }
    });
  });

  return routes;
}
