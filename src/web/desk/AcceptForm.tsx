/** Accept form 立案: category, condition with its time limit, area; filled in from the report. */
import { useId } from 'react';
import { Button, Checkbox, Input, Select } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import type { ActionAnswer, Directory, IssueItem, OpenAction } from '../../domain/views.ts';
import { useAsk } from '../queryHooks.ts';
import { useKeys } from '../ui/hooks.ts';
import { ReasonButton } from '../ui/ReasonButton.tsx';
import { ProblemBox } from './ActionForm.tsx';
import { areaChoices, categoryChoices, siteChoices } from './directoryChoices.ts';
import { IntakeCard } from './IntakeCard.tsx';
import { UnvouchedMark } from './Marks.tsx';
import { useActionForm } from './useActionForm.ts';

type View = QueryOutput<'reportView'>;

interface AcceptFormProps {
  open: OpenAction;
  view: View;
  directory: Directory;
  /** `isOn`: go on to dispatch the new issue; `unitId`: dispatch it there at once. */
  onDone: (answer: ActionAnswer, isOn: boolean, unitId?: string) => void;
  onJoin: (target: IssueItem) => void;
}

/** The surest category, when the classifier does not abstain. */
const sureCode = ({ suggestion }: View): string | undefined =>
  suggestion?.category && !suggestion.category.abstains
    ? suggestion.category.guesses[0]?.code
    : undefined;

/** Where it is: what the report says itself, else the one place its words name. */
function placeOf({ report, suggestion }: View): { areaCode?: string; siteId?: string } {
  const named = suggestion?.place?.isClear ? suggestion.place.candidates[0] : undefined;
  const isKnown = report.areaCode.length > 6;
  const areaCode = isKnown ? report.areaCode : named?.areaCode;
  const siteId = report.siteId ?? (named?.areaCode === areaCode ? named?.siteId : null);
  return {
    ...(areaCode && areaCode.length > 6 ? { areaCode } : {}),
    ...(siteId ? { siteId } : {}),
  };
}

const byWords = (
  input: string,
  option: { label: string; find?: string } | { label: string; options: unknown[] } | undefined,
): boolean =>
  option !== undefined &&
  !('options' in option) &&
  `${option.label} ${option.find ?? ''}`.includes(input.trim());

const severityWords: Record<string, string> = { A: '紧急', B: '重大', C: '一般' };

