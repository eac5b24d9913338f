/** Area file 载入边界文件: choose a GeoJSON file, see what it changes, apply all of it or nothing. */
import { useRef, useState } from 'react';
import { Alert, Button, Checkbox, Select } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import {
  FeatureState,
  featureStateLabels,
  type AreaFileInput,
  type AreaFilePreview,
  type FeatureColumns,
} from '../../domain/areaApi.ts';
import { CoordinateSystem, coordinateSystemLabels } from '../../domain/coordinates.ts';
import { newId } from '../client.ts';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useDistrict } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { maxFileBytes, sendAreaFile } from './areaFile.ts';

type Options = Omit<AreaFileInput, 'requestId' | 'file' | 'apply'>;
type Feature = AreaFilePreview['features'][number];

interface Chosen {
  name: string;
  file: unknown;
  requestId: string;
}

async function readFile(file: File): Promise<Chosen> {
  if (file.size > maxFileBytes) throw new Error('文件超过 20 MB，请按街道分成几个文件');
  const text = await file.text();
  try {
    return { name: file.name, file: JSON.parse(text) as unknown, requestId: newId() };
  } catch {
    throw new Error('这不是 GeoJSON 文件，请从制图软件导出为 GeoJSON（UTF-8 编码）');
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : '没有成功，请重试';

/** The file chosen, how it is read, and what the server says of it. */
function useAreaFile() {
  const district = useDistrict();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [options, setOptions] = useState<Options>({ system: 'wgs84' });
  const [preview, setPreview] = useState<AreaFilePreview | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const look = async (what: Chosen, how: Options, apply = false) => {
    setBusy(true);
    setProblem(null);
    try {
      const { file, requestId } = what;
      const answer = await sendAreaFile(district, { ...how, file, requestId, apply });
      setPreview(answer);
      if (answer.isApplied) await queryClient.invalidateQueries();
      else if (apply) setProblem('没有载入：有图形不能载入，见下表。改正文件或勾选后重试');
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setPreview(null);
    try {
      const read = await readFile(file);
      setChosen(read);
      const fresh: Options = { system: options.system };
      setOptions(fresh);
      await look(read, fresh);
    } catch (error) {
      setChosen(null);
      setProblem(messageOf(error));
    }
  };
  const change = (part: Partial<Options>) => {
    const next = { ...options, ...part };
    setOptions(next);
    if (chosen) void look(chosen, next);
  };
  const apply = () => chosen && void look(chosen, options, true);
  return { chosen, options, preview, problem, isBusy, choose, change, apply };
}

export default function AreaFilePage() {
  const work = useAreaFile();
  const file = useRef<HTMLInputElement>(null);
  const { chosen, options, preview, problem, isBusy, choose, change, apply } = work;
  const counts = preview?.counts;
  const changing = counts
    ? counts.new + counts.shape + counts.words + (options.retiresGone ? counts.gone : 0)
    : 0;
  const isHeld =
    preview === null ||
    preview.problem !== null ||
    changing === 0 ||
    (counts !== undefined && counts.refused > 0 && !options.leavesRefused);
  return (
    <>
      <div className="page-head">
        <h1>载入边界文件</h1>
        <Link href={paths.areas()}>回到区域</Link>
        <span className="grow" />
        {preview && !preview.isApplied && (
          <Button type="primary" disabled={isHeld} loading={isBusy} onClick={apply}>
            全部载入（{changing} 个）
          </Button>
        )}
      </div>
      <div className="stack">
        <Panel title="文件">
          <p>
            GeoJSON 的 FeatureCollection，不超过 20 MB、5,000
            个图形；每个图形写明区域代码（6、9、12、15
            位）或与现有区域同名。先预览，再一次全部载入；有一个不能载入，就一个也不载入。
          </p>
          <input
            ref={file}
            type="file"
            hidden
            aria-label="选择 GeoJSON 文件"
            accept=".geojson,.json,application/geo+json"
            disabled={isBusy}
            onChange={({ target }) => {
              void choose(target.files?.[0]);
              target.value = '';
            }}
          />
          <p>
            <Button disabled={isBusy} onClick={() => file.current?.click()}>
              选择文件
            </Button>
            {chosen && <span className="soft">　{chosen.name}</span>}
          </p>
          {chosen && <OptionFields options={options} preview={preview} onChange={change} />}
        </Panel>
        {problem && <Alert type="error" showIcon title={problem} />}
        {isBusy && <Loading rows={6} />}
        {!isBusy && preview && <Preview preview={preview} />}
      </div>
    </>
  );
}

interface OptionFieldsProps {
  options: Options;
  preview: AreaFilePreview | null;
  onChange: (part: Partial<Options>) => void;
}

const columnLabels: Record<keyof FeatureColumns, string> = {
  code: '代码所在属性',
  name: '名称所在属性',
  grade: '等级所在属性',
};

function OptionFields({ options, preview, onChange }: OptionFieldsProps) {
  const columns = options.columns ?? preview?.columns ?? { code: null, name: null, grade: null };
  const properties = (preview?.properties ?? []).map(({ name, example }) => ({
    value: name,
    label: example ? `${name}（如 ${example}）` : name,
  }));
  return (
    <div className="stack">
      <label className="select-line">
        坐标系
        <Select
          style={{ width: '100%', maxWidth: 360 }}
          value={options.system}
          options={CoordinateSystem.options.map((value) => ({
            value,
            label: coordinateSystemLabels[value],
          }))}
          onChange={(system) => onChange({ system, isSystemSure: false })}
        />
      </label>
      {(Object.keys(columnLabels) as (keyof FeatureColumns)[]).map((key) => (
        <label key={key} className="select-line">
          {columnLabels[key]}
          <Select
            style={{ width: '100%', maxWidth: 360 }}
            allowClear
            placeholder="没有"
            value={columns[key]}
            options={properties}
            onChange={(name: string | undefined) =>
              onChange({ columns: { ...columns, [key]: name ?? null } })
            }
          />
        </label>
      ))}
      {preview && preview.counts.gone > 0 && (
        <Checkbox
          checked={options.retiresGone === true}
          onChange={(event) => onChange({ retiresGone: event.target.checked })}
        >
          停用文件中没有的 {preview.counts.gone} 个区域
        </Checkbox>
      )}
      {preview && preview.counts.refused > 0 && (
        <Checkbox
          checked={options.leavesRefused === true}
          onChange={(event) => onChange({ leavesRefused: event.target.checked })}
        >
          略过不能载入的 {preview.counts.refused} 个，载入其余的
        </Checkbox>
      )}
      {preview?.betterSystem && (
        <Checkbox
          checked={options.isSystemSure === true}
          onChange={(event) => onChange({ isSystemSure: event.target.checked })}
        >
          坐标系无误
        </Checkbox>
      )}
    </div>
  );
}

function Preview({ preview }: { preview: AreaFilePreview }) {
  const [filters, change] = useFilters();
  const rows = preview.features.filter(({ state }) => !filters.state || state === filters.state);
  const columns: Column<Feature>[] = [
    { key: 'row', title: '序号', width: 60, isNumber: true, render: ({ row }) => row ?? '—' },
    { key: 'state', title: '结果', width: 120, render: ({ state }) => featureStateLabels[state] },
    { key: 'code', title: '代码', width: 150, render: ({ code }) => code || '—' },
    { key: 'name', title: '名称', width: 160, render: ({ name }) => name || '—' },
    {
      key: 'words',
      title: '说明',
      render: ({ words, warnings }) => (
        <>
          {words}
          {warnings.length > 0 && <div className="cell-sub">注意：{warnings.join('；')}</div>}
        </>
      ),
    },
  ];
  return (
    <>
      {preview.isApplied && <Alert type="success" showIcon title="已全部载入" />}
      {preview.problem && <Alert type="error" showIcon title={preview.problem} />}
      <p className="soft">{preview.notes.join('；')}</p>
      <span className="buttons">
        <Button
          size="small"
          type={filters.state ? 'default' : 'primary'}
          onClick={() => change({ state: undefined })}
        >
          全部 {preview.features.length}
        </Button>
        {FeatureState.options
          .filter((state) => preview.counts[state] > 0)
          .map((state) => (
            <Button
              key={state}
              size="small"
              type={filters.state === state ? 'primary' : 'default'}
              onClick={() => change({ state })}
            >
              {featureStateLabels[state]} {preview.counts[state]}
            </Button>
          ))}
      </span>
      {rows.length === 0 ? (
        <Empty title="没有这一类" words="请换一类查看。" />
      ) : (
        <DataTable
          label="文件中的图形"
          rows={rows}
          columns={columns}
          rowKey={({ row, code }) => `${row ?? 'gone'} ${code}`}
        />
      )}
    </>
  );
}
