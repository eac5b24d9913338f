import { useState } from 'react';
import { Select } from 'antd';
import { useAsk } from '../queryHooks.ts';

/** Finds a person in use by name or login. */
export function PersonChooser({
  id,
  value,
  onChange,
}: {
  id: string;
  value: string;
  onChange: (value: unknown) => void;
}) {
  const [words, setWords] = useState('');
  const { data, isFetching } = useAsk(
    'personList',
    { limit: 50, ...(words ? { words } : {}) },
    { isKept: true },
  );
  const options = (data?.items ?? [])
    .filter(({ status }) => status === 'active')
    .map(({ id: personId, name, login }) => ({ value: personId, label: `${name}（${login}）` }));
  return (
    <Select
      id={id}
      value={value || undefined}
      options={options}
      loading={isFetching}
      placeholder="输入姓名或登录名查找"
      showSearch={{ filterOption: false, onSearch: setWords }}
      notFoundContent="没有找到人员"
      onChange={onChange}
    />
  );
}
