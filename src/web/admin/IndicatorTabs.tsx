/** The parts of 目录对应: the matrix, what has no link, what waits for review, what is in force. */
import { paths } from '../paths.ts';
import { Tabs } from '../ui/Tabs.tsx';

const parts = ['指标与小类', '未对应', '待复核', '在用对应'] as const;
export type IndicatorTab = (typeof parts)[number];

const hrefs: Record<IndicatorTab, string> = {
  指标与小类: paths.catalog(),
  未对应: paths.catalogOpen(),
  待复核: paths.catalogLinks(),
  在用对应: paths.catalogLinks({ status: 'active' }),
};

export const IndicatorTabs = ({
  current,
  proposed,
}: {
  current: IndicatorTab;
  proposed?: number;
}) => (
  <Tabs
    label="目录对应"
    tabs={parts.map((label) => ({
      label,
      href: hrefs[label],
      isCurrent: label === current,
      ...(label === '待复核' && proposed ? { count: String(proposed) } : {}),
    }))}
  />
);
