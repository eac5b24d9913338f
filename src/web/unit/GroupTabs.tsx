/** The three pages of 创城大管家, each with its own address; a unit chosen goes along. */
import { paths } from '../paths.ts';
import { Tabs } from '../ui/Tabs.tsx';
import './group.css';

type GroupPage = 'feed' | 'units' | 'posts';

const pages: { page: GroupPage; label: string; href: typeof paths.groupFeed }[] = [
  { page: 'feed', label: '群动态', href: paths.groupFeed },
  { page: 'units', label: '单位对照', href: paths.groupUnits },
  { page: 'posts', label: '每日进展和每周小结', href: paths.groupPosts },
];

export function GroupHead({ page, unit }: { page: GroupPage; unit: string | undefined }) {
  return (
    <>
      <div className="page-head">
        <h1>创城大管家</h1>
      </div>
      <Tabs
        label="创城大管家"
        tabs={pages.map((each) => ({
          label: each.label,
          href: each.href({ unit }),
          isCurrent: each.page === page,
        }))}
      />
    </>
  );
}
