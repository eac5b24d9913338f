/** The unit whose group is looked at: for the office any, for a unit itself and those below it. */
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { unitChoices, unitIdsUnder } from '../desk/directoryChoices.ts';
import { useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';

interface GroupUnitSelectProps {
  value: string | undefined;
  onChange: (unit: string | undefined) => void;
}

export function GroupUnitSelect({ value, onChange }: GroupUnitSelectProps) {
  const { data: directory } = useDirectory();
  const { post } = useSession();
  if (!directory) return null;
  const own = post?.unitId ? unitIdsUnder(directory, post.unitId) : undefined;
  const isSeen = ({ id }: { id: string }) => !own || own.has(id);
  const options = unitChoices({ ...directory, units: directory.units.filter(isSeen) });
  if (own && own.size < 2) return null;
  return (
    <FilterSelect
      label="单位"
      width={220}
      placeholder={own ? '本单位及下级' : '全部单位'}
      value={value}
      options={options}
      onChange={onChange}
    />
  );
}
