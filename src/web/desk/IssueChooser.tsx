import { useState } from 'react';
import { Select } from 'antd';
import { issueStatusLabels } from '../../domain/issueShape.ts';
import { useAsk } from '../queryHooks.ts';

interface IssueChooserProps {
  id: string;
  value: string;
  exceptId?: string;
  onChange: (value: unknown) => void;
}

/** Finds another open issue by words or number. */
export function IssueChooser({ id, value, exceptId, onChange }: IssueChooserProps) {
  const [words, setWords] = useState('');
  const { data, isFetching } = useAsk(
    'issueList',
    {
      status: 'accepted,dispatched,claimed,rectified,verifying,passed',
      limit: 20,
      ...(words ? { words } : {}),
    },
    { isKept: true },
  );
  const options = (data?.items ?? [])
    .filter((item) => item.id !== exceptId)
    .map((item) => ({
      value: item.id,
      label: `${item.number}　${item.description.slice(0, 30)}（${item.areaName}，${issueStatusLabels[item.status]}）`,
    }));
  return (
    <Select
      id={id}
      value={value || undefined}
      options={options}
      loading={isFetching}
      placeholder="输入案件编号或问题里的词查找"
      showSearch={{ filterOption: false, onSearch: setWords }}
      notFoundContent="没有找到在办案件，请换个词"
      onChange={onChange}
    />
  );
}
