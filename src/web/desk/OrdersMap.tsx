/** Orders map 列对照: which column is what, and which of the file's words is which of ours. */
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Select } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import { satisfactionLabels, solvedLabels } from '../../domain/callbackShape.ts';
import { complaintLabels, urgencyLabels } from '../../domain/channel.ts';
import {
  choiceOf,
  orderChoices,
  OrderField,
  orderFieldHints,
  orderFieldLabels,
  type OrderChoice,
  type OrderMap,
} from '../../domain/orderMap.ts';
import { useDistrict } from '../queryHooks.ts';
import { Panel } from '../ui/Panel.tsx';
import { sendMap } from './ordersClient.ts';

type Load = QueryOutput<'orderLoad'>['load'];

const several: ReadonlySet<OrderField> = new Set(['topic', 'content', 'title']);

const choiceLabels: Record<OrderChoice, Record<string, string>> = {
  kind: complaintLabels,
  urgency: urgencyLabels,
  isConfidential: { yes: '要求保密', no: '不要求' },
  isContacted: { yes: '联系过', no: '没有联系' },
  solved: solvedLabels,
  satisfaction: satisfactionLabels,
};

export function OrdersMap({ load }: { load: Load }) {
  const district = useDistrict();
  const queryClient = useQueryClient();
  const [map, setMap] = useState<OrderMap>(load.map);
  const [isHistoric, setHistoric] = useState(load.isHistoric);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isChanged =
    JSON.stringify(map) !== JSON.stringify(load.map) || isHistoric !== load.isHistoric;

  const setColumns = (field: OrderField, names: string[]) => {
    const { [field]: _, ...rest } = map.columns;
    setMap({ ...map, columns: names.length > 0 ? { ...rest, [field]: names } : rest });
  };
  const setWord = (field: OrderChoice, word: string, value: string) =>
    setMap({
      ...map,
      values: { ...map.values, [field]: { ...map.values[field], [word]: value } },
    });
  const check = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await sendMap(district, load.id, { map, isHistoric });
      await queryClient.invalidateQueries({
        predicate: ({ queryKey: [place, name] }) =>
          place === district && (name === 'orderLoad' || name === 'orderLoads'),
      });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '没有核对，请重试');
    } finally {
      setBusy(false);
    }
  };
  const headings = [...new Set(load.head.filter(Boolean))].map((name) => ({
    value: name,
    label: name,
  }));
  const words = (Object.keys(orderChoices) as OrderChoice[]).flatMap((field) =>
    Object.entries(load.found[field] ?? {}).map(([word, count]) => ({ field, word, count })),
  );
  return (
    <Panel title="列对照">
      <div className="orders-columns">
        {OrderField.options.map((field) => (
          <label key={field}>
            <span>
              {orderFieldLabels[field]}
              {orderFieldHints[field] && <small className="soft">{orderFieldHints[field]}</small>}
            </span>
            {several.has(field) ? (
              <Select
                mode="multiple"
                allowClear
                aria-label={orderFieldLabels[field]}
                placeholder="没有"
                maxCount={6}
                value={map.columns[field] ?? []}
                options={headings}
                onChange={(names: string[]) => setColumns(field, names)}
              />
            ) : (
              <Select
                allowClear
                showSearch
                aria-label={orderFieldLabels[field]}
                placeholder="没有"
                value={map.columns[field]?.[0] ?? null}
                options={headings}
                onChange={(name: string | undefined) => setColumns(field, name ? [name] : [])}
              />
            )}
          </label>
        ))}
      </div>
      {words.length > 0 && (
        <>
          <h3 className="orders-words-head">文件里的词</h3>
          <div className="orders-columns">
            {words.map(({ field, word, count }) => (
              <label key={`${field} ${word}`}>
                <span>
                  {orderFieldLabels[field]}“{word}”
                  <small className="soft">{count.toLocaleString('zh-CN')} 行</small>
                </span>
                <Select
                  aria-label={`${orderFieldLabels[field]}“${word}”`}
                  placeholder="请选择"
                  status={choiceOf(map, field, word) === undefined ? 'warning' : ''}
                  value={choiceOf(map, field, word) ?? null}
                  options={[
                    ...orderChoices[field].map((value) => ({
                      value,
                      label: choiceLabels[field][value] ?? value,
                    })),
                    { value: '', label: '不填' },
                  ]}
                  onChange={(value: string | null) => setWord(field, word, value ?? '')}
                />
              </label>
            ))}
          </div>
        </>
      )}
      <div className="orders-columns">
        <label>
          <span>
            03/05/2026 这样的日期<small className="soft">文件自己能看出来的按文件</small>
          </span>
          <Select
            allowClear
            aria-label="日期次序"
            placeholder="没有这种写法"
            value={map.dateOrder ?? null}
            options={[
              { value: 'month', label: '月/日/年' },
              { value: 'day', label: '日/月/年' },
            ]}
            onChange={(value: 'month' | 'day' | null | undefined) => {
              const { dateOrder: _, ...rest } = map;
              setMap(value ? { ...rest, dateOrder: value } : rest);
            }}
          />
        </label>
        <Checkbox checked={isHistoric} onChange={(event) => setHistoric(event.target.checked)}>
          历史数据：保留来电时间，不计时限
        </Checkbox>
      </div>
      {problem && <Alert type="error" showIcon title="没有核对" description={problem} />}
      <div className="orders-buttons">
        <Button
          type={isChanged ? 'primary' : 'default'}
          disabled={!isChanged}
          loading={isBusy}
          onClick={() => void check()}
        >
          按改好的对照重新核对
        </Button>
        <span className="soft">导入时记住，下次同一来源自动使用。</span>
      </div>
    </Panel>
  );
}
