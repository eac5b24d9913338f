/** Indicator matrix 指标与小类: a part of one edition's tree against the 小类 linked to it, with what is open. */
import { App, Button } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import { catalogLink } from '../../domain/catalogLink.ts';
import { indicatorMethodLabels } from '../../domain/indicator.ts';
import { cellStateLabels, type CellState, type MatrixRow } from '../../domain/indicatorApi.ts';
import { newId } from '../client.ts';
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { UnvouchedMark } from '../desk/Marks.tsx';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAct, useAsk } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { useIsNarrow } from '../ui/hooks.ts';
import { Link } from '../ui/Link.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { IndicatorTabs } from './IndicatorTabs.tsx';
import './indicator.css';

type Matrix = QueryOutput<'catalogMatrix'>;
type Cell = Matrix['cells'][number];

const signs: Record<CellState, string> = { active: '●', coming: '◐', proposed: '○', named: '?' };

interface Doing {
  /** Undefined: may not. */
  propose: ((cell: Cell) => void) | undefined;
  vouch: ((row: MatrixRow) => void) | undefined;
  isBusy: boolean;
}

export default function IndicatorMatrixPage() {
  const [filters, change] = useFilters();
  const { edition, under } = filters;
  const { data, error, refetch } = useAsk(
    'catalogMatrix',
    { ...(edition ? { edition } : {}), ...(under ? { under } : {}) },
    { isKept: true },
  );
  const { post } = useSession();
  const { message } = App.useApp();
  const { mutateAsync: perform, isPending } = useAct();
  const mayAct = post !== null && catalogLink.actions.propose.by.includes(post.role);
  const send = async (noun: string, id: string, action: string, input: Record<string, unknown>) => {
    try {
      await perform({ noun, id, action, input });
    } catch (problem) {
      message.error(problem instanceof Error ? problem.message : '办理失败，请重试');
    }
  };
  const doing: Doing = {
    isBusy: isPending,
    propose: mayAct
      ? ({ indicator, category }) =>
          void send('catalogLink', newId(), 'propose', {
            kind: 'indicator',
            fromCode: indicator,
            categoryCode: category,
            basis: 'standard',
          })
      : undefined,
    vouch: mayAct
      ? ({ id, code, layer }) =>
          void (layer === 'base'
            ? send('indicator', newId(), 'adopt', { code })
            : send('indicator', id, 'vouch', {}))
      : undefined,
  };
  return (
    <>
      <div className="page-head">
        <h1>目录对应</h1>
        {data && (
          <span className="soft">
            {data.edition} {data.counts.indicators} 条，待核 {data.counts.unvouched}，已对应{' '}
            {data.counts.linked}；工单分类 {data.counts.classes} 类，已对应{' '}
            {data.counts.classesLinked}
          </span>
        )}
        <span className="grow" />
        {post?.role === 'systemAdmin' && (
          <>
            <Link href={paths.sheets({ sheet: 'indicator' })}>测评指标表格</Link>
            <Link href={paths.sheets({ sheet: 'orderClass' })}>工单分类表格</Link>
          </>
        )}
      </div>
      <IndicatorTabs current="指标与小类" proposed={data?.counts.proposed ?? 0} />
      {data ? (
        <>
          <div className="filters">
            <FilterSelect
              label="测评体系版本"
              width={200}
              value={data.edition}
              options={data.editions.map((each) => ({ value: each, label: each }))}
              onChange={(value) => change({ edition: value, under: undefined })}
            />
            <FilterSelect
              label="部分"
              width={220}
              placeholder="全部"
              value={data.under ?? undefined}
              options={data.parts.map(({ code, name }) => ({ value: code, label: name }))}
              onChange={(value) => change({ under: value ?? data.parts[0]?.code })}
            />
            <span className="soft">
              {Object.entries(signs)
                .map(([state, sign]) => `${sign} ${cellStateLabels[state as CellState]}`)
                .join('　')}
            </span>
          </div>
          <Shown data={data} doing={doing} />
        </>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={10} />
      )}
    </>
  );
}

