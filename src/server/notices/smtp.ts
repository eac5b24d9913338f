/**
 * SMTP 邮件: one letter by a mail server, always by TLS, connected to the very address that was judged by the rules of
 * `outside.ts`. Whether a letter that met an error may have arrived is known by whether its text was handed over.
 * Sources: issue 5-11; trust V13.2.4.
 */
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { NoticeSettings } from '../../domain/noticeChannel.ts';
import { OutsideFailed, permittedAddress } from '../outside.ts';
import {
  failed,
  outcomeOfFault,
  refused,
  sent,
  unsure,
  type Outcome,
  type Sending,
} from './answer.ts';

export type SmtpSettings = Extract<NoticeSettings, { kind: 'smtp' }>;

export interface Letter {
  to: string;
  subject: string;
  text: string;
  /** The same for the same letter, so that a mail program shows it once. */
  messageId: string;
}

/** The letter as it goes over the wire. */
const written = ({ from }: SmtpSettings, letter: Letter, now: string): Promise<Buffer> =>
  new MailComposer({ ...letter, from, date: now, disableFileAccess: true, disableUrlAccess: true })
    .compile()
    .build();

const promised = (work: (done: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));

/** An error of the server or of the connection, in words. */
function outcomeOf(error: SMTPConnection.SMTPError, wasHanded: boolean): Outcome {
  const { responseCode, code } = error;
  if (code === 'EAUTH')
    return failed(`邮件服务器不接受用户名或密码（${responseCode ?? ''}）`, 3_600);
  if (responseCode !== undefined && responseCode >= 500)
    return refused(`邮件服务器不接受这封邮件（${responseCode}）`);
  if (responseCode !== undefined && responseCode >= 400)
    return { ...failed(`邮件服务器暂不接受（${responseCode}），稍后再试`), isForAll: false };
  if (wasHanded) return unsure('发出邮件后连接中断，不知对方是否已收到');
  return code === 'ETLS' || code === 'ESOCKET'
    ? failed(`与邮件服务器的加密连接没有建立（${codeOf(error)}），请核对端口、加密方式和证书`)
    : failed(`连接不上邮件服务器（${codeOf(error)}）`);
}

/** The system's own word for it: ECONNREFUSED, CERT_HAS_EXPIRED … */
function codeOf(error: SMTPConnection.SMTPError): string {
  const { cause } = error as { cause?: unknown };
  const deeper = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return String(deeper ?? error.code ?? 'ERROR');
}

/** Sends one letter; the secret is the password. */
export async function sendLetter(
  settings: SmtpSettings,
  letter: Letter,
  { secret, allowed, timeoutMs, now, signal }: Sending,
): Promise<Outcome> {
  const { host, port, security, user, from } = settings;
  let address: string;
  try {
    address = await permittedAddress({ name: host.replace(/\.$/, ''), port }, allowed);
  } catch (error) {
    if (!(error instanceof OutsideFailed)) throw error;
    return outcomeOfFault(error);
  }
  const raw = await written(settings, letter, now);
  let wasHanded = false;
  const message = new Readable({
    read() {
      wasHanded = true;
      this.push(raw);
      this.push(null);
    },
  });
  const connection = new SMTPConnection({
    host: address,
    port,
    secure: security === 'tls',
    requireTLS: security === 'startTls',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    tls: { minVersion: 'TLSv1.2', ...(isIP(host) === 0 ? { servername: host } : {}) },
  });
  const stop = (): void => connection.close();
  signal?.addEventListener('abort', stop, { once: true });
  const late = setTimeout(stop, 2 * timeoutMs);
  try {
    await new Promise<void>((resolve, reject) => {
      connection.on('error', reject);
      connection.on('end', () => reject(new Error('connection closed')));
      const work = async (): Promise<void> => {
        await promised((done) => connection.connect(done));
        await promised((done) => connection.login({ user, pass: secret }, done));
        const envelope = { from, to: letter.to, size: raw.length };
        await promised((done) => connection.send(envelope, message, done));
      };
      work().then(resolve, reject);
    });
    connection.quit();
    return sent('邮件服务器已接受');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return outcomeOf(error as SMTPConnection.SMTPError, wasHanded);
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', stop);
    if (!wasHanded) connection.close();
  }
}
