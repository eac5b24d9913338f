/** The parts of 外联: who is told of events, which grid platforms get cases, which internal addresses may be called. */
import { paths } from '../paths.ts';
import { Tabs } from '../ui/Tabs.tsx';

export const OutsideTabs = ({
  current,
}: {
  current: '事件订阅' | '网格平台' | '外部地址白名单';
}) => (
  <Tabs
    label="事件订阅、网格平台、外部地址"
    tabs={[
      { label: '事件订阅', href: paths.subscriptions(), isCurrent: current === '事件订阅' },
      { label: '网格平台', href: paths.gridPlatforms(), isCurrent: current === '网格平台' },
      {
        label: '外部地址白名单',
        href: paths.outsideAddresses(),
        isCurrent: current === '外部地址白名单',
      },
    ]}
  />
);
