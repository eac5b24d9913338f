/** Subscription form 订阅表单: where to, which events (or cases, of a grid platform) and limited to what; the secret is made here and shown once. */
import { useState, type ReactNode } from 'react';
import { Alert, Button, Input, InputNumber, Select } from 'antd';
import type { SubscriptionRow } from '../../domain/outsideApi.ts';
import { eventKindLabel, longestSecretOverlap, subscribable } from '../../domain/subscription.ts';
import {
  areaChoices,
  filterChoice,
  unitChoices,
  type ChoiceGroup,
} from '../desk/directoryChoices.ts';
import { toldCaseKinds } from '../../domain/platformCase.ts';
import { usualStates, type PushRule } from '../../domain/pushRule.ts';
import { useDirectory } from '../queryHooks.ts';
import { SideDrawer } from '../ui/SideDrawer.tsx';
import { PushRuleInputs } from './PushRuleInputs.tsx';
import { newSigningSecret } from './signingSecret.ts';
import { useSendAction } from './useSendAction.ts';

export type SubscriptionAction = 'add' | 'edit' | 'rotate';

interface SubscriptionFormProps {
  action: SubscriptionAction;
  /** Null: a new one. */
  row: SubscriptionRow | null;
  /** A grid platform, rather than a subscription to events. */
  isPlatform: boolean;
  /** `secret`: what is to be shown once; null when none was made. */
  onDone: (secret: string | null) => void;
  onClose: () => void;
}

interface Draft {
  name: string;
  url: string;
  kinds: string[];
  areaCode: string | null;
  unitId: string | null;
  senderCode: string | null;
  push: PushRule | null;
}

const titlesOf = (isPlatform: boolean): Record<SubscriptionAction, string> => ({
  add: isPlatform ? '新增网格平台' : '新增事件订阅',
  edit: isPlatform ? '修改网格平台' : '修改事件订阅',
  rotate: '更换签名密钥',
});

const firstRule: PushRule = {
  isAutomatic: false,
  categoryCodes: [],
  channels: [],
  states: usualStates,
};

const kindChoices: ChoiceGroup[] = Object.values(subscribable).map((noun) => ({
  label: noun.label,
  options: [
    { value: noun.name, label: eventKindLabel(noun.name) },
    ...Object.keys(noun.actions).map((action) => {
      const kind = `${noun.name}.${action}`;
      return { value: kind, label: eventKindLabel(kind) };
    }),
  ],
}));

const draftOf = (row: SubscriptionRow | null, isPlatform: boolean): Draft => ({
  name: row?.name ?? '',
  url: row?.url ?? '',
  kinds: row?.kinds ?? (isPlatform ? toldCaseKinds : []),
  areaCode: row?.areaCode ?? null,
  unitId: row?.unitId ?? null,
  senderCode: row?.senderCode ?? null,
  push: row?.push ?? (isPlatform ? firstRule : null),
});

export function SubscriptionForm({
  action,
  row,
  isPlatform,
  onDone,
  onClose,
}: SubscriptionFormProps) {
  const [draft, setDraft] = useState(() => draftOf(row, isPlatform));
  const [overlapHours, setOverlapHours] = useState(24);
  const [secret] = useState(newSigningSecret);
  const sending = useSendAction({
    noun: 'subscription',
    action,
    id: row?.id ?? null,
    ...(row ? { seen: row.version } : {}),
  });
  const save = async () => {
    const input =
      action === 'rotate'
        ? { secret, overlapHours }
        : { ...draft, ...(action === 'add' ? { secret } : {}) };
    if (await sending.send(input)) onDone(action === 'edit' ? null : secret);
  };
  return (
    <SideDrawer title={titlesOf(isPlatform)[action]} subject={row?.name} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {action === 'rotate' ? (
          <Line label="原密钥继续有效（小时）" error={sending.errors.overlapHours}>
            <InputNumber
              aria-label="原密钥继续有效（小时）"
              min={0}
              max={longestSecretOverlap}
              precision={0}
              value={overlapHours}
              onChange={(hours) => setOverlapHours(hours ?? 0)}
            />
          </Line>
        ) : (
          <Fields
            draft={draft}
            errors={sending.errors}
            onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
          />
        )}
        {sending.problem && (
          <Alert type="error" showIcon role="alert" title={sending.problem.words} />
        )}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={sending.isSending}>
            {action === 'rotate' ? '更换密钥' : '保存'}
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
        {action !== 'edit' && (
          <p className="field-hint">签名密钥保存后只显示一次，遗失后只能更换。</p>
        )}
      </form>
    </SideDrawer>
  );
}

