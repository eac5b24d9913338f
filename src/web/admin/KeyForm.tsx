/** Key form 密钥表单: giving, changing and exchanging a key of an outside system; the key is made here and shown once. */
import { useState, type ReactNode } from 'react';
import { Alert, Button, Checkbox, Input, InputNumber, Select } from 'antd';
import { apiRightLabels, isSigning, longestOverlap, type ApiRight } from '../../domain/apiKey.ts';
import type { ApiKeyRow, SenderRow } from '../../domain/apiKeyApi.ts';
import { areaChoices, filterChoice } from '../desk/directoryChoices.ts';
import { digestOf } from '../photoUpload.ts';
import { useDirectory } from '../queryHooks.ts';
import { SideDrawer } from '../ui/SideDrawer.tsx';
import { newSigningSecret } from './signingSecret.ts';
import { useSendAction } from './useSendAction.ts';

/** 256 random bits, so that nobody ever guesses one. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `loop_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

interface KeyFormProps {
  action: 'add' | 'edit' | 'rotate';
  /** The key that is changed or exchanged; null: a new one. */
  row: ApiKeyRow | null;
  senders: readonly SenderRow[];
  /** `key`: what is to be shown once; null when none was made. */
  onDone: (key: string | null) => void;
  onClose: () => void;
}

interface Draft {
  senderCode: string | undefined;
  name: string;
  rights: ApiRight[];
  perMinute: number;
  areaCode: string | null;
  overlapHours: number;
}

const titles = { add: '发放接口密钥', edit: '修改接口密钥', rotate: '换发接口密钥' };

function useKeyForm({ action, row, onDone }: KeyFormProps) {
  const [draft, setDraft] = useState<Draft>({
    senderCode: row?.senderCode,
    name: row?.name ?? '',
    rights: row?.rights ?? [],
    perMinute: row?.perMinute ?? 600,
    areaCode: row?.areaCode ?? null,
    overlapHours: 24,
  });
  const [made] = useState(() => ({ key: newKey(), secret: newSigningSecret() }));
  const signs = isSigning(draft.rights) === true;
  const key = signs ? made.secret : made.key;
  const sending = useSendAction({
    noun: 'apiKey',
    action,
    id: row?.id ?? null,
    ...(row ? { seen: row.version } : {}),
  });
  const put = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const inputOf = async (): Promise<Record<string, unknown>> => {
    const { senderCode, overlapHours, areaCode, ...rest } = draft;
    const hash = await digestOf(new TextEncoder().encode(key));
    const secret = signs ? { secret: key } : {};
    if (action === 'rotate') return { hash, overlapHours, ...secret };
    if (action === 'edit') return { ...rest, areaCode };
    const area = areaCode ? { areaCode } : {};
    return { senderCode: senderCode ?? '', ...rest, ...area, hash, ...secret };
  };
  const save = async () => {
    if (await sending.send(await inputOf())) onDone(action === 'edit' ? null : key);
  };
  return { draft, put, sending, save };
}

export function KeyForm(props: KeyFormProps) {
  const { action, row, senders, onClose } = props;
  const { draft, put, sending, save } = useKeyForm(props);
  return (
    <SideDrawer
      title={titles[action]}
      {...(row ? { subject: `${row.senderName}　${row.name}` } : {})}
      onClose={onClose}
    >
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
              max={longestOverlap}
              precision={0}
              value={draft.overlapHours}
              onChange={(hours) => put({ overlapHours: hours ?? 0 })}
            />
          </Line>
        ) : (
          <KeyFields
            draft={draft}
            errors={sending.errors}
            senders={action === 'add' ? senders : null}
            onChange={put}
          />
        )}
        {sending.problem && (
          <Alert type="error" showIcon role="alert" title={sending.problem.words} />
        )}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={sending.isSending}>
            {action === 'edit' ? '保存' : '生成密钥'}
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
        {action !== 'edit' && (
          <p className="field-hint">密钥只显示一次，系统只保存它的摘要，遗失后只能换发。</p>
        )}
      </form>
    </SideDrawer>
  );
}

interface LineProps {
  label: string;
  error: string | undefined;
  children: ReactNode;
}

const Line = ({ label, error, children }: LineProps) => (
  <div className="field">
    <span className="field-label">{label}</span>
    {children}
    {error && (
      <p className="field-error" role="alert">
        {error}
      </p>
    )}
  </div>
);

interface KeyFieldsProps {
  draft: Draft;
  errors: Record<string, string>;
  /** Null: whose key it is stays. */
  senders: readonly SenderRow[] | null;
  onChange: (part: Partial<Draft>) => void;
}

function KeyFields({ draft, errors, senders, onChange }: KeyFieldsProps) {
  const directory = useDirectory();
  return (
    <>
      {senders && (
        <Line label="来源单位" error={errors.senderCode}>
          <Select
            aria-label="来源单位"
            placeholder="请选择来源单位"
            value={draft.senderCode}
            options={senders
              .filter(({ status }) => status === 'active')
              .map(({ code, name }) => ({ value: code, label: name }))}
            notFoundContent="还没有来源单位，请系统管理员先登记"
            onChange={(senderCode) => onChange({ senderCode })}
          />
        </Line>
      )}
      <Line label="用途" error={errors.name}>
        <Input
          aria-label="用途"
          maxLength={60}
          value={draft.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Line>
      <Line label="权限" error={errors.rights}>
        <Checkbox.Group
          style={{ display: 'grid', gap: 6 }}
          value={draft.rights}
          options={Object.entries(apiRightLabels).map(([value, label]) => ({ value, label }))}
          onChange={(rights) => onChange({ rights: rights as ApiRight[] })}
        />
      </Line>
      <Line label="每分钟最多次数" error={errors.perMinute}>
        <InputNumber
          aria-label="每分钟最多次数"
          min={1}
          max={600_000}
          precision={0}
          value={draft.perMinute}
          onChange={(perMinute) => onChange({ perMinute: perMinute ?? 1 })}
        />
      </Line>
      <Line label="限于区域（不选为全区）" error={errors.areaCode}>
        <Select
          aria-label="限于区域"
          allowClear
          placeholder="全区"
          showSearch={{ filterOption: filterChoice }}
          value={draft.areaCode}
          options={directory.data ? areaChoices(directory.data) : []}
          onChange={(areaCode: string | undefined) => onChange({ areaCode: areaCode ?? null })}
        />
      </Line>
    </>
  );
}
