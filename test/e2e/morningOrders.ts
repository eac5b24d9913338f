/** A morning's orders as a hotline exports them: three hundred matters at places of the demo district. */

export interface Place {
  /** As the district writes it, 银匠巷. */
  name: string;
  siteType: string;
}

/** What people say, by the kind of place it may be at; `@` stands where the place is named. */
const told: Record<string, readonly string[]> = {
  ESTATE: [
    '@北门外两个垃圾桶满了好几天没人清，袋子都堆到地上了，苍蝇很多',
    '@小区门口便道上停满了小轿车，推婴儿车只能走马路',
    '@东侧的路灯不亮，晚上回家看不清台阶',
  ],
  OLDESTATE: [
    '@楼前雨水井盖缺失，只插了一根树枝，老人孩子路过很危险',
    '@单元门口堆了一大堆装修垃圾，问谁都说不知道是哪家的',
    '@墙上贴满了开锁和疏通管道的小广告，撕了又贴',
  ],
  RESTAURANT: [
    '@在门外支了七八张桌子营业，便道走不过去，吵到夜里',
    '@把灯箱和杂物摆在店外便道上，盲道被挡住',
  ],
  MARKET: [
    '@门口每天早上有流动摊贩卖菜，收摊以后烂菜叶扔一地',
    '@周边电动自行车乱停，把消防通道口堵住了',
  ],
  BUSSTOP: ['@公交站旁边共享单车倒了一大片，等车的人没地方站'],
  MAINROAD: [
    '@路面有个大坑，下雨积水看不见，骑车摔过人',
    '@一段路两边的落叶和尘土没人扫，车一过全是灰',
  ],
  PARK: ['@里的健身器材坏了一台，踏板快掉了', '@草坪里扔着塑料袋和烟头，遛弯的人看着难受'],
  SCHOOL: ['@门口放学时有无照游商卖炸串，孩子围着，油烟呛人'],
  TOILET: ['@地面脏污，没有水，异味很大'],
};
const kinds = ['投诉', '求助', '建议', '咨询'];
const surnames = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄'];

const columns = [
  '工单编号',
  '受理时间',
  '诉求类型',
  '诉求人',
  '联系电话',
  '详细地址',
  '问题描述',
  '是否保密',
  '紧急程度',
];

/** Of so many orders, one tells once more, in other words, what another has told. */
export const oneAgainIn = 15;

/** The export of a morning as CSV, UTF-8 with a mark; no two orders tell of the same matter but those told again. */
export function morningOrders(places: readonly Place[], count: number): string {
  const said = Object.entries(told).flatMap(([type, tales]) =>
    tales.flatMap((tale) =>
      places.filter(({ siteType }) => siteType === type).map((place) => ({ tale, place })),
    ),
  );
  const lines = Array.from({ length: count }, (_, n) => {
    const again = n % oneAgainIn === oneAgainIn - 1;
    const matter = said[((again ? n - 7 : n) * 397) % said.length];
    if (!matter) throw new Error('the district has no places');
    const words = matter.tale.replace('@', matter.place.name);
    return [
      `GD20261122${String(n + 1).padStart(5, '0')}`,
      `2026-11-22 0${6 + Math.floor(n / 150)}:${String(n % 60).padStart(2, '0')}`,
      kinds[n % kinds.length],
      `${surnames[n % surnames.length]}先生`,
      `1390000${String(1000 + n).slice(-4)}`,
      matter.place.name,
      again ? `我也反映一下，${words}，已经有邻居打过电话了` : words,
      n % 50 === 49 ? '是' : '否',
      n % 40 === 39 ? '紧急' : '一般',
    ].join(',');
  });
  return `\uFEFF${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}