interface LineProps {
  label: string;
  error?: string | undefined;
  hint?: string;
  children: ReactNode;
}

const Line = ({ label, error, hint, children }: LineProps) => (
  <div className="field">
    <span className="field-label">{label}</span>
    {children}
    {hint && <p className="field-hint">{hint}</p>}
    {error && (
      <p className="field-error" role="alert">
        {error}
      </p>
    )}
  </div>
);

interface FieldsProps {
  draft: Draft;
  errors: Record<string, string>;
  onChange: (part: Partial<Draft>) => void;
}

function Fields({ draft, errors, onChange }: FieldsProps) {
  const { push } = draft;
  const { data } = useDirectory();
  const search = { showSearch: { filterOption: filterChoice }, allowClear: true };
  return (
    <>
      <Line label="名称" error={errors.name}>
        <Input
          aria-label="名称"
          maxLength={60}
          placeholder="例如：区网格平台"
          value={draft.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Line>
      <Line
        label="接收地址"
        error={errors.url}
        hint="政务外网等内部地址，须先列入“外部地址白名单”。"
      >
        <Input
          aria-label="接收地址"
          maxLength={500}
          placeholder="https://"
          value={draft.url}
          onChange={(event) => onChange({ url: event.target.value })}
        />
      </Line>
      {!push && (
        <Line label="事件" error={errors.kinds}>
          <Select
            aria-label="事件"
            mode="multiple"
            placeholder="请选择事件"
            {...search}
            value={draft.kinds}
            options={kindChoices}
            onChange={(kinds: string[]) => onChange({ kinds })}
          />
        </Line>
      )}
      <Line label="限于区域（不选为全区）" error={errors.areaCode}>
        <Select
          aria-label="限于区域"
          placeholder="全区"
          {...search}
          value={draft.areaCode}
          options={data ? areaChoices(data) : []}
          onChange={(areaCode: string | undefined) => onChange({ areaCode: areaCode ?? null })}
        />
      </Line>
      <Line label="限于单位及其下属（不选为全部）" error={errors.unitId}>
        <Select
          aria-label="限于单位"
          placeholder="全部单位"
          {...search}
          value={draft.unitId}
          options={data ? unitChoices(data) : []}
          onChange={(unitId: string | undefined) => onChange({ unitId: unitId ?? null })}
        />
      </Line>
      <Line
        label={push ? '对应的来源单位' : '限于来源单位（不选为全部）'}
        error={errors.senderCode}
        hint={
          push
            ? '平台用它的签名密钥（接口密钥页面发放，权限：回传处置状态）回传状态。'
            : '只推送它报来的件和由此立的案，并附上它自己的编号。'
        }
      >
        <Select
          aria-label={push ? '对应的来源单位' : '限于来源单位'}
          placeholder={push ? '请选择来源单位' : '全部来源'}
          allowClear
          value={draft.senderCode}
          options={(data?.senders ?? []).map(({ code, name }) => ({ value: code, label: name }))}
          notFoundContent="还没有来源单位"
          onChange={(code: string | undefined) => onChange({ senderCode: code ?? null })}
        />
      </Line>
      {push && (
        <PushRuleInputs rule={push} errors={errors} onChange={(rule) => onChange({ push: rule })} />
      )}
    </>
  );
}
