/** What the people of a small office do, in one line each; for the tests of the rules. */
import { v7 as newId } from 'uuid';
import type { Approval } from '../../domain/approval.ts';
import type { Issue } from '../../domain/issueShape.ts';
import type { World, WorldOptions } from './world.ts';

/** Its people; two of them stand on both lines. */
export const officePosts: NonNullable<WorldOptions['posts']> = {
  desk: { role: 'desk' },
  deskAsGrid: { role: 'gridWorker', area: '110199', person: 'desk' },
  shift: { role: 'shiftLeader' },
  head: { role: 'unitHead', unit: 'clean' },
  officer: { role: 'officer', unit: 'clean' },
  streetHead: { role: 'unitHead', unit: 'street' },
  communityHead: { role: 'unitHead', unit: 'community' },
  communityAsGrid: { role: 'gridWorker', area: '110199001', person: 'communityHead' },
  grid: { role: 'gridWorker', area: '110199001' },
  leader: { role: 'leader' },
  systemAdmin: { role: 'systemAdmin' },
  securityAdmin: { role: 'securityAdmin' },
};

export function office(w: World) {
  const act = async (
    who: string,
    id: string,
    action: string,
    input: Record<string, unknown> = {},
  ): Promise<Issue> => (await w.run(who, 'issue', id, action, input)).record as unknown as Issue;
  const pass = async (who: string, id: string): Promise<Issue> =>
    act(who, id, 'pass', { words: '已干净', photos: [await w.photo(who)] });
  const fail = async (who: string, id: string): Promise<Issue> =>
    act(who, id, 'fail', { words: '不干净', photos: [await w.photo(who)] });
  const rectify = async (who: string, id: string): Promise<Issue> =>
    act(who, id, 'rectify', { words: '已清理', photos: [await w.photo(who)] });
  const ask = async (
    who: string,
    issueId: string,
    kind: string,
    hold?: object,
  ): Promise<Approval> =>
    (
      await w.run(who, 'approval', newId(), 'ask', {
        issueId,
        kind,
        reason: '理由',
        ...(hold ? { hold } : {}),
      })
    ).record as unknown as Approval;
  const grant = (who: string, id: string) =>
    w.run(who, 'approval', id, 'grant', { opinion: '同意' });
  const consent = async (issueId: string, kind: string, hold?: object): Promise<Issue> => {
    await grant(
      'leader',
      (await ask(kind === 'void' || kind === 'forceClose' ? 'desk' : 'head', issueId, kind, hold))
        .id,
    );
    return w.read<Issue>('issue', issueId);
  };

  return { act, pass, fail, rectify, ask, grant, consent };
}
