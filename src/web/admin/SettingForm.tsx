/** Setting form 参数表单: the control that fits the setting, and from when the new value holds. */
import { useState } from 'react';
import { Alert, App, Button, Drawer, InputNumber, Select } from 'antd';
import { Urgency, urgencyLabels } from '../../domain/channel.ts';
import type { SettingCode, Settings } from '../../domain/setting.ts';
import { settingForms, settingHints, settingText } from '../../domain/settingWords.ts';
import type { SettingItem } from '../../domain/standardsApi.ts';
import type { TimeLimit } from '../../domain/timeLimit.ts';
import { useIsNarrow } from '../ui/hooks.ts';
import { EffectiveFrom, effectiveMoment, type Effective } from './EffectiveFrom.tsx';
import { LimitInput } from './LimitInput.tsx';
import { useSendAction } from './useSendAction.ts';

interface SettingFormProps {
  item: SettingItem;
  onDone: () => void;
  onClose: () => void;
}

export function SettingForm({ item, onDone, onClose }: SettingFormProps) {
  const code = item.code as SettingCode;
  const isNarrow = useIsNarrow();
  const { message } = App.useApp();
  const newest =
    item.versions.find(({ layer, validTo }) => layer === 'own' && validTo === null) ?? null;
  const inForce = item.versions.find(({ state }) => state === 'inForce');
  const [value, setValue] = useState<unknown>((newest ?? inForce)?.value);
  const [effective, setEffective] = useState<Effective>({ day: null });
  const sending = useSendAction({
    noun: 'setting',
    action: newest ? 'edit' : 'add',
    id: newest?.id ?? null,
    ...(newest ? { seen: newest.version } : {}),
  });
  const submit = async () => {
    const validFrom = effectiveMoment(effective);
    const input = { value, ...(newest ? {} : { code }), ...(validFrom ? { validFrom } : {}) };
    if (!(await sending.send(input))) return;
    message.success('已保存为新版本');
    onDone();
  };
  return (
    <Drawer
      open
      title={
        <>
          修订{item.label}
          <div className="cell-sub">现值：{item.text}</div>
        </>
      }
      placement={isNarrow ? 'bottom' : 'right'}
      size={isNarrow ? '80vh' : 500}
      onClose={onClose}
      destroyOnHidden
    >
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p className="field-hint">{settingHints[code]}</p>
        <ValueInput code={code} label={item.label} value={value} onChange={setValue} />
        <p className="field-hint">改为：{settingText(code, value)}</p>
        <EffectiveFrom value={effective} onChange={setEffective} />
        {sending.problem && (
          <Alert type="error" showIcon role="alert" title={sending.problem.words} />
        )}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={sending.isSending}>
            保存为新版本
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
      </form>
    </Drawer>
  );
}

interface ValueInputProps {
  code: SettingCode;
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

function ValueInput({ code, label, value, onChange }: ValueInputProps) {
  const form = settingForms[code];
  switch (form.form) {
    case 'number':
      return (
        <InputNumber
          aria-label={label}
          suffix={form.unit}
          min={form.min}
          max={form.max}
          precision={0}
          value={value as number}
          onChange={(number) => onChange(number ?? form.min)}
        />
      );
    case 'share':
      return (
        <InputNumber
          aria-label={label}
          suffix="%"
          min={0}
          max={100}
          precision={0}
          value={Math.round((value as number) * 100)}
          onChange={(number) => onChange((number ?? 0) / 100)}
        />
      );
    case 'limit':
      return <LimitInput label={label} value={value as TimeLimit} onChange={onChange} />;
    case 'choice':
      return (
        <Select
          aria-label={label}
          value={value as string}
          options={Object.entries(form.choices).map(([key, words]) => ({
            value: key,
            label: words,
          }))}
          onChange={onChange}
        />
      );
    case 'byUrgency': {
      const limits = value as Settings['acceptLimits'];
      return Urgency.options.map((urgency) => (
        <div key={urgency} className="field">
          <span className="field-label">{urgencyLabels[urgency]}</span>
          <LimitInput
            label={urgencyLabels[urgency]}
            value={limits[urgency]}
            onChange={(limit) => onChange({ ...limits, [urgency]: limit })}
          />
        </div>
      ));
    }
  }
}
