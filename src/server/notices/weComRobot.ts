/**
 * WeCom robot 企业微信群机器人: `POST …/cgi-bin/webhook/send?key=…` with text (2,048 bytes) or markdown (4,096), answered
 * by `errcode`. A robot takes twenty messages a minute: one every 3.1 s, in which whatever came up is put
 * together. Source: developer.work.weixin.qq.com/document/path/91770.
 */
import { failed, postOnce, refused, sent, unsure, type Outcome, type Sending } from './answer.ts';

/** Between two messages of one robot. */
export const robotPauseMs = 3_100;

/** Of the lines of a text; the link and the line ends come on top. */
export const maxTextBytes = 1_600;

export type RobotMessage =
  | { markdown: string }
  /** `phones`: of the members to be mentioned. */
  | { text: string; phones: readonly string[] };

const bodyOf = (message: RobotMessage): object =>
  'markdown' in message
    ? { msgtype: 'markdown', markdown: { content: message.markdown } }
    : {
        msgtype: 'text',
        text: {
          content: message.text,
          ...(message.phones.length > 0 ? { mentioned_mobile_list: message.phones } : {}),
        },
      };

function judge({ errcode, errmsg }: Record<string, unknown>): Outcome {
  switch (errcode) {
    case 0:
      return sent('企业微信已收到');
    case -1:
      return failed('企业微信系统繁忙（-1），稍后再试');
    case 45009:
      return failed('企业微信说发送过于频繁（45009），稍后再试', 60);
    case 93000:
    case 93004:
    case 93008:
      return failed(`机器人密钥无效或机器人已移出群（${errcode}），请在群里核对后更换密钥`, 3_600);
    default:
      return typeof errcode === 'number'
        ? refused(`企业微信不接受（${errcode}）：${String(errmsg ?? '').slice(0, 100)}`)
        : unsure('企业微信的回答无法辨认，不知是否已收到');
  }
}

/** Sends one message to the group of a robot; the secret is its key. */
export const sendToRobot = (
  url: string,
  message: RobotMessage,
  sending: Sending,
): Promise<Outcome> =>
  postOnce(
    {
      url: `${url}?key=${encodeURIComponent(sending.secret)}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf(message)),
    },
    sending,
    judge,
  );
