/** Setup 建区: a new district in six steps, from its code to its first administrators. */
import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { App, Button, ConfigProvider, Input, Popconfirm, Segmented } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import type { SetupPageView, SetupResult } from '../../domain/setup.ts';
import { loadSession, ProblemError } from '../client.ts';
import { paths } from '../paths.ts';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ErrorState, Loading } from '../ui/States.tsx';
import { theme } from '../ui/theme.ts';
import '../ui/office.css';
import './setup.css';
import { loadSetup } from './setupClient.ts';
import { checkDraft, keepDraft, keptDraft, newDraft, type Draft } from './setupDraft.ts';
import { AreasStep } from './SetupAreasStep.tsx';
import { SetupDone, SetupReview } from './SetupFinish.tsx';
import { RestoreProgress, SetupRestore, useRestore } from './SetupRestore.tsx';
import { DistrictStep, PeopleStep, StandardsStep, UnitsStep } from './SetupSteps.tsx';

const steps = [
  ['district', '区'],
  ['areas', '区域'],
  ['units', '单位'],
  ['standards', '标准'],
  ['people', '管理员'],
  ['review', '核对并建立'],
] as const;
type Step = (typeof steps)[number][0];

export default function SetupPage() {
  return (
    <ConfigProvider locale={zhCN} theme={theme} button={{ autoInsertSpace: false }}>
      <App>
        <div className="setup-frame">
          <header className="shell-head">
            <Link href={paths.root()} className="brand" label="创城闭环，回到首页">
              <img src="/favicon.svg" alt="" width="26" height="26" />
              <span>创城闭环</span>
            </Link>
          </header>
          <main className="setup" id="main">
            <div className="page-head">
              <h1>建立新的区</h1>
            </div>
            <Door />
          </main>
        </div>
      </App>
    </ConfigProvider>
  );
}

interface Opened {
  view: SetupPageView;
  token: string;
}

/** The session first: its own token must be known before anything is sent. */
const openWith = async (token: string): Promise<SetupPageView> => {
  await loadSession();
  return loadSetup(token);
};

/** Who may not come in is told why; a fresh installation asks for its token. */
function Door() {
  const [token, setToken] = useState('');
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['setup', token],
    queryFn: () => openWith(token),
    staleTime: Infinity,
  });
  const code = error instanceof ProblemError ? error.problem.code : '';
  if (code === 'restoring') return <RestoreProgress token={token} />;
  if (data?.by === 'token') return <Beginning view={data} token={token} />;
  if (data) return <Wizard view={data} token={token} />;
  if (token !== '' || code === 'needsToken')
    return (
      <TokenForm
        problem={error?.message ?? ''}
        isBusy={isFetching}
        onOpen={(given) => (given === token ? void refetch() : setToken(given))}
      />
    );
  if (!error) return <Loading rows={8} />;
  if (code === '') return <ErrorState words={error.message} onRetry={() => void refetch()} />;
  return (
    <ErrorState title="现在不能建立新的区" words={error.message} isFinal={code !== 'notSignedIn'}>
      {code === 'notSignedIn' && <Link href={paths.signIn(paths.setup())}>去登录</Link>}
    </ErrorState>
  );
}

/** An installation without a district begins with a new one, or with one that comes back. */
function Beginning({ view, token }: Opened) {
  const { data: restore } = useRestore(token);
  const [chosen, setChosen] = useState<'new' | 'restore' | null>(null);
  if (!restore) return <Loading rows={8} />;
  const way = chosen ?? (restore.state === 'none' ? 'new' : 'restore');
  return (
    <>
      <Segmented
        className="setup-ways"
        aria-label="怎样开始"
        disabled={restore.state === 'running'}
        value={way}
        onChange={setChosen}
        options={[
          { value: 'new', label: '建立新的区' },
          { value: 'restore', label: '从备份恢复' },
        ]}
      />
      {way === 'new' ? <Wizard view={view} token={token} /> : <SetupRestore token={token} />}
    </>
  );
}

function TokenForm({
  problem,
  isBusy,
  onOpen,
}: {
  problem: string;
  isBusy: boolean;
  onOpen: (token: string) => void;
}) {
  const [token, setToken] = useState('');
  return (
    <Panel title="建区口令" className="setup-door">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          onOpen(token.trim());
        }}
      >
        <p role="alert">{problem}</p>
        <div className="field">
          <label htmlFor="setup-token">建区口令</label>
          <Input
            id="setup-token"
            autoComplete="off"
            value={token}
            maxLength={60}
            onChange={(event) => setToken(event.target.value)}
          />
        </div>
        <Button type="primary" htmlType="submit" loading={isBusy} disabled={token.trim() === ''}>
          继续
        </Button>
      </form>
    </Panel>
  );
}

function Wizard({ view, token }: Opened) {
  const [draft, setDraft] = useState<Draft>(keptDraft);
  const [step, setStep] = useState<Step>('district');
  const [result, setResult] = useState<SetupResult | null>(null);
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(next);
  };
  const begin = () => {
    keepDraft(null);
    setDraft(newDraft());
    setResult(null);
    setStep('district');
  };
  if (result) return <SetupDone result={result} onDone={begin} />;
  const { problems } = checkDraft(draft);
  const n = steps.findIndex(([key]) => key === step);
  const part = { draft, change, problems };
  const pages: Record<Step, ReactNode> = {
    district: <DistrictStep {...part} view={view} />,
    areas: <AreasStep {...part} />,
    units: <UnitsStep {...part} />,
    standards: <StandardsStep view={view} />,
    people: <PeopleStep {...part} />,
    review: <SetupReview draft={draft} token={token} onGo={setStep} onDone={setResult} />,
  };
  return (
    <div className="setup-body">
      <nav className="setup-steps" aria-label="步骤">
        <p className="soft">
          第 {n + 1} 步，共 {steps.length} 步
        </p>
        <ol>
          {steps.map(([key, label], at) => {
            const isOpen = problems.some((problem) => problem.step === key);
            return (
              <li key={key}>
                <button
                  type="button"
                  aria-current={key === step ? 'step' : undefined}
                  onClick={() => setStep(key)}
                >
                  <span className="setup-number" aria-hidden="true">
                    {at + 1}
                  </span>
                  {label}
                  {key !== 'review' && (
                    <span className={`setup-state ${isOpen ? 'soft' : 'setup-ok'}`}>
                      {isOpen ? '待填' : '已好'}
                    </span>
                  )}
                </button>
              </li>
            );
          })}
        </ol>
        <Popconfirm
          title="清空这份草稿，从头填写？"
          okText="清空"
          cancelText="保留"
          onConfirm={begin}
        >
          <Button type="link" className="link-flush">
            清空重来
          </Button>
        </Popconfirm>
      </nav>
      <div className="setup-page">
        {pages[step]}
        <div className="form-foot">
          {n > 0 && (
            <Button onClick={() => setStep(steps[n - 1]?.[0] ?? 'district')}>上一步</Button>
          )}
          {step !== 'review' && (
            <Button type="primary" onClick={() => setStep(steps[n + 1]?.[0] ?? 'review')}>
              下一步
            </Button>
          )}
        </div>
        <p className="field-hint">草稿存在本机浏览器里，可以离开后再来；不含密码和口令。</p>
      </div>
    </div>
  );
}
