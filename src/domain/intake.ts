/**
 * Intake 签名接口: what other systems send by signed messages (one report or up to five hundred, and the states
 * of cases handed to them), and what each item is answered. Source: issue 5-2.
 */
import { z } from 'zod';
import { ComplaintKind, Urgency } from './channel.ts';
import { CoordinateSystem } from './coordinates.ts';
import { maxClassWords } from './orderClass.ts';
import {
  address,
  area,
  categoryCode,
  personal,
  photos,
  site,
  text,
  words,
  yesNo,
} from './fields.ts';

/** Items of one message. */
export const mostItems = 500;
/** Bytes of one message. */
export const mostMessageBytes = 1_000_000;
/** Photos of one item, and those of one message that are fetched from addresses. */
export const mostItemPhotos = 5;
export const mostFetchedPhotos = 50;

/** A moment with any zone; without one nobody knows which it is. */
const zoned = z.iso.datetime({
  offset: true,
  error: '时间须带时区，形如 2026-03-04T10:00:00+08:00',
});

const given = {
  photos: photos().max(mostItemPhotos, `每件最多 ${mostItemPhotos} 张照片`).optional(),
  photoUrls: z
    .array(z.string().max(500, '地址不能超过 500 个字符'))
    .max(mostItemPhotos, `每件最多 ${mostItemPhotos} 张照片`)
    .refine((list) => new Set(list).size === list.length, '同一个地址只需填一次')
    .optional(),
};

export const IntakeReport = z
  .strictObject({
    /** The sender's own number: the same number is the same report for ever. */
    number: text('来源编号', 80),
    content: words('问题描述'),
    categoryCode: categoryCode().optional(),
    /** The sender's own class, all levels: `城乡建设 / 市政管理`; the reviewed map says which 小类 it is. */
    outsideClass: text('来源分类', maxClassWords).optional(),
    areaCode: area().optional(),
    siteId: site().optional(),
    address: address().optional(),
    lng: z.number('经度须为数字').optional(),
    lat: z.number('纬度须为数字').optional(),
    /** Which system `lng` and `lat` are of; WGS84 (CGCS2000) when left out. */
    coordinates: CoordinateSystem.optional(),
    kind: ComplaintKind.optional(),
    urgency: Urgency.optional(),
    isConfidential: yesNo('要求保密').optional(),
    complainantName: personal('诉求人').optional(),
    complainantPhone: personal('联系电话', 20).optional(),
    happenedAt: zoned.optional(),
    ...given,
  })
  .refine(({ lng, lat }) => (lng === undefined) === (lat === undefined), {
    path: ['lng'],
    message: '经度和纬度须同时填写',
  });
export type IntakeReport = z.infer<typeof IntakeReport>;

export const IntakeState = z
  .strictObject({
    /** Our number of the case, 19 digits, or the platform's own; at least one. */
    caseNumber: text('案件编号', 25).optional(),
    number: text('平台编号', 80).optional(),
    /** One of the words of the connection's table of states. */
    state: text('状态', 40),
    words: words('情况', 1000).optional(),
    at: zoned.optional(),
    ...given,
  })
  .refine(({ caseNumber, number }) => caseNumber !== undefined || number !== undefined, {
    path: ['caseNumber'],
    message: '请填写本系统的案件编号，或平台编号',
  });
export type IntakeState = z.infer<typeof IntakeState>;

/** What became of an item. `amended`: known, and said otherwise than before; `repeated`: known, nothing new. */
const ItemStatus = z.enum(['accepted', 'amended', 'repeated', 'refused']);

const ItemAnswer = z.object({
  /** The place of the item in the message, from 0. */
  index: z.number().int(),
  number: z.string().nullable(),
  status: ItemStatus,
  /** Of a report: its id and number here. */
  reportId: z.string().optional(),
  reportNumber: z.string().optional(),
  /** Of a state: our number of the case, and its status after it. */
  caseNumber: z.string().optional(),
  caseStatus: z.string().optional(),
  /** Why it was refused, and which fields are wrong. */
  code: z.string().optional(),
  message: z.string().optional(),
  fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
export type ItemAnswer = z.infer<typeof ItemAnswer>;

export const IntakeAnswer = z.object({
  accepted: z.number().int(),
  amended: z.number().int(),
  repeated: z.number().int(),
  refused: z.number().int(),
  results: z.array(ItemAnswer),
});
export type IntakeAnswer = z.infer<typeof IntakeAnswer>;

/** The answer to a message, its items counted by what became of them. */
export function answerOf(results: readonly ItemAnswer[]): IntakeAnswer {
  const count = (wanted: z.infer<typeof ItemStatus>): number =>
    results.filter(({ status }) => status === wanted).length;
  return {
    accepted: count('accepted'),
    amended: count('amended'),
    repeated: count('repeated'),
    refused: count('refused'),
    results: [...results],
  };
}

export const IntakePhoto = z.object({
  photo: z.string(),
  sha256: z.string(),
  size: z.number().int(),
});
