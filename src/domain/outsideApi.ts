/** Outside api 外联接口: what the pages of 外部地址白名单 and 事件订阅 ask for. */
import { z } from 'zod';
import { OutsideAddress } from './outsideAddress.ts';
import { page, paging } from './paging.ts';
import { OpenAction } from './views.ts';

export const OutsideAddressRow = OutsideAddress.extend({ actions: z.array(OpenAction) });
export type OutsideAddressRow = z.infer<typeof OutsideAddressRow>;

export const outsideQueries = {
  outsideAddressList: {
    path: 'outside-addresses',
    label: '外部地址白名单',
    input: z.strictObject({ status: z.enum(['active', 'retired']).optional(), ...paging }),
    output: page(OutsideAddressRow),
  },
} as const;