export function AcceptForm({ open, view, directory, onDone, onJoin }: AcceptFormProps) {
  const id = useId();
  const { report, suggestion, near } = view;
  const code = report.categoryCode ?? sureCode(view);
  const guess = directory.categories.find((one) => one.code === code);
  const form = useActionForm({
    open,
    recordId: report.id,
    prefill: {
      ...(guess ? { categoryCode: guess.code, conditionNo: guess.conditions[0]?.no } : {}),
      ...placeOf(view),
      ...(report.address ? { address: report.address } : {}),
      ...(report.urgency === 'danger' ? { isUrgent: true } : {}),
    },
  });
  const { values, errors, change } = form;
  const category = directory.categories.find(({ code }) => code === values.categoryCode);
  const { categoryCode, areaCode, conditionNo } = values;
  const isPlaced = typeof categoryCode === 'string' && typeof areaCode === 'string';
  const { data: duty } = useAsk(
    'dutyTry',
    {
      category: String(categoryCode ?? ''),
      area: String(areaCode ?? ''),
      ...(typeof conditionNo === 'number' ? { condition: conditionNo } : {}),
    },
    { enabled: isPlaced && suggestion !== null },
  );
  const accept = async (isOn: boolean, unitId?: string) => {
    const answer = await form.send();
    if (answer) onDone(answer, isOn, unitId);
  };
  const choose = (chosen: string) => {
    change('categoryCode', chosen);
    change(
      'conditionNo',
      directory.categories.find((one) => one.code === chosen)?.conditions[0]?.no,
    );
  };
  const acceptOnKey = () => open.refusal === null && void accept(true);
  useKeys({ n: acceptOnKey, Enter: acceptOnKey });
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void accept(true);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void accept(true);
      }}
    >
      {suggestion && (
        <IntakeCard
          suggestion={suggestion}
          near={near[0]}
          duty={isPlaced ? duty : undefined}
          values={values}
          isBusy={form.isSending}
          reason={open.refusal?.message ?? null}
          onCategory={choose}
          onPlace={(area, site) => {
            change('areaCode', area);
            change('siteId', site ?? undefined);
          }}
          onJoin={({ item }) => onJoin(item)}
          onTake={(unitId) => void accept(true, unitId)}
        />
      )}
      <div className="field">
        <label htmlFor={`${id}-category`}>
          类别
          {guess && (
            <span className="optional" aria-hidden="true">
              {report.categoryCode ? '按上报初判，请核对' : '按识别建议，请核对'}
            </span>
          )}
        </label>
        <Select<
          string,
          | { value: string; label: string; find?: string }
          | { label: string; options: { value: string; label: string; find?: string }[] }
        >
          id={`${id}-category`}
          status={errors.categoryCode ? 'error' : ''}
          value={(values.categoryCode as string | undefined) ?? null}
          placeholder="输入类别名或关键词，如：垃圾、井盖"
          options={categoryChoices(directory)}
          showSearch={{ filterOption: byWords }}
          onChange={choose}
        />
        <FieldError words={errors.categoryCode} />
      </div>
      {category && (
        <fieldset className="field choice-list" style={{ border: 0, margin: 0, padding: 0 }}>
          <legend className="field-label">
            立案条件 {category.isUnvouched && <UnvouchedMark />}
          </legend>
          {category.conditions.map(({ no, openWhen, closeWhen, limit, severity }) => (
            <label key={no} className="choice">
              <input
                type="radio"
                name={`${id}-condition`}
                checked={values.conditionNo === no}
                onChange={() => change('conditionNo', no)}
              />
              <span className="grow">
                {openWhen}
                <div className="reason-words">结案条件：{closeWhen}</div>
              </span>
              <span style={{ textAlign: 'right' }}>
                <strong>{limit}</strong>
                <div className="reason-words">{severityWords[severity] ?? severity}</div>
              </span>
            </label>
          ))}
          <FieldError words={errors.conditionNo} />
        </fieldset>
      )}
      <div className="field">
        <label htmlFor={`${id}-area`}>所属区域</label>
        <Select
          id={`${id}-area`}
          status={errors.areaCode ? 'error' : ''}
          value={(values.areaCode as string | undefined) ?? null}
          placeholder="请选择街道、社区"
          options={areaChoices(directory, ['subdistrict', 'community', 'cell'])}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={(code) => change('areaCode', code)}
        />
        <FieldError words={errors.areaCode} />
      </div>
      <details>
        <summary>点位、地址、问题描述（选填，不填沿用来件）</summary>
        <div className="form" style={{ marginTop: 10 }}>
          <div className="field">
            <label htmlFor={`${id}-site`}>点位</label>
            <Select
              id={`${id}-site`}
              allowClear
              value={(values.siteId as string | undefined) ?? null}
              placeholder="在登记点位上时选择"
              options={siteChoices(directory, values.areaCode as string | undefined)}
              showSearch={{ optionFilterProp: 'label' }}
              onChange={(site) => change('siteId', site ?? undefined)}
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}-address`}>地址</label>
            <Input
              id={`${id}-address`}
              value={(values.address as string | undefined) ?? ''}
              onChange={(event) => change('address', event.target.value)}
            />
            <FieldError words={errors.address} />
          </div>
          <div className="field">
            <label htmlFor={`${id}-words`}>问题描述</label>
            <Input.TextArea
              id={`${id}-words`}
              autoSize={{ minRows: 2, maxRows: 8 }}
              value={(values.description as string | undefined) ?? ''}
              onChange={(event) => change('description', event.target.value)}
            />
            <FieldError words={errors.description} />
          </div>
        </div>
      </details>
      <Checkbox
        checked={values.isUrgent === true}
        onChange={(event) => change('isUrgent', event.target.checked || undefined)}
      >
        紧急（昼夜计时）
      </Checkbox>
      <ProblemBox form={form} />
      <div className="form-foot">
        <ReasonButton
          label="立案并派单"
          reason={open.refusal?.message ?? null}
          isPrimary
          isBusy={form.isSending}
          shortcut="n"
          onClick={() => void accept(true)}
        />
        {open.refusal === null && (
          <Button loading={form.isSending} onClick={() => void accept(false)}>
            立案，看下一件
          </Button>
        )}
      </div>
    </form>
  );
}

const FieldError = ({ words }: { words: string | undefined }) =>
  words ? (
    <p className="field-error" role="alert">
      {words}
    </p>
  ) : null;
