import { paths } from '../paths.ts';
import { Tabs } from '../ui/Tabs.tsx';

const parts = [
  ['值班表', paths.rosters()],
  ['代班', paths.deputies()],
  ['包街包片', paths.patrons()],
] as const;

/** The three registers of who answers when. */
export const RosterTabs = ({ current }: { current: (typeof parts)[number][0] }) => (
  <Tabs
    label="值班、代班、包片"
    tabs={parts.map(([label, href]) => ({ label, href, isCurrent: label === current }))}
  />
);
