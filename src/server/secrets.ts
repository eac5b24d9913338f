/**
 * Secrets 个人信息: what personal fields and unmasked words become. Each secret has its own data key
 * (AES-256-GCM), wrapped by the master key that lives outside the database; destroying the wrapped key
 * destroys the content while the chain still verifies. Sources: domain reference i; trust V11.3.3, V14.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fieldMeta } from '../domain/fields.ts';
import { maskPersonal } from '../domain/mask.ts';

export interface Secret {
  id: string;
  field: string;
  wrappedKey: Buffer;
  ciphertext: Buffer;
}

const seal = (key: Buffer, plain: Buffer, about: string): Buffer => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

const open = (key: Buffer, sealed: Buffer, about: string): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    .setAAD(Buffer.from(about))
    .setAuthTag(sealed.subarray(sealed.length - 16));
  return Buffer.concat([
    decipher.update(sealed.subarray(12, sealed.length - 16)),
    decipher.final(),
  ]);
};

export interface SecretBox {
  /** Seals a text under a fresh data key. */
  lock(id: string, field: string, text: string): Secret;
  /** Opens a secret. Throws when it was altered. */
  unlock(id: string, wrappedKey: Buffer, ciphertext: Buffer): string;
  /** A keyed digest: equal inputs give equal digests, and nothing can be guessed from one. */
  digest(text: string): Buffer;
}

/** The box of one installation. `masterKey`: 32 bytes. */
export function secretBox(masterKey: Buffer): SecretBox {
  const digestKey = createHmac('sha256', masterKey).update('request digest').digest();
  return {
    lock: (id, field, text) => {
      const key = randomBytes(32);
      return {
        id,
        field,
        wrappedKey: seal(masterKey, key, id),
        ciphertext: seal(key, Buffer.from(text), id),
      };
    },
    unlock: (id, wrappedKey, ciphertext) =>
      open(open(masterKey, wrappedKey, id), ciphertext, id).toString(),
    digest: (text) => createHmac('sha256', digestKey).update(text).digest(),
  };
}

const maskedKinds: ReadonlySet<string> = new Set(['words', 'note', 'address']);

/**
 * Splits an input into what may be kept in the open and what may not: `personal` fields become the id of
 * a secret; `words` and `note` fields are masked, and the whole text becomes a secret if a mask was needed.
 * `secrets`: field → secret id, for the event.
 */
export function conceal(
  schema: z.ZodType,
  input: Record<string, unknown>,
  box: SecretBox,
  newId: () => string,
): { open: Record<string, unknown>; secrets: Record<string, string> | null; locked: Secret[] } {
  if (!(schema instanceof z.ZodObject)) return { open: input, secrets: null, locked: [] };
  const visible: Record<string, unknown> = { ...input };
  const locked: Secret[] = [];
  const secrets: Record<string, string> = {};
  for (const [field, fieldSchema] of Object.entries(schema.shape as z.core.$ZodShape)) {
    const value = input[field];
    const kind = typeof value === 'string' ? fieldMeta(fieldSchema)?.kind : undefined;
    if (typeof value !== 'string' || !kind) continue;
    const masked = maskedKinds.has(kind) ? maskPersonal(value) : value;
    if (kind !== 'personal' && masked === value) continue;
    const secret = box.lock(newId(), field, value);
    locked.push(secret);
    secrets[field] = secret.id;
    visible[field] = kind === 'personal' ? secret.id : masked;
  }
  return { open: visible, secrets: locked.length > 0 ? secrets : null, locked };
}
