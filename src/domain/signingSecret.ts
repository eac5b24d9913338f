/** Signing secret 签名密钥: what signs messages by Standard Webhooks, ours and those of others. Source: issue 5-2, 5-10. */
import { personal } from './fields.ts';

/** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks wants it; kept like personal data. */
export const signingSecret = personal('签名密钥', 100).refine(
  (value) => /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/.test(value),
  '签名密钥不合规格，请在页面上生成，应为：whsec_ 加 24 至 64 字节的 base64',
);
