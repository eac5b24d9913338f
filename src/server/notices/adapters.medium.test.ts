/** The adapters by themselves: the gateway's signature, and what is made of each kind of answer. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  httpReceiver,
  mailReceiver,
  type Certificate,
  type MailReceiver,
} from '../testing/noticeReceivers.ts';
import type { Outcome, Sending } from './answer.ts';
import { sendSms, signedHeaders, type SmsSettings } from './sms.ts';
import { sendLetter, type SmtpSettings } from './smtp.ts';
import { sendToRobot } from './weComRobot.ts';

const sending: Sending = {
  secret: 'right',
  allowed: [{ host: '127.0.0.0/8', port: null }],
  timeoutMs: 500,
  now: '2026-03-04T02:00:00.000Z',
};

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('the signature of the SMS gateway', () => {
  it('is that of the published example', () => {
    const { authorization } = signedHeaders({
      accessKeyId: 'YourAccessKeyId',
      secret: 'YourAccessKeySecret',
      host: 'ecs.cn-shanghai.aliyuncs.com',
      action: 'RunInstances',
      version: '2014-05-26',
      query: {
        ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
        RegionId: 'cn-shanghai',
      },
      now: '2023-10-26T10:22:32.000Z',
      nonce: '3156853299f313e23d1673dc12e1703d',
    });
    expect(authorization).toBe(
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });
});

describe('an SMS', () => {
  const settings = (url: string): SmsSettings => ({
    kind: 'sms',
    url,
    accessKeyId: 'id',
    signName: '测试区',
    templateCode: 'SMS_1',
    digestTemplateCode: 'SMS_2',
  });
  const message = {
    phone: '13800138000',
    templateCode: 'SMS_1',
    blanks: { matter: '新派案件', number: 'G1', place: '长'.repeat(50), due: '3月4日10:15' },
  };

  it('goes by template, signed as it arrives, with blanks of a lawful length', async () => {
    const gateway = await httpReceiver(() => ({ json: { Code: 'OK' } }));
    stops.push(gateway.stop);
    expect(await sendSms(settings(gateway.url), message, sending)).toMatchObject({
      result: 'sent',
    });
    const [arrived] = gateway.got;
    const query = Object.fromEntries(arrived?.url.searchParams ?? []);
    expect(query).toMatchObject({
      PhoneNumbers: '13800138000',
      SignName: '测试区',
      TemplateCode: 'SMS_1',
    });
    expect(JSON.parse(query.TemplateParam ?? '')).toEqual({
      ...message.blanks,
      place: '长'.repeat(35),
    });
    const headers = arrived?.headers ?? {};
    const again = signedHeaders({
      accessKeyId: 'id',
      secret: 'right',
      host: String(headers.host),
      action: 'SendSms',
      version: '2017-05-25',
      query,
      now: sending.now,
      nonce: String(headers['x-acs-signature-nonce']),
    });
    expect(headers.authorization).toBe(again.authorization);
  });

  it.each([
    [{ json: { Code: 'isv.MOBILE_NUMBER_ILLEGAL' } }, 'refused', '手机号'],
    [{ json: { Code: 'isv.BUSINESS_LIMIT_CONTROL' } }, 'failed', '频繁'],
    [{ json: { Code: 'isv.AMOUNT_NOT_ENOUGH' } }, 'failed', '余额'],
    [{ status: 403, json: { Code: 'SignatureDoesNotMatch' } }, 'failed', '访问密钥不对'],
    [{ json: { Code: 'isv.NEWS', Message: 'no' } }, 'refused', 'isv.NEWS'],
    [{ json: { what: 1 } }, 'unsure', '无法辨认'],
    [{ status: 500, text: 'oops' }, 'unsure', '500'],
    [{ status: 503, text: 'oops' }, 'failed', '503'],
    [{ status: 404, text: 'oops' }, 'failed', '404'],
    [{ status: 500, json: { Code: 'InternalError' } }, 'unsure', '不知'],
    [{ json: { Code: 'isp.SYSTEM_ERROR' } }, 'unsure', '不知'],
    [{ json: { Code: 'isp.RAM_PERMISSION_DENY' } }, 'failed', '权限'],
    [{ status: 503, json: { Code: 'ServiceUnavailable' } }, 'failed', '稍后'],
    [{ status: 504, text: 'oops' }, 'unsure', '504'],
    [{ status: 200, text: '<html>' }, 'unsure', '无法辨认'],
    ['silence', 'unsure', '没有答复'],
    ['hangUp', 'unsure', '不知对方'],
  ] as const)('answered %j is %s', async (answer, result, words) => {
    const gateway = await httpReceiver(() => answer);
    stops.push(gateway.stop);
    const outcome = await sendSms(settings(gateway.url), message, sending);
    expect(outcome.result).toBe(result);
    expect(outcome.answer).toContain(words);
    expect(gateway.got).toHaveLength(1);
  });

  it('that finds nobody, or only an internal address, is known not to have arrived', async () => {
    const nobody = await sendSms(settings('http://127.0.0.1:9/'), message, sending);
    expect(nobody).toMatchObject({ result: 'failed', isForAll: true });
    const secret = await sendSms(settings('http://10.255.255.1/'), message, sending);
    expect(secret.answer).toContain('白名单');
    expect(secret.result).toBe('failed');
  });
});

describe('the robot of a group', () => {
  it.each([
    [0, 'sent', '已收到'],
    [45009, 'failed', '频繁'],
    [93000, 'failed', '更换密钥'],
    [40058, 'refused', '40058'],
  ])('answering %i makes it %s', async (errcode, result, words) => {
    const group = await httpReceiver(() => ({ json: { errcode, errmsg: 'x' } }));
    stops.push(group.stop);
    const outcome = await sendToRobot(
      group.url,
      { text: '您好', phones: ['13800138000'] },
      sending,
    );
    expect(outcome.result).toBe(result);
    expect(outcome.answer).toContain(words);
    expect(group.got[0]?.url.searchParams.get('key')).toBe('right');
    expect(group.got[0]?.body).toEqual({
      msgtype: 'text',
      text: { content: '您好', mentioned_mobile_list: ['13800138000'] },
    });
  });
});

describe('a letter', () => {
  let folder: string;
  let certificate: Certificate;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'civicloop-letter-'));
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=mail.test', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...files, ...names], { stdio: 'ignore' });
    certificate = {
      key: readFileSync(join(folder, 'key.pem'), 'utf8'),
      cert: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const settings = (port: number): SmtpSettings => ({
    kind: 'smtp',
    host: '127.0.0.1',
    port,
    security: 'tls',
    user: 'loop',
    from: 'loop@example.cn',
  });
  const letter = {
    to: 'li@example.cn',
    subject: '创城闭环：新派案件 G1',
    text: '新派案件，请在时限内领办：G1',
    messageId: '<1@civicloop>',
  };

  /** By a program that trusts the certificate, as it is told to when it starts. */
  async function sendTrusting(receiver: MailReceiver, secret = 'right'): Promise<Outcome> {
    const script = fileURLToPath(new URL('../testing/letterApart.ts', import.meta.url));
    const given = JSON.stringify({
      settings: settings(receiver.port),
      letter,
      sending: { ...sending, secret },
    });
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', script, given],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') } },
    );
    return JSON.parse(stdout) as Outcome;
  }

  const receiving = async (
    ...rest: [Parameters<typeof mailReceiver>[1]?]
  ): Promise<MailReceiver> => {
    const receiver = await mailReceiver(certificate, ...rest);
    stops.push(receiver.stop);
    return receiver;
  };

  it('arrives whole, by TLS', async () => {
    const receiver = await receiving();
    expect(await sendTrusting(receiver)).toMatchObject({ result: 'sent' });
    const [arrived] = receiver.got;
    expect(arrived?.to).toBe('li@example.cn');
    expect(arrived?.raw).toContain('Message-ID: <1@civicloop>');
    const body = arrived?.raw.split('\r\n\r\n')[1]?.replaceAll('\r\n', '') ?? '';
    expect(Buffer.from(body, 'base64').toString()).toContain(letter.text);
  });

  it('is refused, put off or unsure as the server says', async () => {
    const refusing = await receiving(() => 'refuse');
    expect(await sendTrusting(refusing)).toMatchObject({ result: 'refused' });
    const later = await receiving(() => 'later');
    expect(await sendTrusting(later)).toMatchObject({ result: 'failed', isForAll: false });
    const broken = await receiving(() => 'hangUpAfterText');
    expect(await sendTrusting(broken)).toMatchObject({ result: 'unsure' });
    const wrong = await sendTrusting(await receiving(), 'wrong');
    expect(wrong).toMatchObject({ result: 'failed' });
    expect(wrong.answer).toContain('用户名或密码');
  });

  it('is not given to a server that cannot prove who it is, nor to an internal address', async () => {
    const receiver = await receiving();
    const outcome = await sendLetter(settings(receiver.port), letter, sending);
    expect(outcome.result).toBe('failed');
    expect(outcome.answer).toContain('证书');
    const closed = await sendLetter(settings(receiver.port), letter, { ...sending, allowed: [] });
    expect(closed.answer).toContain('白名单');
    const nobody = await sendLetter(settings(9), letter, sending);
    expect(nobody).toMatchObject({ result: 'failed' });
    expect(receiver.got).toEqual([]);
  });
});
