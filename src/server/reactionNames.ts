/** Which reactions follow which action, by 'noun.action'. What they do is in `reactions.ts`. */

export const reactionTable = {
  'issue.dispatch': ['notifyUnit', 'pushByRule'],
  'issue.transfer': ['notifyUnit', 'followCases', 'pushByRule'],
  'issue.assign': ['notifyOfficer'],
  'issue.sendToVerify': ['notifyVerifier'],
  'issue.sendBack': ['notifyDesk', 'followCases'],
  'issue.merge': ['followCases'],
  'issue.fail': ['notifyUnit', 'followCases'],
  'issue.close': ['openAnswers', 'openCallbacks', 'followCases'],
  'issue.forceClose': ['openAnswers', 'settleParts', 'openCallbacks', 'followCases'],
  'issue.void': ['openAnswers', 'settleParts', 'followCases'],
  'issue.reopen': ['closeAnswers', 'cancelCallbacks'],
  'issue.escalate': ['notifyEscalation'],
  'issue.destroyPhoto': ['removePhotoBytes'],
  'report.confirm': ['notifyConfirmer'],
  'report.escalate': ['notifyDesk'],
  'report.anonymize': ['anonymizeCallbacks'],
  'report.withdraw': ['cancelCityCallbacks'],
  'report.destroyPhoto': ['removePhotoBytes'],
  'assist.ask': ['notifyAssist'],
  'assist.escalate': ['notifyAssist'],
  'assist.destroyPhoto': ['removePhotoBytes'],
  'unit.mergeInto': ['moveMatters'],
  'person.retire': ['clearChoices'],
  'callback.record': ['followCallback'],
  'callback.answerByCode': ['followCallback'],
  'callback.agreeReopen': ['followCallback'],
  'callback.contest': ['followCallback'],
  'callback.escalate': ['followCallback'],
  'approval.ask': ['notifyGranters'],
  'approval.grant': ['notifyAsker'],
  'approval.deny': ['notifyAsker'],
  'approval.escalate': ['notifyGranters'],
  'download.count': ['notifyDownload'],
  'download.grant': ['notifyDownload'],
  'download.deny': ['notifyDownload'],
  'download.finish': ['notifyDownload'],
  'platformCase.stumble': ['notifyStumble'],
  'platformCase.fail': ['notifyStumble'],
  'platformCase.miss': ['notifyStumble'],
  'sender.fallSilent': ['notifySilent'],
  'subscription.pause': ['notifyPaused'],
  'subscription.resend': ['resendDeliveries'],
  'noticeChannel.resend': ['resendMessages'],
  'groupPost.compose': ['postToGroup'],
} as const satisfies Record<string, readonly string[]>;

export type ReactionName = (typeof reactionTable)[keyof typeof reactionTable][number];

/** The reactions to an action; none for most. */
export const reactionsTo = (name: string): readonly ReactionName[] =>
  (reactionTable as Record<string, readonly ReactionName[]>)[name] ?? [];
