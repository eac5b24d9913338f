/** Settings 参数: every number of the loop in words, with its layer and history, changed from a day on. */
import { useState } from 'react';
import { App, Button } from 'antd';
import { setting, type SettingCode } from '../../domain/setting.ts';
import { settingHints } from '../../domain/settingWords.ts';
import {
  layerLabels,
  versionStateLabels,
  type SettingItem,
  type SettingVersion,
} from '../../domain/standardsApi.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAct, useAsk } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useNow } from '../ui/hooks.ts';
import { SideDrawer } from '../ui/SideDrawer.tsx';
import { Link } from '../ui/Link.tsx';
import { Loading } from '../ui/States.tsx';
import { SettingForm } from './SettingForm.tsx';
import './standards.css';

export default function SettingsPage() {
  const { data, error, refetch } = useAsk('settingList', {});
  const { post } = useSession();
  const [filters, change] = useFilters();
  const [edited, setEdited] = useState<SettingItem | null>(null);
  const mayEdit = post !== null && setting.actions.edit.by.includes(post.role);
  if (!data)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={12} />;
  const history = data.items.find(({ code }) => code === filters.history);
  return (
    <>
      <div className="page-head">
        <h1>时限参数</h1>
        <span className="soft">共 {data.items.length} 项，修订从指定时间起生效，不改已判定的</span>
      </div>
      <DataTable
        label="时限参数"
        rows={data.items}
        columns={columnsOf(mayEdit, setEdited, (code) => change({ history: code }))}
        rowKey={({ code }) => code}
      />
      {edited && (
        <SettingForm item={edited} onDone={() => setEdited(null)} onClose={() => setEdited(null)} />
      )}
      {history && (
        <History
          item={history}
          mayRetire={mayEdit}
          onClose={() => change({ history: undefined })}
        />
      )}
    </>
  );
}

const columnsOf = (
  mayEdit: boolean,
  onEdit: (item: SettingItem) => void,
  onHistory: (code: string) => void,
): Column<SettingItem>[] => [
  {
    key: 'label',
    title: '参数',
    width: 300,
    render: ({ code, label }) => (
      <>
        <strong>{label}</strong>
        <div className="cell-sub">{settingHints[code as SettingCode]}</div>
      </>
    ),
  },
  { key: 'text', title: '现值', render: ({ text }) => text },
  {
    key: 'layer',
    title: '来源层',
    width: 170,
    render: ({ layer, versions }) => {
      const coming = versions.find(({ state }) => state === 'coming');
      return (
        <>
          {layerLabels[layer]}
          {coming && (
            <div className="cell-sub">
              {showMoment(coming.validFrom)} 起：{coming.text}
            </div>
          )}
        </>
      );
    },
  },
  {
    key: 'do',
    title: '办理',
    width: 150,
    render: (item) => (
      <span className="buttons">
        {mayEdit && (
          <Button size="small" onClick={() => onEdit(item)}>
            修订
          </Button>
        )}
        <Button size="small" type="link" onClick={() => onHistory(item.code)}>
          历史
        </Button>
      </span>
    ),
  },
];

interface HistoryProps {
  item: SettingItem;
  mayRetire: boolean;
  onClose: () => void;
}

function History({ item, mayRetire, onClose }: HistoryProps) {
  const now = useNow();
  return (
    <SideDrawer title={`${item.label}的历史`} onClose={onClose}>
      <ul className="version-list">
        {item.versions.map((version) => (
          <li key={version.id}>
            <div>
              <span className={`mark ${version.state === 'inForce' ? 'mark-done' : 'mark-off'}`}>
                {versionStateLabels[version.state]}
              </span>{' '}
              {layerLabels[version.layer]} · {showMoment(version.validFrom, now)} 至{' '}
              {version.validTo ? showMoment(version.validTo, now) : '长期'}
            </div>
            <strong>{version.text}</strong>
            <div className="buttons">
              {mayRetire && version.layer === 'own' && <BackToBase version={version} />}
              <Link href={paths.record('setting', version.id)}>留痕</Link>
            </div>
          </li>
        ))}
      </ul>
    </SideDrawer>
  );
}

/** Ends the district's own value, so that the base holds again. */
function BackToBase({ version }: { version: SettingVersion }) {
  const { mutateAsync, isPending } = useAct();
  const { message } = App.useApp();
  const open = version.actions.find(({ action }) => action === 'retire');
  if (!open || open.refusal) return null;
  const retire = async () => {
    try {
      const { id, version: seen } = version;
      await mutateAsync({ noun: 'setting', id, action: 'retire', input: {}, seen });
      message.success('已停用本区参数，恢复基础参数');
    } catch (error) {
      message.error(error instanceof Error ? error.message : '办理失败，请重试');
    }
  };
  return (
    <Button size="small" loading={isPending} onClick={() => void retire()}>
      停用，恢复基础参数
    </Button>
  );
}
