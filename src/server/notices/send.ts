/** Sending what was taken: the text from the templates, by the adapter of the channel's kind. */
import type pg from 'pg';
import type { NoticeChannel } from '../../domain/noticeChannel.ts';
import { noticeBlanks, noticeTemplates } from '../../domain/noticeKind.ts';
import type { MasterData } from '../masterData.ts';
import type { SecretBox } from '../secrets.ts';
import { failed, refused, type Outcome, type Sending } from './answer.ts';
import type { MessageRow } from './queue.ts';
import { sendLetter } from './smtp.ts';
import { sendSms, type SmsMessage } from './sms.ts';
import { linesOf } from './take.ts';
import { sendToRobot, type RobotMessage } from './weComRobot.ts';

/** What a secret says; null when it is not there any more. */
export async function openSecret(
  pool: pg.Pool,
  box: SecretBox,
  district: string,
  id: string | null,
): Promise<string | null> {
  if (id === null) return null;
  const { rows } = await pool.query<{ key: Buffer | null; text: Buffer | null }>({
    name: 'notice-secret',
    text: `select wrapped_key as key, ciphertext as text from secret where district = $1 and id = $2`,
    values: [district, id],
  });
  const [found] = rows;
  return found?.key && found.text ? box.unlock(id, found.key, found.text) : null;
}

export interface Outgoing {
  pool: pg.Pool;
  box: SecretBox;
  master: MasterData;
}

/** Phone or mail address of a person, as they gave it. */
const contactOf = (
  { pool, box, master }: Outgoing,
  personId: string | null,
  field: 'phoneId' | 'emailId',
): Promise<string | null> => {
  const choice = personId === null ? undefined : master.noticeChoices.get(personId);
  return openSecret(pool, box, master.district, choice?.[field] ?? null);
};

/** The address of the messages page, as the last line of a text. */
const linkLine = ({ pageUrl }: NoticeChannel): string[] =>
  pageUrl === null ? [] : [`${pageUrl.replace(/\/+$/, '')}/notices`];

async function robotMessage(
  outgoing: Outgoing,
  channel: NoticeChannel,
  rows: readonly MessageRow[],
): Promise<RobotMessage> {
  const lines = linesOf(rows);
  if (rows[0]?.person_id === null) return { markdown: lines.join('\n\n') };
  const persons = [...new Set(rows.map(({ person_id }) => person_id))];
  const phones = await Promise.all(persons.map((id) => contactOf(outgoing, id, 'phoneId')));
  return {
    text: [...lines, ...linkLine(channel)].join('\n'),
    phones: phones.filter((phone) => phone !== null),
  };
}

function smsMessage(
  { templateCode, digestTemplateCode }: { templateCode: string; digestTemplateCode: string },
  phone: string,
  rows: readonly MessageRow[],
): SmsMessage {
  const [first] = rows;
  return rows.length === 1 && first && first.person_id !== null
    ? { phone, templateCode, blanks: noticeBlanks(first.kind, first.content) }
    : { phone, templateCode: digestTemplateCode, blanks: { count: String(rows.length) } };
}

const subjectOf = (rows: readonly MessageRow[]): string => {
  const [first] = rows;
  return rows.length === 1 && first && first.person_id !== null
    ? `创城闭环：${noticeTemplates[first.kind].label}${first.content.number ? ` ${first.content.number}` : ''}`
    : `创城闭环：${rows.length} 件事项`;
};

const noSecret = '渠道没有密钥，请更换密钥';

/** Sends the rows in one message. Every row fares the same. */
export async function sendRows(
  outgoing: Outgoing,
  channel: NoticeChannel,
  rows: readonly MessageRow[],
  sending: Omit<Sending, 'secret'>,
): Promise<Outcome> {
  const { pool, box } = outgoing;
  const { settings, district, secretId } = channel;
  const secret = await openSecret(pool, box, district, secretId);
  const [first] = rows;
  if (secret === null) return failed(noSecret, 3_600);
  if (!first) throw new Error('nothing to send');
  const given = { ...sending, secret };
  if (settings.kind === 'weComRobot')
    return sendToRobot(settings.url, await robotMessage(outgoing, channel, rows), given);
  if (first.person_id === null) return refused('这条消息是发给群的，只能由群机器人发送');
  if (settings.kind === 'sms') {
    const phone = await contactOf(outgoing, first.person_id, 'phoneId');
    return phone === null
      ? refused('本人没有登记手机号，请其在“我的通知”中填写')
      : sendSms(settings, smsMessage(settings, phone, rows), given);
  }
  const to = await contactOf(outgoing, first.person_id, 'emailId');
  return to === null
    ? refused('本人没有登记邮箱，请其在“我的通知”中填写')
    : sendLetter(
        settings,
        {
          to,
          subject: subjectOf(rows),
          text: [...linesOf(rows), '', ...linkLine(channel)].join('\n'),
          messageId: `<${first.id}@civicloop>`,
        },
        given,
      );
}

const trialWords = '这是一条测试通知，收到说明渠道可用。';

/** Sends a test message; `to`: the phone or mail address that gets it, not needed for a group. */
export async function sendTrial(
  { pool, box }: Pick<Outgoing, 'pool' | 'box'>,
  { settings, district, secretId }: NoticeChannel,
  to: string,
  messageId: string,
  sending: Omit<Sending, 'secret'>,
): Promise<Outcome> {
  const secret = await openSecret(pool, box, district, secretId);
  if (secret === null) return failed(noSecret);
  const given = { ...sending, secret };
  switch (settings.kind) {
    case 'weComRobot':
      return sendToRobot(settings.url, { text: trialWords, phones: [] }, given);
    case 'sms': {
      const blanks = { matter: '测试通知', number: '无', place: '无', due: '无' };
      return sendSms(settings, { phone: to, templateCode: settings.templateCode, blanks }, given);
    }
    case 'smtp': {
      const letter = { to, subject: '创城闭环：测试通知', text: trialWords };
      return sendLetter(settings, { ...letter, messageId: `<${messageId}@civicloop>` }, given);
    }
  }
}
