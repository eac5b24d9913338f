/**
 * Calendar form 载入年度日历: the notice pasted or written, the working hours of summer and winter, the months
 * as they would be, and before anything is saved what it would do to deadlines still provisional.
 */
import { useState } from 'react';
import { Alert, App, Button, Input } from 'antd';
import {
  calendarYearProblem,
  type CalendarYear,
  type WorkCalendar,
} from '../../domain/calendar.ts';
import { noticeText, readNotice } from '../../domain/calendarNotice.ts';
import type { CalendarPreview } from '../../domain/standardsApi.ts';
import { ask } from '../client.ts';
import { useDistrict } from '../queryHooks.ts';
import { Panel } from '../ui/Panel.tsx';
import { EffectiveFrom, effectiveMoment, type Effective } from './EffectiveFrom.tsx';
import { HoursInputs } from './HoursInputs.tsx';
import { PreviewTable } from './PreviewTable.tsx';
import { useSendAction } from './useSendAction.ts';
import { YearMonths } from './YearMonths.tsx';

interface CalendarFormProps {
  year: number;
  calendar: WorkCalendar;
  start: CalendarYear;
  /** The district's own version to be followed by another; null: one is added. */
  edited: { id: string; version: number } | null;
  onDone: () => void;
  onClose: () => void;
}

export function CalendarForm({
  year,
  calendar,
  start,
  edited,
  onDone,
  onClose,
}: CalendarFormProps) {
  const [text, setText] = useState(() => noticeText(start));
  const [hours, setHours] = useState(start.hours);
  const [effective, setEffective] = useState<Effective>({ day: null });
  const { message } = App.useApp();
  const read = readNotice(text, year);
  const draft: CalendarYear = {
    year,
    isAnnounced: true,
    holidays: read.holidays,
    makeUpDays: read.makeUpDays,
    hours,
  };
  const problem =
    read.unread.length > 0
      ? `没有读懂：${read.unread.join('；')}。每个节日一行，如“元旦：1月1日至3日放假。1月4日上班。”`
      : calendarYearProblem(draft);
  const sending = useSendAction({
    noun: 'calendarYear',
    action: edited ? 'edit' : 'add',
    id: edited?.id ?? null,
    ...(edited ? { seen: edited.version } : {}),
  });
  const preview = usePreview(draft);
  const drawn: WorkCalendar = {
    years: { ...calendar.years, [String(year)]: { ...draft, id: 'draft', district: '' } },
  };
  const save = async () => {
    const validFrom = effectiveMoment(effective);
    const isDone = await sending.send({
      ...draft,
      ...(edited ? {} : { code: String(year) }),
      ...(validFrom ? { validFrom } : {}),
    });
    if (!isDone) return;
    message.success('日历已保存，待定的时限随后自动重算');
    onDone();
  };
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Panel title="通知正文">
        <Input.TextArea
          aria-label="放假通知"
          autoSize={{ minRows: 6, maxRows: 16 }}
          maxLength={4000}
          value={text}
          placeholder={'元旦：1月1日至3日放假。1月4日上班。'}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="field-hint">
          可直接粘贴国务院办公厅通知的正文。读到放假 {read.holidays.length} 天、调休上班{' '}
          {read.makeUpDays.length} 天。
        </p>
        {problem && <Alert type="error" showIcon role="alert" title={problem} />}
      </Panel>
      <Panel title="工作时间（夏令、冬令）">
        <HoursInputs hours={hours} errors={sending.errors} onChange={setHours} />
      </Panel>
      <YearMonths year={year} calendar={drawn} />
      <EffectiveFrom value={effective} onChange={setEffective} />
      {preview.answer && <PreviewTable preview={preview.answer} />}
      {(preview.error ?? sending.problem?.words) && (
        <Alert type="error" showIcon role="alert" title={preview.error ?? sending.problem?.words} />
      )}
      <div className="form-foot">
        <Button
          disabled={problem !== undefined}
          loading={preview.isAsking}
          onClick={() => void preview.look()}
        >
          先看对时限的影响
        </Button>
        <Button
          type="primary"
          htmlType="submit"
          disabled={problem !== undefined}
          loading={sending.isSending}
        >
          保存为新版本
        </Button>
        <Button onClick={onClose}>取消</Button>
      </div>
    </form>
  );
}

/** The preview of what the draft shown would do; forgotten as soon as the draft changes. */
function usePreview(draft: CalendarYear) {
  const district = useDistrict();
  const [found, setFound] = useState<{ text: string; answer: CalendarPreview } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const text = JSON.stringify(draft);
  const look = async () => {
    setAsking(true);
    setError(null);
    try {
      setFound({ text, answer: await ask('calendarPreview', district, draft) });
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : '没有算出来，请重试');
    } finally {
      setAsking(false);
    }
  };
  return { answer: found?.text === text ? found.answer : null, error, isAsking, look };
}
