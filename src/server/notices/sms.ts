/**
 * SMS gateway 短信网关: Alibaba Cloud SMS, action SendSms (2017-05-25), signed by its method V3 (ACS3-HMAC-SHA256). Only the
 * codes of templates the gateway has approved and what fills their blanks are sent, never free text.
 * Sources: help.aliyun.com “V3 request structure and signature”, “SendSms”.
 */
import { createHash, createHmac } from 'node:crypto';
import { v7 as newId } from 'uuid';
import type { NoticeSettings } from '../../domain/noticeChannel.ts';
import type { Moment } from '../../domain/moment.ts';
import { failed, postOnce, refused, sent, unsure, type Outcome, type Sending } from './answer.ts';

export type SmsSettings = Extract<NoticeSettings, { kind: 'sms' }>;

export interface SmsMessage {
  phone: string;
  templateCode: string;
  blanks: Record<string, string>;
}

/** The longest text that fills a blank. */
const maxBlank = 35;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As RFC 3986 wants it: everything but letters, digits and `-_.~`. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const queryText = (query: Record<string, string>): string =>
  Object.entries(query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

interface Signing {
  accessKeyId: string;
  secret: string;
  host: string;
  action: string;
  version: string;
  query: Record<string, string>;
  now: Moment;
  nonce: string;
}

/** The headers of a POST to `/` without body, signed. */
export function signedHeaders(signing: Signing): Record<string, string> {
  const { accessKeyId, secret, host, action, version, query, now, nonce } = signing;
  const headers: Record<string, string> = {
    host,
    'x-acs-action': action,
    'x-acs-content-sha256': hash(''),
    'x-acs-date': `${now.slice(0, 19)}Z`,
    'x-acs-signature-nonce': nonce,
    'x-acs-version': version,
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    '/',
    queryText(query),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    hash(''),
  ].join('\n');
  const signature = createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${hash(canonical)}`)
    .digest('hex');
  const credential = `Credential=${accessKeyId},SignedHeaders=${names.join(';')}`;
  return { ...headers, authorization: `ACS3-HMAC-SHA256 ${credential},Signature=${signature}` };
}

/** What concerns one number only. */
const ofNumber: Record<string, string> = {
  'isv.MOBILE_NUMBER_ILLEGAL': '手机号不合规格，请本人在“我的通知”中改正',
  'isv.MOBILE_COUNT_OVER_LIMIT': '手机号过多',
  'isv.DOMESTIC_NUMBER_NOT_SUPPORTED': '短信签名不支持国内号码，请核对签名',
};

/** What nothing but a change of the settings will mend. */
const ofSettings: Record<string, string> = {
  'isv.SMS_TEMPLATE_ILLEGAL': '短信模板未审核通过或代码不对，请核对模板代码',
  'isv.SMS_SIGNATURE_ILLEGAL': '短信签名未审核通过或不对，请核对签名',
  'isv.TEMPLATE_MISSING_PARAMETERS': '短信模板的变量与平台不一致，请按页面上的模板报备',
  'isv.TEMPLATE_PARAMS_ILLEGAL': '短信模板的变量不合规格，请按页面上的模板报备',
  'isv.AMOUNT_NOT_ENOUGH': '短信余额不足，请充值',
  'isv.OUT_OF_SERVICE': '短信业务已停机，请联系服务商',
  'isv.ACCOUNT_NOT_EXISTS': '短信账户不存在，请核对访问密钥',
  'isv.ACCOUNT_ABNORMAL': '短信账户异常，请联系服务商',
  'isp.RAM_PERMISSION_DENY': '访问密钥没有发送短信的权限，请在短信平台授权',
  SignatureDoesNotMatch: '访问密钥不对，请更换密钥',
  'InvalidAccessKeyId.NotFound': '访问密钥编号不存在，请核对',
  'InvalidAccessKeyId.Inactive': '访问密钥已被停用，请更换',
};

function judge({ Code: code, Message: message }: Record<string, unknown>): Outcome {
  if (code === 'OK') return sent('短信网关已接受');
  if (typeof code !== 'string') return unsure('短信网关的回答无法辨认，不知是否已收到');
  if (code === 'isv.BUSINESS_LIMIT_CONTROL')
    return {
      ...failed('这个号码的短信过于频繁，稍后再试', 3_600),
      isForAll: false,
    };
  if (code.startsWith('Throttling')) return failed('短信网关说发送过于频繁，稍后再试', 60);
  const own = ofNumber[code];
  if (own) return refused(own);
  const settings = ofSettings[code];
  if (settings) return failed(settings, 3_600);
  if (code === 'ServiceUnavailable') return failed('短信网关系统出错，稍后再试', 60);
  return code.startsWith('isp.') || code === 'InternalError'
    ? unsure(`短信网关系统出错（${code}），不知是否已收到`)
    : refused(`短信网关不接受：${code} ${String(message ?? '').slice(0, 100)}`);
}

/** Sends one message by template; the secret is that of the access key. */
export function sendSms(
  { url, accessKeyId, signName }: SmsSettings,
  { phone, templateCode, blanks }: SmsMessage,
  sending: Sending,
): Promise<Outcome> {
  const { secret, now } = sending;
  const filled = Object.entries(blanks).map(([name, value]) => [
    name,
    [...value].slice(0, maxBlank).join(''),
  ]);
  const query = {
    PhoneNumbers: phone,
    SignName: signName,
    TemplateCode: templateCode,
    TemplateParam: JSON.stringify(Object.fromEntries(filled)),
  };
  const { host, origin } = new URL(url);
  const headers = signedHeaders({
    accessKeyId,
    secret,
    host,
    action: 'SendSms',
    version: '2017-05-25',
    query,
    now,
    nonce: newId(),
  });
  return postOnce({ url: `${origin}/?${queryText(query)}`, headers, body: '' }, sending, judge);
}
