/** Category page 类别: every version of one code, what each changed, who confirmed it, and what may be done now. */
import { useState } from 'react';
import { useParams } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { categoryFields } from '../../domain/category.ts';
import { limitWords } from '../../domain/categoryChange.ts';
import { severityLabels } from '../../domain/condition.ts';
import {
  layerLabels,
  versionStateLabels,
  type CategoryVersion,
  type Change,
} from '../../domain/standardsApi.ts';
import type { OpenAction } from '../../domain/views.ts';
import { ActionForm } from '../desk/ActionForm.tsx';
import { UnvouchedMark } from '../desk/Marks.tsx';
import { Failure } from '../desk/PagedList.tsx';
import { newId } from '../client.ts';
import { paths } from '../paths.ts';
import { useAct, useAsk } from '../queryHooks.ts';
import { showCount, showMoment } from '../words.ts';
import { useNow } from '../ui/hooks.ts';
import { Link } from '../ui/Link.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import { ReasonButton } from '../ui/ReasonButton.tsx';
import { Loading } from '../ui/States.tsx';
import { CategoryForm } from './CategoryForm.tsx';
import './standards.css';

interface Chosen {
  version: CategoryVersion;
  open: OpenAction;
}

export default function CategoryPage() {
  const { code = '' } = useParams({ strict: false });
  const { data, error, refetch } = useAsk('categoryView', { code });
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const close = () => setChosen(null);
  if (!data)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={12} />;
  const shown = data.versions.find(({ state }) => state === 'inForce') ?? data.versions[0];
  if (!shown) return null;
  return (
    <>
      <div className="page-head">
        <h1>
          {shown.name} {shown.isUnvouched && <UnvouchedMark />}
        </h1>
        <span className="soft">
          {code} · {shown.kind === 'part' ? '部件' : '事件'} · {shown.majorName}
        </span>
        <span className="grow" />
        <Link href={paths.categories()}>返回类别列表</Link>
      </div>
      <div className="stack">
        {data.versions.map((version) => (
          <Version
            key={version.id}
            version={version}
            isOnly={data.versions.length === 1}
            onChoose={(open) => setChosen({ version, open })}
          />
        ))}
      </div>
      {chosen && <ChosenForm chosen={chosen} grades={data.grades} onDone={close} onClose={close} />}
    </>
  );
}

interface ChosenFormProps {
  chosen: Chosen;
  grades: readonly string[];
  onDone: () => void;
  onClose: () => void;
}

function ChosenForm({ chosen: { version, open }, grades, onDone, onClose }: ChosenFormProps) {
  const isForm = open.action === 'add' || open.action === 'edit';
  return isForm ? (
    <CategoryForm
      title={open.label}
      code={version.code}
      start={categoryFields(version)}
      grades={grades}
      edited={open.action === 'edit' ? version : null}
      onDone={onDone}
      onClose={onClose}
    />
  ) : (
    <ActionForm
      open={open}
      recordId={version.id}
      seen={version.version}
      subject={`${version.name}（${version.code}）`}
      onDone={onDone}
      onClose={onClose}
    />
  );
}

interface VersionProps {
  version: CategoryVersion;
  isOnly: boolean;
  onChoose: (open: OpenAction) => void;
}

function Version({ version, isOnly, onChoose }: VersionProps) {
  const { layer, state, validFrom, validTo, actions, conditions, changes } = version;
  const isShown = state === 'inForce' || state === 'coming';
  const now = useNow();
  const span = `${showMoment(validFrom, now)} 至 ${validTo ? showMoment(validTo, now) : '长期'}`;
  return (
    <Panel
      title={`${layerLabels[layer]}版本 · ${span}`}
      extra={
        <span className="marks">
          <span className={`mark ${state === 'inForce' ? 'mark-done' : 'mark-off'}`}>
            {versionStateLabels[state]}
          </span>
          {version.isUnvouched && <UnvouchedMark />}
        </span>
      }
    >
      <Facts
        rows={[
          ['判定案件', `${showCount(version.issueCount, version.isMoreIssues)} 件`],
          ['派遣原则', version.dispatchRule],
          ['采集要求', version.collectRule ?? '—'],
          ['关键词', version.keywords.join('、') || '—'],
          [
            '核定',
            version.vouchedAt
              ? `${version.vouchedByName ?? '人员'} ${showMoment(version.vouchedAt)}`
              : version.sourceFlag === 'SOURCED'
                ? '有公开标准为据'
                : '待核',
          ],
        ]}
      />
      {isShown ? (
        <Conditions conditions={conditions} />
      ) : (
        <details className="changes">
          <summary>立案条件和时限</summary>
          <Conditions conditions={conditions} />
        </details>
      )}
      {!isOnly && <Changes changes={changes} />}
      <div className="buttons">
        {actions.map((open) =>
          open.action === 'adopt' ? (
            <Adopt key={open.action} open={open} code={version.code} />
          ) : (
            <ReasonButton
              key={open.action}
              label={open.label}
              reason={open.refusal?.message ?? null}
              onClick={() => onChoose(open)}
            />
          ),
        )}
        <Link href={paths.record('category', version.id)}>留痕</Link>
      </div>
    </Panel>
  );
}

/** The district's own copy of a base version, confirmed, in one click. */
function Adopt({ open, code }: { open: OpenAction; code: string }) {
  const { mutateAsync, isPending } = useAct();
  const { message } = App.useApp();
  const [id] = useState(newId);
  const adopt = async () => {
    try {
      await mutateAsync({ noun: 'category', id, action: 'adopt', input: { code } });
      message.success('已采用为本区标准并核定');
    } catch (error) {
      message.error(error instanceof Error ? error.message : '办理失败，请重试');
    }
  };
  return open.refusal ? (
    <ReasonButton label={open.label} reason={open.refusal.message} onClick={() => undefined} />
  ) : (
    <Button loading={isPending} onClick={() => void adopt()}>
      {open.label}
    </Button>
  );
}

const Conditions = ({ conditions }: Pick<CategoryVersion, 'conditions'>) => (
  <div className="condition-list">
    {conditions.map((condition) => (
      <div key={condition.no} className="condition">
        <strong>
          第 {condition.no} 条 · {severityLabels[condition.severity]}
        </strong>
        <span>{condition.openWhen}</span>
        <span className="soft">结案：{condition.closeWhen}</span>
        <span>
          时限：<strong>{limitWords(condition)}</strong>
        </span>
      </div>
    ))}
  </div>
);

const Changes = ({ changes }: { changes: readonly Change[] }) =>
  changes.length === 0 ? null : (
    <details className="changes">
      <summary>与前一版相比改了 {changes.length} 处</summary>
      <ul>
        {changes.map(({ title, before, after }) => (
          <li key={title}>
            {title}：<del>{before}</del> → <ins>{after}</ins>
          </li>
        ))}
      </ul>
    </details>
  );
