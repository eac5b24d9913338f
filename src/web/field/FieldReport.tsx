/** Reporting on the spot, within 20 seconds: photo, place, category, words, sent. */
import { useCallback, useMemo, useState } from 'react';
import { useRouter } from '@tanstack/react-router';
import { channelsOfRole } from '../../domain/reportSubmit.ts';
import { act, newId } from '../client.ts';
import { paths } from '../paths.ts';
import { useAsk, useDirectory, useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { useAreaOf } from './areaShapes.ts';
import { CategoryField } from './CategoryField.tsx';
import { findDraft, putDraft, useDraft } from './draft.ts';
import { AnswerState, FieldFrame, useOwner } from './FieldFrame.tsx';
import { PhotoField } from './PhotoField.tsx';
import { newPhotoTray, type PhotoTray } from './photoTray.ts';
import { PlaceField, placeInput, type PlaceDraft } from './PlaceField.tsx';
import { dropArrived, startSending, useSending, type Sending } from './sending.ts';
import { SendFoot } from './SendFoot.tsx';
import { SendingCard, sendingTitle } from './SendingCard.tsx';

interface ReportDraft extends PlaceDraft {
  tray: PhotoTray;
  categoryCode: string | null;
  content: string;
  isDanger: boolean;
}

const draftKeyOf = (owner: string): string => `report:${owner}`;

const isBegun = ({ content, categoryCode, tray }: ReportDraft): boolean =>
  content.trim() !== '' || categoryCode !== null || tray.list().length > 0;

/** Has this person a report begun and not sent off? */
export function hasBegunReport(owner: string): boolean {
  const draft = findDraft(draftKeyOf(owner)) as ReportDraft | undefined;
  return draft !== undefined && isBegun(draft);
}

/** The beginning of the words, to tell one sending from another. */
const labelOf = (content: string): string =>
  content.length > 24 ? `${content.slice(0, 24)}……` : content;

function useRecentCategories(): string[] {
  const mine = useAsk('reportList', { mine: '1', limit: 30 }, { staleTime: 60_000 });
  return useMemo(
    () => [...new Set((mine.data?.items ?? []).flatMap(({ categoryCode }) => categoryCode ?? []))],
    [mine.data],
  );
}

export default function FieldReport() {
  const owner = useOwner();
  const { post } = useSession();
  const [sentKey, setSentKey] = useState<string | null>(null);
  const sending = useSending(owner, sentKey);
  if (!sending) return <ReportForm owner={owner} onSent={setSentKey} />;
  const next = () => {
    dropArrived(sending.key);
    setSentKey(null);
  };
  return (
    <Sent
      sending={sending}
      mayHandle={post?.role === 'gridWorker'}
      onNext={next}
      onEdit={() => setSentKey(null)}
    />
  );
}

function missingOf({ position, areaCode }: ReportDraft, content: string): string | null {
  if (!content) return '请选择类别或写几个字';
  return position || areaCode ? null : '请定位或选择所在区域';
}

function ReportForm({ owner, onSent }: { owner: string; onSent: (key: string) => void }) {
  const district = useDistrict();
  const { post } = useSession();
  const directory = useDirectory();
  const areaOf = useAreaOf(district);
  const recent = useRecentCategories();
  const areaCode = post?.areaCode ?? '';
  const begin = useCallback(
    (): ReportDraft => ({
      tray: newPhotoTray({ district }),
      position: null,
      areaCode,
      address: '',
      categoryCode: null,
      content: '',
      isDanger: false,
    }),
    [district, areaCode],
  );
  const draftKey = draftKeyOf(owner);
  const [draft, change, reset] = useDraft<ReportDraft>(draftKey, begin, isBegun);
  const categories = directory.data?.categories ?? [];
  const category = categories.find(({ code }) => code === draft.categoryCode);
  const content = draft.content.trim() || category?.name || '';

  const report = () => {
    const [id, requestId] = [newId(), newId()];
    const { categoryCode, isDanger, tray } = draft;
    startSending({
      key: id,
      owner,
      label: labelOf(content),
      tray,
      send: async (photoIds, onUncertain) => {
        const input = {
          channel: channelsOfRole(post?.role ?? 'gridWorker')[0],
          content,
          ...placeInput(draft),
          ...(categoryCode ? { categoryCode } : {}),
          ...(isDanger ? { urgency: 'danger' } : {}),
          ...(photoIds.length ? { photos: photoIds } : {}),
        };
        const answer = await act({
          district,
          noun: 'report',
          id,
          action: 'submit',
          input,
          requestId,
          onUncertain,
        });
        return String(answer.record.number ?? '');
      },
      edit: () => putDraft(draftKey, draft),
      editPath: paths.fieldReport(),
    });
    reset();
    onSent(id);
    globalThis.scrollTo({ top: 0 });
  };

  return (
    <FieldFrame
      title="上报问题"
      back={paths.field()}
      foot={
        <SendFoot
          label="上报"
          missing={missingOf(draft, content)}
          tray={draft.tray}
          onSend={report}
        />
      }
    >
      <PhotoField tray={draft.tray} label="现场照片" hint="边填边传" />
      {directory.data ? (
        <>
          <PlaceField
            areas={directory.data.areas.filter(({ status }) => status === 'active')}
            value={draft}
            onChange={change}
            isEager
            areaOf={areaOf}
          />
          <CategoryField
            all={categories}
            recent={recent}
            value={draft.categoryCode}
            onChange={(categoryCode) => change({ categoryCode })}
          />
        </>
      ) : (
        <AnswerState {...directory} onRetry={() => void directory.refetch()} />
      )}
      <Words draft={draft} category={category} change={change} />
    </FieldFrame>
  );
}

interface WordsProps {
  draft: ReportDraft;
  category: { name: string; conditions: { no: number; openWhen: string }[] } | undefined;
  change: (part: Partial<ReportDraft>) => void;
}

function Words({ draft, category, change }: WordsProps) {
  return (
    <section className="field-card" aria-label="问题描述">
      <h2>
        问题描述 <small>{category ? `不写则为“${category.name}”` : '写几个字，或先选类别'}</small>
      </h2>
      {category && !draft.content ? (
        <div className="field-chips" role="group" aria-label="常用说法">
          {category.conditions.slice(0, 3).map(({ no, openWhen }) => (
            <button
              key={no}
              type="button"
              className="field-chip"
              onClick={() => change({ content: openWhen })}
            >
              {openWhen}
            </button>
          ))}
        </div>
      ) : null}
      <textarea
        className="field-input"
        aria-label="问题描述"
        placeholder="看到什么、多大范围、影响了谁"
        maxLength={4000}
        value={draft.content}
        onChange={({ target }) => change({ content: target.value })}
      />
      <button
        type="button"
        className="field-chip"
        aria-pressed={draft.isDanger}
        onClick={() => change({ isDanger: !draft.isDanger })}
      >
        {draft.isDanger ? '✓ ' : ''}危及安全，紧急
      </button>
    </section>
  );
}

interface SentProps {
  sending: Sending;
  mayHandle: boolean;
  onNext: () => void;
  onEdit: () => void;
}

function Sent({ sending, mayHandle, onNext, onEdit }: SentProps) {
  const router = useRouter();
  const isDone = sending.state === 'done';
  return (
    <FieldFrame
      title={sendingTitle(sending, '上报')}
      back={paths.field()}
      foot={
        <button type="button" className="field-button field-button-main" onClick={onNext}>
          再报一件
        </button>
      }
    >
      {isDone ? (
        <section className="field-card" role="status">
          <p className="field-quiet">已送达，编号</p>
          <p className="field-number">{sending.number}</p>
          <p className="field-words">{sending.label}</p>
          {mayHandle ? (
            <>
              <button
                type="button"
                className="field-button"
                onClick={() =>
                  router.history.push(`${paths.fieldConfirm(sending.key)}?work=selfHandle`)
                }
              >
                已现场处置
              </button>
              <p className="field-quiet">轻微问题当场处理好的，点此拍处置后照片，不再派单。</p>
            </>
          ) : null}
        </section>
      ) : (
        <>
          <SendingCard sending={sending} onEdit={onEdit} />
          <p className="field-quiet">
            不必等待，可以离开此页；未送出的在首页可以看到。请不要关闭浏览器。
          </p>
        </>
      )}
    </FieldFrame>
  );
}
