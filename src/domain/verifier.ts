/**
 * Verifier 复查人: who may say that it has been put right. Somebody of the finding line, who has not
 * acted on this attempt under any post, and does not stand on the handling line of the lead's or a
 * helper's unit or anything below it. Sources: domain reference b.1 (发现与处置两条线), j trap 9;
 * architecture “Authorisation, once”.
 */
import type { Line, Role } from './access.ts';
import type { Issue } from './issueShape.ts';
import { refusal, type Refusal } from './refused.ts';

/** `handlingPaths`: for each handling post of the person, its unit and every unit above it. */
export interface Candidate {
  personId: string;
  line: Line;
  handlingPaths: string[][];
}

/**
 * With nobody named, a post verifies when its area lies in the street asked or holds it; an assessor
 * without an area goes everywhere (architecture “Authorisation, once”: the neighbouring street).
 */
export function verifiesIn(
  { verifyAreaCode }: Pick<Issue, 'verifyAreaCode'>,
  { role, areaCodes }: { role: Role; areaCodes: readonly string[] },
): boolean {
  if (areaCodes.length === 0) return role === 'assessor';
  const asked = verifyAreaCode ?? '';
  return areaCodes.some((code) => code.startsWith(asked) || asked.startsWith(code));
}

export function verifierRefusal(issue: Issue, candidate: Candidate): Refusal | undefined {
  if (candidate.line !== 'finding') {
    return refusal('notFinding', '复查须由发现核查线的人员承担，处置和指挥岗位不能复查');
  }
  if (issue.actedIds.includes(candidate.personId)) {
    return refusal('acted', '参与过本轮办理的人不能复查，请换人或选相邻街道、测评员');
  }
  if (candidate.handlingPaths.some((path) => path.some((id) => issue.partyUnitIds.includes(id)))) {
    return refusal('ownUnit', '在承办或协办单位任职的人不能复查，请换人或选相邻街道、测评员');
  }
  return undefined;
}
