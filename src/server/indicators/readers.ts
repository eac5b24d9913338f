/** Who reads the map between catalogs, and what the codes in it are called. */
import type { Role } from '../../domain/access.ts';
import { classCode } from '../../domain/orderClass.ts';
import { Refused } from '../../domain/refused.ts';
import type { MasterData } from '../masterData.ts';
import { signedIn, type QueryContext } from '../queries/context.ts';

const readers: readonly Role[] = ['systemAdmin', 'supervisor', 'desk', 'shiftLeader', 'leader'];

/** Throws 403 for whoever has nothing to do with catalogs. */
export function checkReads(context: QueryContext): void {
  if (!readers.includes(signedIn(context).role))
    throw new Refused(403, 'notYourRole', '目录对应只供系统管理员、督查员、创城专席和领导查看');
}

/** Sender and words of the code of a class; undefined when its sender is not known. */
export function classParts(
  { senders }: MasterData,
  code: string,
): { senderCode: string; senderName: string; words: string } | undefined {
  const found = [...senders.values()]
    .filter((sender) => code.startsWith(classCode(sender.code, '')))
    .sort((a, b) => b.code.length - a.code.length)[0];
  return (
    found && {
      senderCode: found.code,
      senderName: found.name,
      words: code.slice(classCode(found.code, '').length),
    }
  );
}
