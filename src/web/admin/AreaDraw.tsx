/** Draw 画界: the boundary of one area from a GeoJSON file or text, seen and checked before it is sent. */
import { useMemo, useState } from 'react';
import { Alert, Input, Modal, Select } from 'antd';
import type { Area } from '../../domain/area.ts';
import {
  CoordinateSystem,
  coordinateSystemLabels,
  polygonToWgs84,
} from '../../domain/coordinates.ts';
import { polygonOf } from '../../domain/geometry.ts';
import { polygonProblem, squareKilometers, untie, type Polygon } from '../../domain/shape.ts';
import { ShapeMap } from '../ui/ShapeMap.tsx';
import { mapShape } from './areaShapes.ts';
import { useSendAction } from './useSendAction.ts';

interface Feature {
  properties?: Record<string, unknown> | null;
  geometry?: unknown;
}

/** The geometry meant for an area: the only one of the file, or the one that names its code or name. */
function geometryFor(value: unknown, { code, name }: Area): unknown {
  const { type, features, geometry } = (value ?? {}) as {
    type?: string;
    features?: Feature[];
    geometry?: unknown;
  };
  if (type === 'Feature') return geometry;
  if (type !== 'FeatureCollection') return value;
  const named = (features ?? []).filter(({ properties }) =>
    Object.values(properties ?? {}).some((one) => [code, name].includes(String(one))),
  );
  const [only, ...others] = (features ?? []).length === 1 ? (features ?? []) : named;
  return others.length === 0 ? only?.geometry : undefined;
}

function read(
  text: string,
  system: CoordinateSystem,
  area: Area,
): { polygon?: Polygon; problem?: string } {
  if (!text.trim()) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: '内容不是有效的 JSON，请粘贴 GeoJSON 全文或选择 .geojson 文件' };
  }
  const { polygon, problem } = polygonOf(geometryFor(value, area));
  if (problem) return { problem: `${problem}；文件里有多个图形时，须有一个写明本区域的代码或名称` };
  const { polygon: drawn } = untie(polygonToWgs84(polygon, system));
  const wrong = polygonProblem(drawn);
  return wrong ? { polygon: drawn, problem: wrong } : { polygon: drawn };
}

export function AreaDraw({ area, onClose }: { area: Area; onClose: () => void }) {
  const [text, setText] = useState('');
  const [system, setSystem] = useState<CoordinateSystem>('wgs84');
  const { polygon, problem } = useMemo(() => read(text, system, area), [text, system, area]);
  const sending = useSendAction({ noun: 'area', action: 'draw', id: area.id, seen: area.version });
  const shapes = useMemo(
    () => [
      ...(area.polygon ? [mapShape('now', '现有边界', area.polygon, true)] : []),
      ...(polygon ? [mapShape('next', '新边界', polygon)] : []),
    ],
    [area, polygon],
  );
  const submit = async () => {
    if (polygon && (await sending.send({ polygon }))) onClose();
  };
  return (
    <Modal
      open
      title={`画界：${area.name}`}
      okText="画界"
      okButtonProps={{ disabled: !polygon || problem !== undefined, loading: sending.isSending }}
      onOk={() => void submit()}
      onCancel={onClose}
    >
      <div className="stack">
        <label>
          GeoJSON 文件
          <input
            type="file"
            accept=".geojson,.json,application/geo+json"
            onChange={({ target }) => void target.files?.[0]?.text().then(setText)}
          />
        </label>
        <Input.TextArea
          aria-label="或粘贴 GeoJSON"
          placeholder="或在此粘贴 GeoJSON"
          rows={4}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label>
          坐标系
          <Select
            style={{ width: '100%' }}
            value={system}
            options={CoordinateSystem.options.map((value) => ({
              value,
              label: coordinateSystemLabels[value],
            }))}
            onChange={setSystem}
          />
        </label>
        {problem && <Alert type="error" showIcon title={problem} />}
        {sending.problem && <Alert type="error" showIcon title={sending.problem.words} />}
        {polygon && !problem && <p>面积 {squareKilometers(polygon).toFixed(3)} 平方公里</p>}
        <ShapeMap label="新边界与现有边界" shapes={shapes} />
      </div>
    </Modal>
  );
}
