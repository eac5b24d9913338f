/** Notice inputs 通知设置: of which matters by which channel, at once or in the digest, and the hours to keep to. */
import { Checkbox, Input, Select } from 'antd';
import type { NoticeHours, NoticeWhen } from '../../domain/noticeHours.ts';
import { noticeWhenLabels } from '../../domain/noticeHours.ts';
import { noticeTemplates, type NoticeKind } from '../../domain/noticeKind.ts';
import type { NoticeWay } from '../../domain/noticeWay.ts';
import { FormLine } from '../ui/FormLine.tsx';

export interface ChannelChoice {
  id: string;
  name: string;
}

const whens: readonly NoticeWhen[] = ['now', 'digest'];

interface WaysInputProps {
  kinds: readonly NoticeKind[];
  channels: readonly ChannelChoice[];
  ways: readonly NoticeWay[];
  onChange: (ways: NoticeWay[]) => void;
}

/** For each kind of matter the channels by which one wants to be told of it; none: only in the product. */
export const WaysInput = ({ kinds, channels, ways, onChange }: WaysInputProps) => (
  <>
    {kinds.map((kind) => {
      const { label } = noticeTemplates[kind];
      const chosen = ways.filter((way) => way.kind === kind);
      const change = (values: string[]) => {
        // The last choice of a channel counts: at once or in the digest, not both.
        const latest = new Map(values.map((value) => value.split(' ') as [string, NoticeWhen]));
        const own = [...latest].map(([channelId, when]) => ({ kind, channelId, when }));
        onChange([...ways.filter((way) => way.kind !== kind), ...own]);
      };
      return (
        <FormLine key={kind} label={label}>
          <Select
            aria-label={label}
            mode="multiple"
            placeholder="只在平台内提醒"
            value={chosen.map(({ channelId, when }) => `${channelId} ${when}`)}
            options={channels.flatMap(({ id, name }) =>
              whens.map((when) => ({
                value: `${id} ${when}`,
                label: `${name} · ${noticeWhenLabels[when]}`,
              })),
            )}
            notFoundContent="系统管理员还没有设置通知渠道"
            onChange={change}
          />
        </FormLine>
      );
    })}
  </>
);

interface HoursInputProps {
  hours: NoticeHours;
  error?: string | undefined;
  onChange: (hours: NoticeHours) => void;
}

export const HoursInput = ({ hours, error, onChange }: HoursInputProps) => {
  const timeOf = (key: 'quietFrom' | 'quietTo' | 'digestAt', label: string) => (
    <Input
      type="time"
      aria-label={label}
      value={hours[key] ?? ''}
      style={{ width: 130 }}
      onChange={({ target }) =>
        onChange({
          ...hours,
          [key]: target.value === '' && key !== 'digestAt' ? null : target.value,
        })
      }
    />
  );
  return (
    <>
      <FormLine
        label="免打扰"
        error={error}
        hint="这段时间的通知等到结束后一并发送；都留空为不设。"
      >
        <span className="buttons">
          {timeOf('quietFrom', '免打扰开始')} 至 {timeOf('quietTo', '免打扰结束')}
        </span>
      </FormLine>
      <div className="field">
        <Checkbox
          checked={hours.isUrgentAnyway}
          onChange={({ target }) => onChange({ ...hours, isUrgentAnyway: target.checked })}
        >
          紧急事项随时通知，不等免打扰结束，也不等汇总
        </Checkbox>
      </div>
      <FormLine label="每日汇总时间">{timeOf('digestAt', '每日汇总时间')}</FormLine>
    </>
  );
};
