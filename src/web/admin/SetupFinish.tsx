/** The end of the setup wizard: what would be set up, applying it, and the first passwords, shown once. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Input, Typography } from 'antd';
import {
  SetupProblem,
  type SetupCounts,
  type SetupResult,
  type SetupStep,
} from '../../domain/setup.ts';
import { ProblemError } from '../client.ts';
import { paths } from '../paths.ts';
import { useGo } from '../ui/Link.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';
import { applyDraft, askPreview, confirmPassword } from './setupClient.ts';
import { checkDraft, keepDraft, type Draft } from './setupDraft.ts';

const countRows = (counts: SetupCounts): [string, string][] => [
  ['街道乡镇', `${counts.subdistricts} 个`],
  ['社区村', `${counts.communities} 个`],
  ...(counts.cells > 0 ? [['单元网格', `${counts.cells} 个`] as [string, string]] : []),
  ['属地单位', `${counts.offices} 个`],
  ['部门和企业', `${counts.units} 个，职责词 ${counts.dutyRoles} 个`],
  ['管理员', `${counts.persons} 人`],
];

/** The problems an answer lists; one sentence when it lists none. */
function problemsIn(error: unknown): SetupProblem[] {
  const message = error instanceof Error ? error.message : '没有成功，请重试';
  const listed =
    error instanceof ProblemError
      ? SetupProblem.array().safeParse(error.problem.details?.problems)
      : undefined;
  return listed?.success ? listed.data : [{ step: 'district', message }];
}

const needsPassword = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.code === 'signInAgain';

interface ReviewProps {
  draft: Draft;
  token: string;
  onGo: (step: SetupStep) => void;
  onDone: (result: SetupResult) => void;
}

export function SetupReview({ draft, token, onGo, onDone }: ReviewProps) {
  const [failed, setFailed] = useState<SetupProblem[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const { content, problems } = checkDraft(draft);
  const { data: preview, error } = useQuery({
    queryKey: ['setup-preview', JSON.stringify(content), token],
    queryFn: () => (content ? askPreview(content, token) : null),
    enabled: content !== null,
  });

  if (!content) return <Missing problems={problems} onGo={onGo} />;
  if (!preview && !error) return <Loading rows={6} />;
  const blocking = [...(preview?.problems ?? []), ...(error ? problemsIn(error) : []), ...failed];

  const apply = async () => {
    setBusy(true);
    setFailed([]);
    try {
      onDone(await applyDraft(content, token));
    } catch (error) {
      if (needsPassword(error)) setAsking(true);
      else setFailed(problemsIn(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="stack">
      <Panel title={`${content.code} ${content.name}`}>
        {preview && <Facts rows={countRows(preview.counts)} />}
        <p className="soft">要么全部建成，要么什么都不写；网络中断后再点一次，不会重复建立。</p>
      </Panel>
      {blocking.length > 0 && <Missing problems={blocking} onGo={onGo} />}
      {isAsking && (
        <PasswordAgain
          onDone={() => {
            setAsking(false);
            void apply();
          }}
        />
      )}
      <Button
        type="primary"
        size="large"
        loading={isBusy}
        disabled={(preview?.problems.length ?? 0) > 0 || isAsking}
        onClick={() => void apply()}
      >
        建立{content.name}
      </Button>
    </div>
  );
}

const stepWords: Record<SetupStep, string> = {
  district: '区',
  areas: '区域',
  units: '单位',
  people: '管理员',
};

function Missing({
  problems,
  onGo,
}: {
  problems: readonly SetupProblem[];
  onGo: (step: SetupStep) => void;
}) {
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={`还有 ${problems.length} 处要填写或改正`}
      description={
        <ul className="setup-missing">
          {problems.slice(0, 20).map(({ step, message }) => (
            <li key={`${step} ${message}`}>
              <Button type="link" size="small" className="link-flush" onClick={() => onGo(step)}>
                {stepWords[step]}
              </Button>{' '}
              {message}
            </li>
          ))}
        </ul>
      }
    />
  );
}

/** Setting up is sensitive: the password is asked again when it was not given lately. */
function PasswordAgain({ onDone }: { onDone: () => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState('');
  const confirm = async () => {
    try {
      await confirmPassword(password, code.trim());
      onDone();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '没有成功，请重试');
    }
  };
  return (
    <Panel title="请再输入一次密码">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <div className="field">
          <label htmlFor="setup-password">您的密码</label>
          <Input.Password
            id="setup-password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </div>
        <div className="field">
          <label htmlFor="setup-code">
            动态验证码<span className="optional">已启用的填写</span>
          </label>
          <Input
            id="setup-code"
            autoComplete="one-time-code"
            value={code}
            maxLength={40}
            onChange={(event) => setCode(event.target.value)}
          />
        </div>
        {problem && (
          <p className="field-error" role="alert">
            {problem}
          </p>
        )}
        <Button htmlType="submit" disabled={password === ''}>
          确认并建立
        </Button>
      </form>
    </Panel>
  );
}

export function SetupDone({ result, onDone }: { result: SetupResult; onDone: () => void }) {
  const go = useGo();
  const leave = () => {
    onDone();
    keepDraft(null);
    go(paths.signIn());
  };
  return (
    <div className="stack">
      <Panel title={`${result.code} ${result.name}已建立`}>
        <p role="status">办理 {result.actions} 项，全部留痕。</p>
        <Facts rows={countRows(result.counts)} />
      </Panel>
      <Panel title="初始密码只显示这一次">
        <p>
          请当面交给本人，首次登录须改成自己的密码。关闭后无法再看，遗失时用命令 admin reset 重置。
        </p>
        <ul className="setup-accounts">
          {result.accounts.map(({ role, name, login, password }) => (
            <li key={login}>
              <strong>{role}</strong> {name}
              <span>
                登录名 <Typography.Text code>{login}</Typography.Text>
              </span>
              <span>
                初始密码{' '}
                {password === null ? (
                  '已登录过，不变'
                ) : (
                  <Typography.Text code copyable>
                    {password}
                  </Typography.Text>
                )}
              </span>
            </li>
          ))}
        </ul>
        <p>
          接下来：系统管理员登录后新增人员，安全管理员任命岗位（创城专席、街道负责人、网格员），就可以上报、受理、派单了。
        </p>
        <Button type="primary" onClick={leave}>
          已抄下，去登录
        </Button>
      </Panel>
    </div>
  );
}
