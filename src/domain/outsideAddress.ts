/**
 * Outside address 外部地址白名单: the addresses of internal networks that the program may call, kept by the system
 * administrator for the whole installation. The public network needs no entry. Source: issue 5-2, 5-10:
 * “private addresses only from the system administrator's allow-list”; trust V13.2.4.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { note, number } from './fields.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, restore, retire } from './versioned.ts';

/** Wider ranges than these are no list of addresses any more. */
const widest = { ipv4: 8, ipv6: 32 };

/** A name of which the last part is no number, as an address would be. */
const name = z.hostname().refine((value) => !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(value));

/** A name, an address or a range of addresses (`10.1.2.0/24`), in lower case. */
const host = z
  .string()
  .trim()
  .toLowerCase()
  .max(253, '不能超过 253 个字符')
  .pipe(
    z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6(), name], {
      error: '请填写域名、IP 地址或网段：sms.example.gov.cn、10.1.2.3、10.1.2.0/24',
    }),
  )
  .refine((value) => {
    const prefix = value.split('/')[1];
    return (
      prefix === undefined || Number(prefix) >= (value.includes(':') ? widest.ipv6 : widest.ipv4)
    );
  }, '网段过大，请缩小范围')
  .meta({ title: '地址', kind: 'text' });

export const OutsideAddress = z.object({
  ...keptFields(['active', 'retired']),
  /** A name, an address or a range. */
  host: z.string(),
  /** The only port that may be called; null: any. */
  port: z.number().int().nullable(),
  purpose: z.string(),
});
export type OutsideAddress = z.infer<typeof OutsideAddress>;

/** What `callOutside` needs of an entry in use. */
export type AllowedAddress = Pick<OutsideAddress, 'host' | 'port'>;

/** Demo accounts are known to everybody: beside a real district they open nothing. */
const byStranger = (isDemoGuest: boolean): Refusal | undefined =>
  isDemoGuest
    ? refusal('demoAccount', '演示账号不能改动正式系统的外部地址，请用正式区的系统管理员登录')
    : undefined;

const act = actionOf<OutsideAddress>();
const by = ['systemAdmin'] as const;

export const outsideAddress = noun({
  name: 'outsideAddress',
  plural: 'outside-addresses',
  label: '外部地址',
  shape: OutsideAddress,
  seen: { open: true },
  isInstallationWide: true,
  statuses: { active: '允许', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '添加外部地址',
      sentence: '允许访问外部地址 {host}',
      source: '内部网络的地址须由系统管理员列入白名单（issue 5-2、5-10）',
      by,
      from: 'new',
      to: 'active',
      input: z.strictObject({
        host,
        port: number('端口（不填为全部）', 1, 65_535).optional(),
        purpose: note('用途'),
      }),
      needs: ['isDemoGuest'],
      check: (_record, _input, { facts }) => byStranger(facts.isDemoGuest),
      changes: (_record, { host: address, port, purpose }) => ({
        host: address,
        port: port ?? null,
        purpose,
      }),
    }),
    edit: act({
      label: '修改',
      sentence: '修改用途',
      source: '登记信息可改，历史留痕（architecture 6）',
      by,
      from: ['active'],
      input: z.strictObject({ purpose: note('用途') }),
      changes: (_record, input) => input,
    }),
    retire: act(retire<OutsideAddress>(by)),
    restore: act({
      ...restore<OutsideAddress>(by),
      needs: ['isDemoGuest'],
      check: (_record, _input, { facts }) => byStranger(facts.isDemoGuest),
    }),
  },
});
