/** Api key list 接口密钥: the keys of outside systems and the systems themselves, for administrators. */
import { isAdministrator } from '../../domain/access.ts';
import type { ApiKey } from '../../domain/apiKey.ts';
import type { ApiKeyRow } from '../../domain/apiKeyApi.ts';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { openActions } from '../openActions.ts';
import { heardOf } from '../senders.ts';
import { askedOf, signedIn, type QueryContext } from './context.ts';
import { areaName } from './names.ts';

/** A key without what could be compared with one. */
const openKey = ({
  hash: _hash,
  previousHash: _before,
  secretId: _secret,
  previousSecretId: _secretBefore,
  ...row
}: ApiKey): Omit<ApiKeyRow, 'senderName' | 'areaName' | 'usedAt' | 'actions'> => row;

export async function apiKeyList(
  context: QueryContext,
  _input: QueryInput<'apiKeyList'>,
): Promise<QueryOutput<'apiKeyList'>> {
  const { master, district, now, pool } = context;
  if (!isAdministrator(signedIn(context).role))
    throw new Refused(403, 'notYourRole', '接口密钥只供管理员查看');
  const asked = askedOf(context);
  const { rows } = await pool.query<{ id: string; used_at: Moment }>(
    `select id, used_at from api_key_use where district = $1`,
    [district],
  );
  const used = new Map(rows.map((row) => [row.id, row.used_at]));
  const heard = await heardOf(pool, district);
  const byCode = <T extends { code: string }>(a: T, b: T): number => (a.code < b.code ? -1 : 1);
  return {
    keys: master.apiKeys
      .map((key) => ({ key, row: openKey(key) }))
      .map(({ key: { previousEndsAt }, row }) => ({
        ...row,
        previousEndsAt: previousEndsAt !== null && now < previousEndsAt ? previousEndsAt : null,
        senderName: master.senders.get(row.senderCode)?.name ?? row.senderCode,
        areaName: row.areaCode === null ? null : areaName(master, row.areaCode),
        usedAt: used.get(row.id) ?? null,
        actions: openActions('apiKey', row, asked),
      }))
      .sort((a, b) =>
        `${a.status}${a.senderName}${a.id}`.localeCompare(`${b.status}${b.senderName}${b.id}`),
      ),
    senders: [...master.senders.values()].sort(byCode).map((row) => ({
      ...row,
      keyCount: master.apiKeys.filter(
        ({ senderCode, status }) => senderCode === row.code && status === 'active',
      ).length,
      heardAt: heard.get(row.code) ?? null,
      actions: openActions('sender', row, asked),
    })),
  };
}
