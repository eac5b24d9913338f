/** Split 拆分: the new areas by code and name, and which of them takes each area below. */
import { useState } from 'react';
import { Alert, Button, Input, Modal, Select } from 'antd';
import type { Area } from '../../domain/area.ts';
import { useSendAction } from './useSendAction.ts';

interface Part {
  code: string;
  name: string;
}

interface AreaSplitProps {
  area: Area;
  below: readonly { code: string; name: string }[];
  onClose: () => void;
}

export function AreaSplit({ area, below, onClose }: AreaSplitProps) {
  const above = area.code.slice(0, -3);
  const [parts, setParts] = useState<Part[]>([
    { code: above, name: '' },
    { code: above, name: '' },
  ]);
  /** For each area below, the place of the part that takes it. */
  const [takers, setTakers] = useState<Record<string, number>>({});
  const sending = useSendAction({ noun: 'area', action: 'split', id: area.id, seen: area.version });
  const change = (at: number, part: Partial<Part>) =>
    setParts(parts.map((one, n) => (n === at ? { ...one, ...part } : one)));
  const submit = async () => {
    const taken = (n: number) => below.flatMap(({ code }) => (takers[code] === n ? [code] : []));
    const input = {
      parts: parts.map((part, n) => (taken(n).length > 0 ? { ...part, takes: taken(n) } : part)),
    };
    if (await sending.send(input)) onClose();
  };
  return (
    <Modal
      open
      title={`拆分：${area.name}`}
      okText="拆分"
      okButtonProps={{ loading: sending.isSending }}
      onOk={() => void submit()}
      onCancel={onClose}
    >
      <div className="stack">
        <p>
          原代码 {area.code} 停用并保留历史；新区域各用一个没有用过的代码，边界可在拆分后逐个画。
        </p>
        {parts.map((part, n) => (
          <div key={n} className="pair">
            <Input
              aria-label={`第 ${n + 1} 个区域的代码`}
              value={part.code}
              placeholder={`${above}001`}
              onChange={(event) => change(n, { code: event.target.value.trim() })}
            />
            <Input
              aria-label={`第 ${n + 1} 个区域的名称`}
              value={part.name}
              placeholder="名称"
              onChange={(event) => change(n, { name: event.target.value })}
            />
          </div>
        ))}
        <Button type="dashed" onClick={() => setParts([...parts, { code: above, name: '' }])}>
          + 增加一个
        </Button>
        {below.map(({ code, name }) => (
          <label key={code}>
            {name}（{code}）归入
            <Select
              style={{ width: '100%' }}
              value={takers[code] ?? null}
              placeholder="请选择"
              options={parts.map((part, n) => ({
                value: n,
                label: part.name || `第 ${n + 1} 个区域`,
              }))}
              onChange={(n) => n !== null && setTakers({ ...takers, [code]: n })}
            />
          </label>
        ))}
        {sending.problem && <Alert type="error" showIcon title={sending.problem.words} />}
      </div>
    </Modal>
  );
}