function Shown({ data, doing }: { data: Matrix; doing: Doing }) {
  const isNarrow = useIsNarrow();
  if (data.rows.length === 0)
    return <Empty title="还没有测评指标" words="请系统管理员在表格里导入测评指标。" />;
  return isNarrow ? <Cards data={data} doing={doing} /> : <Table data={data} doing={doing} />;
}

const cellsOf = ({ cells }: Matrix): Map<string, Cell> =>
  new Map(cells.map((cell) => [`${cell.indicator} ${cell.category}`, cell]));

function Table({ data, doing }: { data: Matrix; doing: Doing }) {
  const cells = cellsOf(data);
  return (
    <div className="matrix-box">
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">测评指标</th>
            <th scope="col" className="number">
              在办
            </th>
            <th scope="col" className="number">
              工单分类
            </th>
            {data.columns.map(({ code, name, majorName, openIssues, classes }) => (
              <th
                key={code}
                scope="col"
                className="matrix-category"
                title={`${code} ${majorName}，在办 ${openIssues} 件，工单分类 ${classes} 类`}
              >
                <span>{name}</span>
                <small>
                  {openIssues} 件 / {classes} 类
                </small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row) => (
            <tr key={row.code}>
              <th scope="row" style={{ paddingLeft: 8 + row.depth * 16 }}>
                <RowWords row={row} doing={doing} />
              </th>
              <td className="number">{row.openIssues || ''}</td>
              <td className="number">{row.classes || ''}</td>
              {data.columns.map(({ code, name }) => {
                const cell = cells.get(`${row.code} ${code}`);
                return (
                  <td key={code} className="matrix-cell">
                    {cell && <CellSign cell={cell} words={`${row.name}：${name}`} doing={doing} />}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cards({ data, doing }: { data: Matrix; doing: Doing }) {
  const names = new Map(data.columns.map(({ code, name }) => [code, name]));
  return (
    <ul className="matrix-cards">
      {data.rows.map((row) => (
        <li key={row.code} style={{ marginLeft: row.depth * 10 }}>
          <RowWords row={row} doing={doing} />
          {row.openIssues > 0 && <span className="soft"> 在办 {row.openIssues} 件</span>}
          <div className="matrix-chips">
            {data.cells
              .filter(({ indicator }) => indicator === row.code)
              .map((cell) => (
                <span key={cell.category}>
                  <CellSign
                    cell={cell}
                    words={`${row.name}：${names.get(cell.category) ?? ''}`}
                    doing={doing}
                  />{' '}
                  {names.get(cell.category)}
                </span>
              ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

const RowWords = ({ row, doing }: { row: MatrixRow; doing: Doing }) => (
  <>
    <span title={row.siteTypes.join('、') || undefined}>{row.name}</span>{' '}
    {row.isUnvouched && <UnvouchedMark />}
    {row.isLoose && <span className="mark mark-late">上级编号不存在</span>}
    {row.isUnvouched && doing.vouch && (
      <Button
        size="small"
        type="link"
        disabled={doing.isBusy}
        aria-label={`核定 ${row.name}`}
        onClick={() => doing.vouch?.(row)}
      >
        核定
      </Button>
    )}
    <div className="cell-sub">
      {row.code} · {row.methods.map((method) => indicatorMethodLabels[method]).join('、')}
    </div>
  </>
);

function CellSign({ cell, words, doing }: { cell: Cell; words: string; doing: Doing }) {
  const label = `${words}，${cellStateLabels[cell.state]}`;
  if (cell.state === 'named')
    return doing.propose ? (
      <Button
        size="small"
        disabled={doing.isBusy}
        title={`${label}，点按提出对应`}
        aria-label={`${label}，提出对应`}
        onClick={() => doing.propose?.(cell)}
      >
        {signs.named}
      </Button>
    ) : (
      <span title={label}>{signs.named}</span>
    );
  const search = cell.state === 'proposed' ? {} : { status: 'active' };
  return (
    <Link href={paths.catalogLinks({ ...search, kind: 'indicator' })}>
      <span title={label} aria-label={label} role="img">
        {signs[cell.state]}
      </span>
    </Link>
  );
}
