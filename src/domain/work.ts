/**
 * Work 工程量: what is counted when a matter has been put right, each with its unit. The one list for the
 * rule of `rectify`, the sums and the forms. Sources: seed bulletins 003-28, 004-18, 004-19; domain j.
 */
export interface WorkKind {
  code: string;
  name: string;
  unit: string;
}

export const workKinds: readonly WorkKind[] = [
  { code: 'illegalStructureArea', name: '拆除私搭乱建', unit: 'm²' },
  { code: 'illegalStructureSpots', name: '拆除私搭乱建', unit: '处' },
  { code: 'wallOpeningsSealed', name: '封堵开墙打洞', unit: '户' },
  { code: 'signsCorrected', name: '治理违规牌匾', unit: '块' },
  { code: 'advertisingSignArea', name: '整治广告牌匾', unit: 'm²' },
  { code: 'overheadLinesTidied', name: '梳理架空线', unit: '延米' },
  { code: 'drainPipesRebuilt', name: '改造雨污水管道', unit: '米' },
  { code: 'facadeArea', name: '修复粉饰外墙', unit: 'm²' },
  { code: 'galleriesRepaired', name: '修整廊台', unit: '个' },
  { code: 'roadPavedArea', name: '硬化路面', unit: 'm²' },
  { code: 'roadPatchedArea', name: '修补路面', unit: 'm²' },
  { code: 'greenedArea', name: '绿化美化', unit: 'm²' },
  { code: 'parkingArea', name: '整理车位', unit: 'm²' },
  { code: 'deadCornersCleared', name: '清理卫生死角', unit: '处' },
  { code: 'streetVendingCleared', name: '清理占道经营', unit: '处' },
  { code: 'pilesCleared', name: '清理乱堆乱放', unit: '处' },
  { code: 'scrawlsCleared', name: '清理乱堆乱画', unit: '处' },
  { code: 'dirtySpotsCleared', name: '清理脏乱点位', unit: '处' },
  { code: 'alleyPlatesInstalled', name: '安装街巷公示牌', unit: '块' },
  { code: 'displayBoardsInstalled', name: '安装文化展板', unit: '块' },
  { code: 'garbageSpotsCleared', name: '清理垃圾', unit: '处' },
  { code: 'garbageWeight', name: '清运垃圾', unit: '吨' },
  { code: 'watercoursesCleared', name: '清理河塘沟渠', unit: '条' },
  { code: 'farmWasteSpotsCleared', name: '清理农业生产废弃物', unit: '处' },
  { code: 'farmWasteWeight', name: '清运农业生产废弃物', unit: '吨' },
  { code: 'directDischargeStopped', name: '整治污水直排', unit: '处' },
  { code: 'violationsPunished', name: '查处违法行为', unit: '起' },
  { code: 'finesImposed', name: '罚款', unit: '元' },
];

const byCode = new Map(workKinds.map((kind) => [kind.code, kind]));

/** Is it in the list? */
export const isWorkCode = (code: string): boolean => byCode.has(code);

/** The kind of a code; one that is no longer in the list stands for itself. */
export const workKind = (code: string): WorkKind =>
  byCode.get(code) ?? { code, name: code, unit: '' };
