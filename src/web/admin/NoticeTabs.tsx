/** The parts of 通知渠道: the ways there are, and how each role is told by them. */
import { paths } from '../paths.ts';
import { Tabs } from '../ui/Tabs.tsx';

export const NoticeTabs = ({ current }: { current: '渠道' | '角色默认' }) => (
  <Tabs
    label="通知渠道、角色默认"
    tabs={[
      { label: '渠道', href: paths.noticeChannels(), isCurrent: current === '渠道' },
      { label: '角色默认', href: paths.noticeDefaults(), isCurrent: current === '角色默认' },
    ]}
  />
);
