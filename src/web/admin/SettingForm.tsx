/** Setting form 参数表单: the control that fits the setting, and from when the new value holds. */
import { useState } from 'react';
import { InputNumber, Select } from 'antd';
import { Urgency, urgencyLabels } from '../../domain/channel.ts';
import type { SettingCode, Settings } from '../../domain/setting.ts';
import { settingForms, settingHints, settingText } from '../../domain/settingWords.ts';
import type { SettingItem } from '../../domain/standardsApi.ts';
import type { TimeLimit } from '../../domain/timeLimit.ts';
import { LimitInput } from './LimitInput.tsx';
import { useSendAction } from './useSendAction.ts';
import { VersionForm } from './VersionForm.tsx';

interface SettingFormProps {
  item: SettingItem;
  onDone: () => void;
  onClose: () => void;
}

export function SettingForm({ item, onDone, onClose }: SettingFormProps) {
  const code = item.code as SettingCode;
  const newest =
    item.versions.find(({ layer, validTo }) => layer === 'own' && validTo === null) ?? null;
  const inForce = item.versions.find(({ state }) => state === 'inForce');
  const [value, setValue] = useState<unknown>((newest ?? inForce)?.value);
  const sending = useSendAction({
    noun: 'setting',
    action: newest ? 'edit' : 'add',
    id: newest?.id ?? null,
    ...(newest ? { seen: newest.version } : {}),
  });
  return (
    <VersionForm
      title={`修订${item.label}`}
      subject={`现值：${item.text}`}
      sending={sending}
      inputOf={() => ({ value, ...(newest ? {} : { code }) })}
      onDone={onDone}
      onClose={onClose}
    >
      <p className="field-hint">{settingHints[code]}</p>
      <ValueInput code={code} label={item.label} value={value} onChange={setValue} />
      <p className="field-hint">改为：{settingText(code, value)}</p>
    </VersionForm>
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
