/** Api keys' api 接口密钥: what the page of keys and of the systems they belong to asks for. */
import { z } from 'zod';
import { ApiKey } from './apiKey.ts';
import { Moment } from './moment.ts';
import { Sender } from './sender.ts';
import { OpenAction } from './views.ts';

/** A key without what could be compared with one; `previousEndsAt` only while the old key is still good. */
const ApiKeyRow = ApiKey.omit({
  hash: true,
  previousHash: true,
  secretId: true,
  previousSecretId: true,
}).extend({
  senderName: z.string(),
  areaName: z.string().nullable(),
  /** The last use, good to a minute; null before the first. */
  usedAt: Moment.nullable(),
  actions: z.array(OpenAction),
});
export type ApiKeyRow = z.infer<typeof ApiKeyRow>;

const SenderRow = Sender.extend({
  /** Keys in use. */
  keyCount: z.number(),
  /** When its programs last brought something, good to a minute; null before the first time. */
  heardAt: Moment.nullable(),
  actions: z.array(OpenAction),
});
export type SenderRow = z.infer<typeof SenderRow>;

export const apiKeyQueries = {
  apiKeyList: {
    path: 'apiKeys',
    label: '接口密钥和来源单位',
    input: z.strictObject({}),
    output: z.object({ keys: z.array(ApiKeyRow), senders: z.array(SenderRow) }),
  },
} as const;
