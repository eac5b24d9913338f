/** Action form 办理表单: the form of any open action, derived from its input schema, in a drawer. */
import { useEffect, useId, useRef } from 'react';
import { Alert, App, Button } from 'antd';
import type { ActionAnswer, OpenAction } from '../../domain/views.ts';
import { getNoun, getRow } from '../../domain/nouns.ts';
import { useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { askers } from '../../domain/approval.ts';
import type { Role } from '../../domain/access.ts';
import { showSource } from '../words.ts';
import { SideDrawer } from '../ui/SideDrawer.tsx';
import { ErrorState, Loading } from '../ui/States.tsx';
import { FieldControl, type FormContext } from './FieldControl.tsx';
import type { FieldErrors, FieldSpec, Values } from './formFields.ts';
import { photoProblem } from './photos.ts';
import { SuggestedUnit } from './SuggestedUnit.tsx';
import { useActionForm, type ActionFormState } from './useActionForm.ts';

export interface ActionFormProps {
  open: OpenAction;
  /** The record the action is about or starts from. */
  recordId: string;
  seen?: number;
  prefill?: Values;
  /** A line that says which record it is. */
  subject?: string;
  context?: Omit<FormContext, 'noun' | 'action' | 'directory'>;
  onDone: (answer: ActionAnswer) => void;
  onClose: () => void;
}

/** The drawer with the form of an action; closes only by the person or when it is done. */
export function ActionForm({ subject, onClose, ...props }: ActionFormProps) {
  const directory = useDirectory();
  return (
    <SideDrawer title={props.open.label} subject={subject} onClose={onClose}>
      {directory.data ? (
        <Body {...props} directory={directory.data} onClose={onClose} />
      ) : directory.error ? (
        <ErrorState words={directory.error.message} onRetry={() => void directory.refetch()} />
      ) : (
        <Loading />
      )}
    </SideDrawer>
  );
}

type BodyProps = Omit<ActionFormProps, 'subject'> & { directory: FormContext['directory'] };

function Body({ open, recordId, seen, prefill, context, directory, onDone, onClose }: BodyProps) {
  const form = useActionForm({
    open,
    recordId,
    ...(seen === undefined ? {} : { seen }),
    ...(prefill ? { prefill } : {}),
  });
  const { message } = App.useApp();
  const box = useRef<HTMLFormElement>(null);
  const { source } = getRow(getNoun(open.noun), open.action);
  useEffect(() => {
    const first = box.current?.querySelector<HTMLElement>('input, textarea, button[type="submit"]');
    const timer = setTimeout(() => first?.focus(), 60);
    return () => clearTimeout(timer);
  }, []);
  const submit = async () => {
    if (form.isSending) return;
    const problem = photoProblem(box.current);
    if (problem) return void message.warning(problem);
    const answer = await form.send();
    if (!answer) {
      requestAnimationFrame(() =>
        box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
      );
      return;
    }
    message.success(`已${open.label}`);
    onDone(answer);
  };
  const latest = useRef(submit);
  useEffect(() => {
    latest.current = submit;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void latest.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <form
      ref={box}
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {open.noun === 'issue' && open.action === 'dispatch' && (
        <SuggestedUnit issueId={recordId} form={form} />
      )}
      <FormFields
        form={form}
        context={{ ...context, noun: open.noun, action: open.action, directory }}
      />
      {form.specs.length === 0 && <p>确定要{open.label}吗？</p>}
      <ProblemBox form={form} />
      <div className="form-foot">
        <Button type="primary" htmlType="submit" loading={form.isSending}>
          {open.label}
          <kbd className="key">Ctrl+Enter</kbd>
        </Button>
        <Button onClick={onClose}>取消</Button>
      </div>
      <p className="field-hint">依据：{showSource(source)}</p>
    </form>
  );
}

/** What went wrong with sending, and the way on. */
export function ProblemBox({
  form,
}: {
  form: Pick<ActionFormState, 'problem' | 'isChecking' | 'reload'>;
}) {
  if (form.isChecking)
    return <Alert type="info" showIcon title="网络不稳，不确定是否已办理，正在核对……" />;
  if (!form.problem) return null;
  const { kind, words, seen, version } = form.problem;
  if (kind !== 'stale')
    return (
      <Alert type={kind === 'unknown' ? 'warning' : 'error'} showIcon role="alert" title={words} />
    );
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title="记录已被他人更新"
      description={`${words}。您看到的是第 ${seen} 版，现在是第 ${version} 版。刷新后请对照最新情况再办，已填写的内容会保留。`}
      action={<Button onClick={() => void form.reload()}>刷新</Button>}
    />
  );
}

/** Of a duty rule: the unit or the role word, as the responsible unit is found. */
const isAsked = (name: string, { responsibleBy }: Values): boolean =>
  (name !== 'responsibleUnitId' || responsibleBy === 'unit') &&
  (name !== 'responsibleRole' || responsibleBy === 'role');

/** Choices of a field that this role may take, and groups that belong to a choice. */
function fitted(
  specs: readonly FieldSpec[],
  values: Values,
  action: string,
  noun: string,
  role: Role | undefined,
): FieldSpec[] {
  if (noun === 'dutyRule') return specs.filter(({ name }) => isAsked(name, values));
  if (noun !== 'approval' || action !== 'ask') return [...specs];
  return specs.flatMap((spec) => {
    if (spec.name === 'hold') return values.kind === 'hold' ? [{ ...spec, isOptional: false }] : [];
    if (spec.name !== 'kind') return [spec];
    const choices = spec.choices.filter(
      ({ value }) => role && askers[value as keyof typeof askers].includes(role),
    );
    return [{ ...spec, choices }];
  });
}

interface FormFieldsProps {
  form: Pick<ActionFormState, 'specs' | 'values' | 'errors' | 'change'>;
  context: FormContext;
}

/** The fields of a form with their labels and messages. */
export function FormFields({ form, context }: FormFieldsProps) {
  const { post } = useSession();
  const specs = fitted(form.specs, form.values, context.action, context.noun, post?.role);
  return specs.map((spec) =>
    spec.kind === 'group' ? (
      <Group key={spec.name} spec={spec} form={form} context={context} />
    ) : (
      <Field
        key={spec.name}
        spec={spec}
        path={spec.name}
        values={form.values}
        errors={form.errors}
        context={context}
        onChange={(value) => {
          form.change(spec.name, value);
          // A condition belongs to its category.
          const condition = specs.find(({ kind }) => kind === 'condition');
          if (spec.kind === 'category' && condition)
            form.change(condition.name, condition.isNullable ? null : undefined);
        }}
      />
    ),
  );
}

function Group({ spec, form, context }: FormFieldsProps & { spec: FieldSpec }) {
  const values = (form.values[spec.name] ?? {}) as Values;
  return (
    <fieldset className="fieldset form">
      <legend>{spec.title}</legend>
      {spec.inner.map((inner) => (
        <Field
          key={inner.name}
          spec={inner}
          path={`${spec.name}.${inner.name}`}
          values={values}
          errors={form.errors}
          context={context}
          onChange={(value) => form.change(spec.name, { ...values, [inner.name]: value })}
        />
      ))}
    </fieldset>
  );
}

interface FieldProps {
  spec: FieldSpec;
  path: string;
  values: Values;
  errors: FieldErrors;
  context: FormContext;
  onChange: (value: unknown) => void;
}

function Field({ spec, path, values, errors, context, onChange }: FieldProps) {
  const id = useId();
  const error = errors[path];
  return (
    <div className="field">
      <label htmlFor={id}>
        {spec.title}
        {spec.isOptional && (
          <span className="optional" aria-hidden="true">
            选填
          </span>
        )}
      </label>
      <FieldControl
        id={id}
        spec={spec}
        value={values[spec.name]}
        values={values}
        context={context}
        describedBy={error ? `${id}-error` : undefined}
        isInvalid={error !== undefined}
        onChange={onChange}
      />
      {error && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
