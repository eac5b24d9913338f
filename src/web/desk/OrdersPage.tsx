/** Orders 工单导入: a hotline's export brought in, looked through, imported, and taken back. */
import { useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress, Select } from 'antd';
import { maxOrderBytes, maxOrderRows } from '../../domain/orderApi.ts';
import { paths } from '../paths.ts';
import { useAsk, useDirectory, useDistrict } from '../queryHooks.ts';
import { Panel } from '../ui/Panel.tsx';
import { Empty } from '../ui/States.tsx';
import { OrdersLoad } from './OrdersLoad.tsx';
import { sendOrders } from './ordersClient.ts';
import { PastLoads } from './PastLoads.tsx';
import { useFilters } from './useFilters.ts';
import './orders.css';

export default function OrdersPage() {
  const [filters, change] = useFilters();
  return (
    <div className="orders-page">
      <div className="page-head">
        <h1>工单导入</h1>
      </div>
      {filters.load ? (
        <OrdersLoad key={filters.load} id={filters.load} />
      ) : (
        <Upload onLoaded={(load) => change({ load })} />
      )}
      <Loads />
    </div>
  );
}

function Upload({ onLoaded }: { onLoaded: (id: string) => void }) {
  const district = useDistrict();
  const queryClient = useQueryClient();
  const { data: directory } = useDirectory();
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const senders = directory?.senders ?? [];
  const sender = chosen ?? senders.find(({ channel }) => channel === 'hotline')?.code ?? null;
  const isBusy = share !== null;

  const send = async (files: FileList | null): Promise<void> => {
    const file = files?.[0];
    if (!file || isBusy) return;
    if (files.length > 1) return setProblem('一次只能上传一个文件，请逐个上传');
    if (!sender) return setProblem('请先选择来源单位');
    if (file.size > maxOrderBytes)
      return setProblem(`文件超过 ${maxOrderBytes / 1024 / 1024} MB，请分成几个文件`);
    setProblem(null);
    setShare(0);
    try {
      const { id } = await sendOrders(district, sender, file, setShare);
      await queryClient.invalidateQueries({ queryKey: [district, 'orderLoads'] });
      onLoaded(id);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '上传失败，请重试');
    } finally {
      setShare(null);
    }
  };

  if (directory && senders.length === 0)
    return (
      <Empty
        title="还没有登记来源单位"
        words="请系统管理员在“表格 — 来源单位”中登记 12345 热线。"
      />
    );
  return (
    <Panel title="上传工单文件">
      <label className="orders-sender">
        来源单位
        <Select
          aria-label="来源单位"
          value={sender}
          placeholder="请选择"
          options={senders.map(({ code, name }) => ({ value: code, label: name }))}
          onChange={setChosen}
        />
      </label>
      <div
        className="orders-drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void send(event.dataTransfer.files);
        }}
      >
        <p>把热线系统导出的文件拖到这里，或</p>
        <Button type="primary" loading={isBusy} onClick={() => input.current?.click()}>
          选择文件
        </Button>
        <p className="soft">
          XLSX 或 CSV，不超过 {maxOrderRows.toLocaleString('zh-CN')} 行。上传后先核对，不会写入。
        </p>
        <input
          ref={input}
          type="file"
          className="visually-hidden"
          aria-label="工单文件"
          accept=".xlsx,.csv,.txt"
          onChange={(event) => {
            void send(event.target.files);
            event.target.value = '';
          }}
        />
      </div>
      {isBusy && (
        <div role="status">
          <Progress percent={Math.round(share * 100)} showInfo={false} status="active" />
          {share < 1 ? `正在上传 ${Math.round(share * 100)}%` : '已上传，正在核对每一行……'}
        </div>
      )}
      {problem && <Alert type="error" showIcon title="没有读取" description={problem} />}
    </Panel>
  );
}

function Loads() {
  return (
    <PastLoads
      title="工单"
      loads={useAsk('orderLoads', {})}
      hrefOf={(id) => paths.orders({ load: id })}
      more={[{ key: 'from', title: '来源', width: 140, render: ({ senderName }) => senderName }]}
      emptyWords="从热线系统导出工单，上传、核对后导入。"
    />
  );
}
