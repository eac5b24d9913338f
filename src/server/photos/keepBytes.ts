/** Keep bytes: a photo that came to the server otherwise than by a person's upload, kept in the same way. */
import { createHash } from 'node:crypto';
import type { Uploader, Uploads } from './upload.ts';

/** Keeps a photo under an id; done again, it is there already. Throws what an upload is refused with. */
export async function keepBytes(
  uploads: Uploads,
  who: Uploader,
  id: string,
  bytes: Buffer,
): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { isComplete, offset } = await uploads.announce(who, { id, sha256, size: bytes.length });
  if (isComplete) return;
  const rest = new Uint8Array(bytes.subarray(offset));
  await uploads.receive(who, id, {
    offset,
    contentLength: rest.length,
    body: new Blob([rest]).stream(),
  });
}
