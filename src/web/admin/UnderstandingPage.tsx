/** Understanding 识别模型: how right the suggestions are, what the desk took unchanged, versions, train now. */
import { App, Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import type { QueryOutput } from '../../domain/api.ts';
import { classifierVersion } from '../../domain/classifierVersion.ts';
import { newId } from '../client.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useAct, useAsk } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showMoment } from '../words.ts';
import { useNow } from '../ui/hooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loading } from '../ui/States.tsx';

type Answer = QueryOutput<'understanding'>;
type Version = Answer['versions'][number];
type Figures = NonNullable<Version['figures']>;
type Taken = Answer['weeks'][number]['category'];

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
const taken = ({ suggested, kept }: Taken): string =>
  suggested === 0 ? '—' : `${percent(kept / suggested)}（${kept}/${suggested}）`;

export default function UnderstandingPage() {
  const { data, error, refetch } = useAsk('understanding', {}, { refetchInterval: 5_000 });
  const { post } = useSession();
  const { message } = App.useApp();
  const { mutateAsync: perform, isPending } = useAct();
  const send = async (id: string, action: string, input: Record<string, unknown>) => {
    try {
      await perform({ noun: 'classifierVersion', id, action, input });
      await refetch();
    } catch (problem) {
      message.error(problem instanceof Error ? problem.message : '办理失败，请重试');
    }
  };
  const isTraining = data?.versions.some(({ status }) => status === 'waiting') ?? false;
  const use = (version: Version) =>
    Modal.confirm({
      title: '启用这个版本？',
      content: '从现在起按这个版本给出类别建议，在用的版本停用，可再换回。',
      okText: '启用',
      cancelText: '不启用',
      onOk: () => send(version.id, 'use', { note: '人工启用' }),
    });
  return (
    <>
      <div className="page-head">
        <h1>识别模型</h1>
        <span className="soft">类别建议从标准用语和已立案来件学成，新立案件足够时夜间重新训练</span>
        <span className="grow" />
        {post?.role === 'systemAdmin' && (
          <Button
            type="primary"
            disabled={!data || isTraining}
            loading={isPending}
            onClick={() => void send(newId(), 'ask', {})}
          >
            {isTraining ? '正在训练' : '立即训练'}
          </Button>
        )}
      </div>
      {data ? (
        <Shown data={data} onUse={use} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={10} />
      )}
    </>
  );
}

function Shown({ data, onUse }: { data: Answer; onUse: (version: Version) => void }) {
  const now = useNow();
  const { versions, names, weeks } = data;
  const inUse = versions.find(({ status }) => status === 'inUse');
  const nameOf = (code: string): string => names[code] ?? code;
  const columns: Column<Version>[] = [
    { key: 'at', title: '训练时间', render: ({ askedAt }) => showMoment(askedAt, now) },
    { key: 'status', title: '状态', render: ({ status }) => classifierVersion.statuses[status] },
    {
      key: 'texts',
      title: '学习文字',
      render: ({ textCount, decidedCount }) => `${textCount} 条，其中已立案 ${decidedCount}`,
    },
    {
      key: 'right',
      title: '正确率',
      render: ({ figures }) => (figures ? percent(figures.accuracy) : '—'),
    },
    { key: 'why', title: '说明', render: ({ verdict }) => verdict ?? '—' },
    {
      key: 'do',
      title: '',
      render: (version) =>
        version.actions.some(({ action, refusal }) => action === 'use' && refusal === null) && (
          <Button size="small" onClick={() => onUse(version)}>
            启用
          </Button>
        ),
    },
  ];
  return (
    <div className="stack">
      <Panel title="建议被原样采用的比例">
        {weeks.length === 0 ? (
          <p className="soft">近 12 周没有立案。</p>
        ) : (
          <DataTable
            label="按周采用比例"
            rows={weeks}
            rowKey={({ week }) => week}
            columns={[
              { key: 'week', title: '周（周一起）', render: ({ week }) => week },
              { key: 'category', title: '类别', render: ({ category }) => taken(category) },
              { key: 'place', title: '地点', render: ({ place }) => taken(place) },
              { key: 'unit', title: '单位', render: ({ unit }) => taken(unit) },
            ]}
          />
        )}
      </Panel>
      {inUse?.figures ? (
        <InUse figures={inUse.figures} nameOf={nameOf} />
      ) : (
        <Empty title="还没有在用的模型" words="首个模型从标准用语学成，通常一分钟内可用。" />
      )}
      <Panel title="版本">
        <DataTable label="版本" rows={versions} columns={columns} rowKey={({ id }) => id} />
      </Panel>
    </div>
  );
}

function InUse({ figures, nameOf }: { figures: Figures; nameOf: (code: string) => string }) {
  const basis = figures.judgedOn === 'decided' ? '已立案来件' : '标准用语（已立案来件还不够）';
  return (
    <>
      <Panel title="在用版本">
        <p>
          在没有学过的 {figures.judgedCount} 条{basis}上正确 {percent(figures.accuracy)}
          ；有把握时才预填： 覆盖 {percent(figures.covered)}，其中正确{' '}
          {percent(figures.coveredAccuracy)}，其余 {percent(1 - figures.covered)} 留给专席选择。
        </p>
        <DataTable
          label="覆盖与正确"
          rows={figures.coverage}
          rowKey={({ threshold }) => String(threshold)}
          columns={[
            {
              key: 'threshold',
              title: '置信度不低于',
              render: ({ threshold }) => threshold.toFixed(2),
            },
            { key: 'coverage', title: '覆盖', render: ({ coverage }) => percent(coverage) },
            { key: 'accuracy', title: '其中正确', render: ({ accuracy }) => percent(accuracy) },
          ]}
        />
      </Panel>
      <Folded title={`最常混淆的 ${figures.confused.length} 对`}>
        <DataTable
          label="混淆"
          rows={figures.confused}
          rowKey={({ label, predicted }) => `${label} ${predicted}`}
          columns={[
            { key: 'label', title: '应为', render: ({ label }) => nameOf(label) },
            { key: 'predicted', title: '判为', render: ({ predicted }) => nameOf(predicted) },
            { key: 'count', title: '次数', render: ({ count }) => count },
          ]}
        />
      </Folded>
      <Folded title={`各类别的正确率（${figures.byCategory.length} 类）`}>
        <DataTable
          label="各类别"
          rows={figures.byCategory}
          rowKey={({ label }) => label}
          columns={[
            { key: 'label', title: '类别', render: ({ label }) => nameOf(label) },
            { key: 'count', title: '条数', render: ({ count }) => count },
            { key: 'recall', title: '认出', render: ({ recall }) => percent(recall) },
            { key: 'precision', title: '判对', render: ({ precision }) => percent(precision) },
          ]}
        />
      </Folded>
    </>
  );
}

const Folded = ({ title, children }: { title: string; children: ReactNode }) => (
  <details>
    <summary>{title}</summary>
    {children}
  </details>
);
