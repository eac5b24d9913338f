/** Area 区域: one area with its boundary and history, and what re-coding, merging or splitting it would touch. */
import { useMemo, useState } from 'react';
import { Alert, Button } from 'antd';
import { useParams } from '@tanstack/react-router';
import type { QueryOutput } from '../../domain/api.ts';
import { area as areaNoun, areaLevelLabels } from '../../domain/area.ts';
import type { OpenAction } from '../../domain/views.ts';
import { ActionForm } from '../desk/ActionForm.tsx';
import { EventTimeline } from '../desk/EventTimeline.tsx';
import { Failure } from '../desk/PagedList.tsx';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { Link } from '../ui/Link.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import { ReasonButton } from '../ui/ReasonButton.tsx';
import { ShapeMap } from '../ui/ShapeMap.tsx';
import { Loading } from '../ui/States.tsx';
import { AreaDraw } from './AreaDraw.tsx';
import { mapShape, mapShapes } from './areaShapes.ts';
import { AreaSplit } from './AreaSplit.tsx';
import '../ui/shapeMap.css';

type View = QueryOutput<'areaView'>;
type Named = View['above'][number];

const Names = ({ areas }: { areas: readonly Named[] }) =>
  areas.length === 0 ? (
    <>—</>
  ) : (
    <>
      {areas.map(({ id, name, code }, n) => (
        <span key={id}>
          {n > 0 && '、'}
          <Link href={paths.area(id)}>
            {name}（{code}）
          </Link>
        </span>
      ))}
    </>
  );

export default function AreaPage() {
  const { id = '' } = useParams({ strict: false });
  const { data, error, refetch } = useAsk('areaView', { id });
  if (!data)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={10} />;
  return <Shown key={id} view={data} />;
}

/** What goes along and what stays when the area is changed. */
function touchWords({ below, postCount, unitCount, siteCount, issueCount, isMore }: View): string {
  const issues = isMore ? `${issueCount} 件以上` : `${issueCount} 件`;
  return `改码、合并、拆分会一并移走${below.length > 0 ? `直属 ${below.length} 个下级区域及其全部下级` : '本区域'}；${postCount} 个岗位、${unitCount} 个单位、${siteCount} 个点位和 ${issues}未结案件保留原代码，由新区域的人员继续看到和办理。原代码停用，不再使用。`;
}

/** What the area's status allows at all; the rest would only be noise. */
const isInReach = ({ refusal }: OpenAction): boolean => refusal?.code !== 'wrongStatus';

function Shown({ view }: { view: View }) {
  const { area, actions } = view;
  const [open, setOpen] = useState<OpenAction | null>(null);
  const close = () => setOpen(null);
  const isChange = actions.some(
    ({ action, refusal }) => ['recode', 'merge', 'split'].includes(action) && refusal === null,
  );
  const { name, grade, unitId, landUse, beginDay } = area;
  const prefill = Object.fromEntries(
    Object.entries({ name, grade, unitId, landUse, beginDay }).filter(
      ([, value]) => value !== null,
    ),
  );
  const dialog = { area, onClose: close };
  return (
    <>
      <div className="page-head">
        <h1>{area.name}</h1>
        <span className={`mark ${area.status === 'active' ? 'mark-done' : 'mark-off'}`}>
          {areaNoun.statuses[area.status]}
        </span>
        <span className="grow" />
        <span className="buttons">
          {actions.filter(isInReach).map((one) => (
            <ReasonButton
              key={one.action}
              label={one.label}
              reason={one.refusal?.message ?? null}
              onClick={() => setOpen(one)}
            />
          ))}
        </span>
      </div>
      <div className="area-columns">
        <div className="stack">
          <AreaFacts view={view} />
          {isChange && <Alert type="info" title={touchWords(view)} />}
        </div>
        <div className="stack">
          <AreaMap view={view} />
          <History id={area.id} />
        </div>
      </div>
      {open?.action === 'draw' && <AreaDraw {...dialog} />}
      {open?.action === 'split' && <AreaSplit {...dialog} below={view.below} />}
      {open && !['draw', 'split'].includes(open.action) && (
        <ActionForm
          open={open}
          recordId={area.id}
          seen={area.version}
          subject={`${area.name}　${area.code}`}
          {...(open.action === 'edit' ? { prefill } : {})}
          onDone={close}
          onClose={close}
        />
      )}
    </>
  );
}

function AreaFacts({ view }: { view: View }) {
  const { area, responsible, squareKilometers: size } = view;
  return (
    <Panel title="属性" extra={<Link href={paths.record('area', area.id)}>留痕</Link>}>
      <Facts
        rows={[
          ['代码', area.code],
          ['层级', areaLevelLabels[area.level]],
          ['上级', <Names key="above" areas={view.above} />],
          ['管理等级', area.grade ?? '—'],
          [
            '责任单位',
            responsible ? `${responsible.unitName}（${responsible.words}）` : '没有，须指定',
          ],
          ['面积', size === null ? '未画界' : `${size.toFixed(size < 0.1 ? 4 : 2)} 平方公里`],
          ['用地分类', area.landUse ?? '—'],
          [
            '启用、停用',
            area.beginDay || area.endDay
              ? `${area.beginDay ?? '—'} 至 ${area.endDay ?? '今'}`
              : '—',
          ],
          ['由来', <Names key="past" areas={view.predecessors} />],
          ['后续', <Names key="next" areas={view.successors} />],
        ]}
      />
    </Panel>
  );
}

function AreaMap({ view: { area, above } }: { view: View }) {
  const { data } = useAsk('areaMap', { code: area.code }, { enabled: area.status === 'active' });
  const shapes = useMemo(() => {
    const below = data ? mapShapes(data.areas, area.code) : [];
    if (below.length > 0 || !area.polygon) return below;
    return [mapShape(area.id, area.name, area.polygon)];
  }, [data, area]);
  return (
    <Panel title="边界">
      {shapes.length > 0 ? (
        <ShapeMap label={`${area.name}示意图`} shapes={shapes} chosen={area.id} />
      ) : (
        <p className="soft">
          还没有画界，上报时按名称选择。
          {above.length > 0 && '有制图文件的，点“画界”或在区域页载入边界文件。'}
        </p>
      )}
    </Panel>
  );
}

function History({ id }: { id: string }) {
  const { data, error, refetch } = useAsk('eventList', { noun: 'area', id });
  return (
    <Panel title="历史">
      {data ? (
        <EventTimeline events={data.events} label="区域的历史" />
      ) : error ? (
        <Button onClick={() => void refetch()}>历史没有取到，再取一次</Button>
      ) : (
        <Loading rows={3} />
      )}
    </Panel>
  );
}
