/**
 * Verifying issues 复查、结案: the way of a case that its unit says is put right: somebody of the finding line
 * looks, it is closed or goes back, and may be opened again. Sources: domain reference b.1, b.2.
 */
import type { Role } from './access.ts';
import { area, note, photos, post, words } from './fields.ts';
import { deskClock, handlingLevels, reworkClock, verifyClock } from './issueClock.ts';
import { act, desk, notDispatched, notYourVerification, partyOf } from './issueRow.ts';
import { refusal } from './refused.ts';
import { verifierRefusal } from './verifier.ts';
import { z } from 'zod';

const finders: Role[] = ['gridWorker', 'assessor'];

export const verifyRows = {
  sendToVerify: act({
    label: '送复查',
    sentence: '送复查',
    source: '整改后送核查任务给就近采集员（domain b.1 核查结案）',
    by: desk,
    from: ['rectified', 'verifying'],
    to: 'verifying',
    input: z.strictObject({
      postId: post('复查人').optional(),
      areaCode: area('由哪个街道复查').optional(),
      note: note('复查要求').optional(),
    }),
    needs: ['calendar', 'settings', 'post', 'area'],
    check: (issue, input, { facts }) => {
      if (input.areaCode && !facts.area?.isActive)
        return refusal('noArea', '街道不存在或已停用，请重新选择');
      if (!input.postId && !input.areaCode && issue.areaCode.length < 9) {
        return refusal('noArea', '案件没有街道，请选择由哪个街道复查或指定复查人');
      }
      if (!input.postId) return undefined;
      if (!facts.post?.isActive) return refusal('noPost', '复查人不在岗，请另选');
      return verifierRefusal(issue, facts.post);
    },
    changes: (issue, input, { now, facts }) => ({
      verifyPostId: input.postId ?? null,
      verifierId: facts.post?.personId ?? null,
      verifyAreaCode: input.areaCode ?? issue.areaCode.slice(0, 9),
      deskDue: null,
      ...verifyClock(issue, now, facts),
    }),
  }),

  pass: act({
    label: '复查通过',
    sentence: '复查通过：{words}',
    source: '现场对照结案条件复查，须新拍照片（domain b.1；product 7）',
    by: finders,
    from: ['verifying'],
    to: 'passed',
    isNeutral: true,
    input: z.strictObject({ words: words('复查情况', 1000), photos: photos('复查照片') }),
    needs: ['calendar', 'settings', 'photos'],
    refuse: (issue, { actor }) => notYourVerification(issue, actor),
    check: (_issue, input) =>
      input.photos.length === 0 ? refusal('noPhoto', '请现场拍摄复查照片') : undefined,
    changes: (issue, input, { now, facts, actor }) => ({
      verifiedAt: now,
      verifierId: actor.personId,
      verifyPostId: actor.postId,
      photoCount: issue.photoCount + input.photos.length,
      ...deskClock(issue, now, facts.settings.deskLimit, '复查通过', facts),
    }),
  }),

  fail: act({
    label: '复查不通过',
    sentence: '复查不通过，返工：{words}',
    source: '不通过返工，同一单位，轮次加一（domain b.2 返工）',
    by: finders,
    from: ['verifying'],
    to: 'claimed',
    isNeutral: true,
    input: z.strictObject({ words: words('不通过原因', 1000), photos: photos('复查照片') }),
    needs: ['calendar', 'settings', 'category', 'photos'],
    refuse: (issue, { actor }) => notYourVerification(issue, actor),
    check: (_issue, input) =>
      input.photos.length === 0 ? refusal('noPhoto', '请现场拍摄复查照片') : undefined,
    changes: (issue, input, { now, facts }) => {
      const clock = reworkClock(issue, now, facts);
      return {
        attempt: issue.attempt + 1,
        actedIds: [],
        verifiedAt: null,
        rectifiedAt: null,
        deviceRectifiedAt: null,
        countedRectifiedAt: null,
        verifierId: null,
        verifyPostId: null,
        verifyDue: null,
        photoCount: issue.photoCount + input.photos.length,
        ...clock,
        ...handlingLevels(issue, clock),
      };
    },
  }),

  close: act({
    label: '结案',
    sentence: '结案',
    source: '核查与反馈一致方可结案（domain b.1 FSOU）；快速整改销账（seed 003-25）',
    by: desk,
    from: ['passed'],
    to: 'closed',
    input: z.strictObject({ note: note('结案意见').optional() }),
    changes: (_issue, _input, { now }) => ({ closedAt: now, deskDue: null, escalateAt: null }),
  }),

  reopen: act({
    label: '重开',
    sentence: '重开案件：{note}',
    source: '“未解决”重开（product 8；回访答未解决由系统重开 issue 5-12）',
    by: [...desk, 'system'],
    from: ['closed'],
    to: 'accepted',
    isNeutral: true,
    input: z.strictObject({ note: note('重开原因') }),
    needs: ['calendar', 'settings'],
    changes: (issue, _input, { now, facts }) => ({
      ...notDispatched,
      attempt: issue.attempt + 1,
      actedIds: [],
      partyUnitIds: partyOf(null, issue.assistUnitIds),
      closedAt: null,
      isForced: false,
      ...deskClock(issue, now, facts.settings.dispatchLimits[issue.urgency], '重开', facts),
    }),
  }),
};
