/** Notice channel form 通知渠道表单: what each kind of channel needs; the secret is written and never shown again. */
import { useState } from 'react';
import { Alert, Button, Input, InputNumber, Select } from 'antd';
import type { NoticeChannelRow } from '../../domain/noticeApi.ts';
import {
  noticeChannelLabels,
  noticeSecretLabels,
  smsTemplates,
  type NoticeChannelKind,
  type NoticeSettings,
} from '../../domain/noticeChannel.ts';
import { filterChoice, unitChoices } from '../desk/directoryChoices.ts';
import { useDirectory } from '../queryHooks.ts';
import { FormLine } from '../ui/FormLine.tsx';
import { SideDrawer } from '../ui/SideDrawer.tsx';
import { useSendAction } from './useSendAction.ts';

interface NoticeChannelFormProps {
  /** Null: a new one. */
  row: NoticeChannelRow | null;
  onDone: () => void;
  onClose: () => void;
}

const empty: { [K in NoticeChannelKind]: Extract<NoticeSettings, { kind: K }> } = {
  weComRobot: { kind: 'weComRobot', url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send' },
  sms: {
    kind: 'sms',
    url: 'https://dysmsapi.aliyuncs.com/',
    accessKeyId: '',
    signName: '',
    templateCode: '',
    digestTemplateCode: '',
  },
  smtp: { kind: 'smtp', host: '', port: 465, security: 'tls', user: '', from: '' },
};

type Settings = NoticeSettings;

const kindChoices = (Object.keys(empty) as NoticeChannelKind[]).map((value) => ({
  value,
  label: noticeChannelLabels[value],
}));

export function NoticeChannelForm({ row, onDone, onClose }: NoticeChannelFormProps) {
  const { data } = useDirectory();
  const [name, setName] = useState(row?.name ?? '');
  const [settings, setSettings] = useState<Settings>(row?.settings ?? empty.weComRobot);
  const [unitId, setUnitId] = useState(row?.unitId ?? null);
  const [pageUrl, setPageUrl] = useState(row?.pageUrl ?? '');
  const [secret, setSecret] = useState('');
  const sending = useSendAction({
    noun: 'noticeChannel',
    action: row ? 'edit' : 'add',
    id: row?.id ?? null,
    ...(row ? { seen: row.version } : {}),
  });
  const { errors } = sending;
  const save = async () => {
    const input = { name, settings, unitId, pageUrl: pageUrl || null };
    if (await sending.send(row ? input : { ...input, secret })) onDone();
  };
  const isRobot = settings.kind === 'weComRobot';
  return (
    <SideDrawer title={row ? '修改通知渠道' : '新增通知渠道'} subject={row?.name} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {!row && (
          <FormLine label="种类">
            <Select
              aria-label="种类"
              value={settings.kind}
              options={kindChoices}
              onChange={(kind: NoticeChannelKind) => {
                setSettings(empty[kind]);
                setUnitId(null);
              }}
            />
          </FormLine>
        )}
        <FormLine label="名称" error={errors.name}>
          <Input
            aria-label="名称"
            maxLength={60}
            placeholder={isRobot ? '例如：创城工作群' : '例如：短信'}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        </FormLine>
        <SettingsFields settings={settings} errors={errors} onChange={setSettings} />
        {!row && (
          <FormLine
            label={noticeSecretLabels[settings.kind]}
            error={errors.secret}
            hint="加密保存，保存后不再显示，遗失只能更换。"
          >
            <Input.Password
              aria-label={noticeSecretLabels[settings.kind]}
              autoComplete="new-password"
              maxLength={200}
              value={secret}
              onChange={({ target }) => setSecret(target.value.trim())}
            />
          </FormLine>
        )}
        {isRobot && (
          <FormLine label="所属单位（不选为全区的群）" error={errors.unitId}>
            <Select
              aria-label="所属单位"
              placeholder="全区的群"
              allowClear
              showSearch={{ filterOption: filterChoice }}
              value={unitId}
              options={data ? unitChoices(data) : []}
              onChange={(id: string | undefined) => setUnitId(id ?? null)}
            />
          </FormLine>
        )}
        {settings.kind !== 'sms' && (
          <FormLine
            label="平台访问地址（可不填）"
            error={errors.pageUrl}
            hint="填写后，通知末尾附上打开平台的链接。"
          >
            <Input
              aria-label="平台访问地址"
              placeholder="https://"
              value={pageUrl}
              onChange={({ target }) => setPageUrl(target.value.trim())}
            />
          </FormLine>
        )}
        {sending.problem && (
          <Alert type="error" showIcon role="alert" title={sending.problem.words} />
        )}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={sending.isSending}>
            保存
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
        {isRobot && (
          <p className="field-hint">
            在企业微信群里添加群机器人，把它给出的地址中问号前的部分填为接收地址，等号后的部分填为密钥。
          </p>
        )}
        {settings.kind === 'sms' && (
          <p className="field-hint">
            须在短信平台报备两个模板，逐字如下。单件：{smsTemplates.single} 汇总：
            {smsTemplates.digest}
          </p>
        )}
      </form>
    </SideDrawer>
  );
}

interface SettingsFieldsProps {
  settings: Settings;
  errors: Record<string, string>;
  onChange: (settings: Settings) => void;
}

function SettingsFields({ settings, errors, onChange }: SettingsFieldsProps) {
  const line = <S extends Settings>(
    from: S,
    key: keyof S & string,
    label: string,
    hint?: string,
  ) => (
    <FormLine key={key} label={label} error={errors[`settings.${key}`]} hint={hint}>
      <Input
        aria-label={label}
        maxLength={300}
        value={String(from[key])}
        onChange={({ target }) => onChange({ ...from, [key]: target.value.trim() })}
      />
    </FormLine>
  );
  const inside = '内部地址须先列入“外部地址白名单”。';
  if (settings.kind === 'weComRobot') return line(settings, 'url', '接收地址', inside);
  if (settings.kind === 'sms')
    return (
      <>
        {line(settings, 'url', '网关地址', `阿里云短信服务。${inside}`)}
        {line(settings, 'accessKeyId', '访问密钥编号')}
        {line(settings, 'signName', '短信签名')}
        {line(settings, 'templateCode', '单件模板代码')}
        {line(settings, 'digestTemplateCode', '汇总模板代码')}
      </>
    );
  return (
    <>
      {line(settings, 'host', '邮件服务器', inside)}
      <FormLine label="端口" error={errors['settings.port']}>
        <InputNumber
          aria-label="端口"
          min={1}
          max={65_535}
          precision={0}
          value={settings.port}
          onChange={(port) => onChange({ ...settings, port: port ?? 465 })}
        />
      </FormLine>
      <FormLine label="加密方式" error={errors['settings.security']}>
        <Select
          aria-label="加密方式"
          value={settings.security}
          options={[
            { value: 'tls', label: '连接即加密（常用端口 465）' },
            { value: 'startTls', label: '连接后转为加密（常用端口 587、25）' },
          ]}
          onChange={(security: 'tls' | 'startTls') => onChange({ ...settings, security })}
        />
      </FormLine>
      {line(settings, 'user', '用户名')}
      {line(settings, 'from', '发件邮箱')}
    </>
  );
}
