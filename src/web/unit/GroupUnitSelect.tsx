/** The unit whose group is looked at: for the office any, for a unit itself and those below it. */
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { unitChoices, unitIdsUnder } from '../desk/directoryChoices.ts';
import { useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';

interface GroupUnitSelectProps {
  value: string | undefined;
  onChange: (unit: string | undefined) => void;
}

/** The unit whose group a person of the handling line is in; the office looks at all of them. */
export function useOwnUnit(): string | undefined {
  const { post } = useSession();
  return post?.line === 'handling' ? (post.unitId ?? undefined) : undefined;
}

export function GroupUnitSelect({ value, onChange }: GroupUnitSelectProps) {
  const { data: directory } = useDirectory();
  const ownId = useOwnUnit();
  if (!directory) return null;
  const own = ownId ? unitIdsUnder(directory, ownId) : undefined;
  // A unit that is only guided (业务指导) is reached from 单位对照.
  const isSeen = ({ id }: { id: string }) => !own || own.has(id) || id === value;
  const options = unitChoices({ ...directory, units: directory.units.filter(isSeen) });
  if (own && own.size < 2 && !value) return null;
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
