/** Record restore 登记恢复: the last thing a restore does, by page or command: every district's history says it. */
import { EventEmitter } from 'node:events';
import pg from 'pg';
import { momentAt, type Moment } from '../../domain/moment.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import { systemActor } from '../baseSeed.ts';
import { connect } from '../database.ts';
import { toolsOn } from '../house.ts';
import { idFrom } from '../idFrom.ts';
import { checkMasterKey } from '../masterKey.ts';
import { migrate, type Migration } from '../migrate.ts';
import { holdRestored } from '../notices/take.ts';
import { perform } from '../perform.ts';
import { endRestoring, recordDataVersion, type RestoringMark } from '../postgres/dataDir.ts';
import { APPLICATION_ROLE } from '../postgres/embedded.ts';
import { sealAll } from '../sealer.ts';
import { forgetRowsIn } from './restoreRows.ts';

const ways: Record<RestoringMark['way'], string> = { page: '在页面上', command: '用命令' };

/** The moment in the id of a backup: `20261121T183823Z-1a2b3c`. */
export function momentOfBackup(id: string): Moment {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(id) ?? [];
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

/** Says in the history of each district that it came back, once for each restore. */
async function recordIn(
  owner: pg.ClientConfig,
  masterKey: Buffer,
  { backup, way, at }: RestoringMark,
): Promise<void> {
  const { pool, close } = connect(owner, {
    role: APPLICATION_ROLE,
    max: 2,
    statementTimeout: 600_000,
  });
  try {
    const tools = toolsOn(pool, masterKey, () => momentAt(Date.now()), new EventEmitter());
    const { rows } = await pool.query<{ id: string; code: string }>(
      `select id, code from area where level = 'district' and district = code and code <> $1 order by code`,
      [baseDistrict],
    );
    for (const { id, code } of rows) {
      await perform(tools, systemActor(code), {
        noun: 'area',
        id,
        action: 'recordRestore',
        requestId: idFrom(`restore ${code} ${backup} ${at}`),
        input: { backup, madeAt: momentOfBackup(backup), way: ways[way] },
      });
    }
    await holdRestored(pool);
    await sealAll(pool);
  } finally {
    await close();
  }
}

/**
 * What follows the rows of a backup: the master key is known again, the restore is on record, the mark in the
 * data directory goes. May be repeated.
 */
export async function finishRestore(place: {
  owner: pg.ClientConfig;
  masterKey: Buffer;
  dataDir: string;
  mark: RestoringMark;
  migrations: readonly Migration[];
  isEmbedded: boolean;
}): Promise<void> {
  const { owner, masterKey, dataDir, mark, migrations, isEmbedded } = place;
  const client = new pg.Client(owner);
  await client.connect();
  try {
    await migrate(client, migrations);
    await checkMasterKey(client, masterKey);
    await recordIn(owner, masterKey, mark);
    await forgetRowsIn(client);
  } finally {
    await client.end();
  }
  if (isEmbedded) recordDataVersion(dataDir, migrations.length);
  endRestoring(dataDir);
}
