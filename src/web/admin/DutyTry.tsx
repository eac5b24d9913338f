/** 试一试: which unit and which row the matrix gives for a matter; what is chosen stands in the address. */
import { Select } from 'antd';
import {
  areaChoices,
  categoryChoices,
  conditionChoices,
  unitChoices,
} from '../desk/directoryChoices.ts';
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { SuggestionWords } from '../desk/SuggestedUnit.tsx';
import { useAsk, useDirectory } from '../queryHooks.ts';
import { Panel } from '../ui/Panel.tsx';

interface DutyTryProps {
  filters: Record<string, string | undefined>;
  onChange: (part: Record<string, string | undefined>) => void;
}

export function DutyTry({ filters, onChange }: DutyTryProps) {
  const { tryCategory: category, tryArea: area, tryCondition, tryOwner: owner } = filters;
  const { data: directory } = useDirectory();
  const condition = tryCondition ? Number(tryCondition) : undefined;
  const { data, error } = useAsk(
    'dutyTry',
    {
      category: category ?? '',
      area: area ?? '',
      ...(condition ? { condition } : {}),
      ...(owner ? { owner } : {}),
    },
    { enabled: category !== undefined && area !== undefined },
  );
  if (!directory) return null;
  return (
    <details
      className="no-print"
      style={{ marginBottom: 12 }}
      open={category !== undefined || area !== undefined}
    >
      <summary>试一试：选一件事，看建议派给谁、依据哪一条</summary>
      <Panel title="试一试">
        <div className="filters">
          <FilterSelect
            label="试查类别"
            placeholder="类别"
            width={190}
            value={category}
            options={categoryChoices(directory)}
            onChange={(tryCategory) => onChange({ tryCategory, tryCondition: undefined })}
          />
          <Select
            aria-label="试查立案条件"
            style={{ width: 220 }}
            value={tryCondition ?? ''}
            options={conditionChoices(directory, category)}
            onChange={(no) => onChange({ tryCondition: no || undefined })}
          />
          <FilterSelect
            label="试查区域"
            placeholder="区域"
            width={200}
            value={area}
            options={areaChoices(directory)}
            onChange={(tryArea) => onChange({ tryArea })}
          />
          <FilterSelect
            label="试查权属单位"
            placeholder="权属单位（不明可不选）"
            width={190}
            value={owner}
            options={unitChoices(directory)}
            onChange={(tryOwner) => onChange({ tryOwner })}
          />
        </div>
        <div role="status">
          {error ? (
            <p className="field-error">{error.message}</p>
          ) : data && category && area ? (
            <SuggestionWords suggestion={data} />
          ) : (
            <p className="soft">请选择类别和区域。</p>
          )}
        </div>
      </Panel>
    </details>
  );
}
