/** One report on the phone: answer whether it is true, or, my own, handle it on the spot or withdraw it. */
import { useCallback, useEffect } from 'react';
import { useParams, useSearch } from '@tanstack/react-router';
import type { QueryOutput } from '../../domain/api.ts';
import { act, newId } from '../client.ts';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showDue, showMoment } from '../words.ts';
import { putDraft, useDraft } from './draft.ts';
import { AnswerState, FieldFrame, useOwner } from './FieldFrame.tsx';
import { History } from './History.tsx';
import { PhotoField } from './PhotoField.tsx';
import { PhotoStrip } from './PhotoStrip.tsx';
import { newPhotoTray, useTray, type PhotoTray } from './photoTray.ts';
import { presentMoment } from './Rows.tsx';
import { dropArrived, startSending, useSending } from './sending.ts';
import { SendFoot } from './SendFoot.tsx';
import { SendingCard, sendingTitle } from './SendingCard.tsx';
import { reportTag, tagClass } from './showReport.ts';

type View = QueryOutput<'reportView'>;
type Result = 'true' | 'false' | 'unclear';
type Work = 'answerConfirm' | 'selfHandle' | 'withdraw';

interface ConfirmDraft {
  tray: PhotoTray;
  work: Work | null;
  result: Result | null;
  words: string;
}

const results: { result: Result; label: string; tone: string }[] = [
  { result: 'true', label: '属实', tone: 'good' },
  { result: 'false', label: '不属实', tone: 'bad' },
  { result: 'unclear', label: '看不清', tone: 'wait' },
];

const phrases: Record<Work, string[]> = {
  answerConfirm: ['现场情况与来件一致', '现场未见该问题', '地址不清，未找到'],
  selfHandle: ['已当场清理', '已当场恢复原状', '已劝离并清理'],
  withdraw: ['重复上报', '填写有误', '问题已消除'],
};

const titles: Record<Work, string> = {
  answerConfirm: '核实结果',
  selfHandle: '现场处置',
  withdraw: '撤回原因',
};

const sendWords: Record<Work, string> = {
  answerConfirm: '送出核实结果',
  selfHandle: '送出：已现场处置',
  withdraw: '撤回这件上报',
};

const openWords: Record<Work, string> = {
  answerConfirm: '反馈核实结果',
  selfHandle: '已现场处置，拍处置后照片',
  withdraw: '报错了？撤回这件上报',
};

const needsPhoto = (work: Work): boolean => work === 'selfHandle';

function missingOf(work: Work, { result, words }: ConfirmDraft, photoCount: number): string | null {
  if (work === 'answerConfirm' && !result) return '请选择是否属实';
  if (needsPhoto(work) && photoCount === 0) return '请拍处置后的照片';
  return words.trim() ? null : `请填写${work === 'withdraw' ? '撤回原因' : '现场情况'}`;
}

function inputOf(work: Work, draft: ConfirmDraft, photos: string[]): Record<string, unknown> {
  const words = draft.words.trim();
  if (work === 'withdraw') return { reason: words };
  if (work === 'selfHandle') return { words, photos };
  return { result: draft.result, words, ...(photos.length ? { photos } : {}) };
}

export default function FieldConfirm() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const owner = useOwner();
  const view = useAsk('reportView', { id });
  const sendingKey = `report:${id}`;
  const sending = useSending(owner, sendingKey);
  useEffect(() => () => dropArrived(sendingKey), [sendingKey]);
  if (!view.data) {
    return (
      <FieldFrame title="上报" back={paths.field()}>
        <AnswerState
          isPending={view.isPending}
          error={view.error}
          onRetry={() => void view.refetch()}
        />
      </FieldFrame>
    );
  }
  const isOnTheWay = sending && sending.state !== 'done';
  return isOnTheWay ? (
    <FieldFrame title={sendingTitle(sending, '反馈')} back={paths.field()}>
      <SendingCard sending={sending} />
      <What view={view.data} />
    </FieldFrame>
  ) : (
    <Open key={id} view={view.data} owner={owner}>
      {sending ? <SendingCard sending={sending} /> : null}
    </Open>
  );
}

/** What this person can do with the report now, the task first. */
const openWorks = ({ actions }: View): Work[] =>
  (['answerConfirm', 'selfHandle', 'withdraw'] as const).filter((work) =>
    actions.some(({ action, refusal }) => action === work && refusal === null),
  );

function Open({ view, owner, children }: { view: View; owner: string; children: React.ReactNode }) {
  const district = useDistrict();
  const { personId } = useSession();
  const { report } = view;
  const draftKey = `confirm:${report.id}:${owner}`;
  const begin = useCallback(
    (): ConfirmDraft => ({ tray: newPhotoTray({ district }), work: null, result: null, words: '' }),
    [district],
  );
  const [draft, change, reset] = useDraft<ConfirmDraft>(draftKey, begin);
  const photos = useTray(draft.tray);
  const { work: asked } = useSearch({ strict: false }) as { work?: Work };
  const works = openWorks(view);
  const wanted = draft.work ?? (works.includes('answerConfirm') ? 'answerConfirm' : asked);
  const work = works.find((open) => open === wanted);

  const send = (chosen: Work) => {
    const requestId = newId();
    const kept = draft;
    startSending({
      key: `report:${report.id}`,
      owner,
      label: `${titles[chosen]} · ${report.content.slice(0, 24)}`,
      tray: chosen === 'withdraw' ? null : kept.tray,
      send: async (photoIds, onUncertain) => {
        const input = inputOf(chosen, kept, photoIds);
        await act({
          district,
          noun: 'report',
          id: report.id,
          action: chosen,
          input,
          seen: report.version,
          requestId,
          onUncertain,
        });
        return null;
      },
      edit: () => putDraft(draftKey, kept),
      editPath: paths.fieldConfirm(report.id),
    });
    reset();
    globalThis.scrollTo({ top: 0 });
  };

  return (
    <FieldFrame
      title={
        report.status === 'confirming'
          ? '现场核实'
          : report.reporterId === personId
            ? '我的上报'
            : '来件'
      }
      subtitle={`编号 ${report.number}`}
      back={paths.field()}
      foot={
        work ? (
          <SendFoot
            label={sendWords[work]}
            missing={missingOf(work, draft, photos.length)}
            tray={draft.tray}
            onSend={() => send(work)}
          />
        ) : null
      }
    >
      {children}
      <What view={view} />
      {work ? <WorkField key={work} work={work} draft={draft} change={change} /> : null}
      {works.length === 0 && report.status === 'confirming' ? <NotOpen view={view} /> : null}
      {works
        .filter((other) => other !== work)
        .map((other) => (
          <button
            key={other}
            type="button"
            className={other === 'withdraw' ? 'field-button field-button-plain' : 'field-button'}
            onClick={() => change({ work: other, words: '' })}
          >
            {openWords[other]}
          </button>
        ))}
      <History events={view.events} />
    </FieldFrame>
  );
}

/** Why this person cannot answer: the refusal of the task in its own words. */
function NotOpen({ view: { actions } }: { view: View }) {
  const refusal = actions.find(({ action }) => action === 'answerConfirm')?.refusal;
  return refusal ? <p className="field-note field-note-wait">{refusal.message}</p> : null;
}

function What({ view: { report, item, photos, issue, events } }: { view: View }) {
  const tag = reportTag(item);
  const due = item.clock === 'confirm' ? showDue(item.due, presentMoment()) : '';
  const asked = events.filter(({ action }) => action === 'confirm').at(-1);
  return (
    <section className="field-card" aria-label="上报内容">
      <p className="field-words">{report.content}</p>
      <p className="field-row-meta">
        <span className={tag.className}>{tag.words}</span>
        {due ? <span className={tagClass(item.isOverdue ? 'bad' : 'wait')}>{due}</span> : null}
        {item.categoryName ? <span>{item.categoryName}</span> : null}
        <span>{item.address ?? item.areaName}</span>
        <span>{showMoment(item.submittedAt)}</span>
      </p>
      <PhotoStrip photos={photos} label="照片" />
      {report.status === 'confirming' && asked ? (
        <div className="field-note">
          <strong>专席要求</strong>
          <p className="field-words">{asked.sentence}</p>
        </div>
      ) : null}
      {report.answer ? (
        <div className="field-note field-note-good">
          <strong>{report.status === 'declined' ? '不予立案的理由' : '办理结果'}</strong>
          <p className="field-words">{report.answer}</p>
        </div>
      ) : null}
      {issue ? (
        <p>
          已立案，案件编号 <span className="field-words">{issue.number}</span>
        </p>
      ) : null}
    </section>
  );
}

interface WorkProps {
  work: Work;
  draft: ConfirmDraft;
  change: (part: Partial<ConfirmDraft>) => void;
}

function WorkField({ work, draft, change }: WorkProps) {
  return (
    <>
      {work === 'withdraw' ? null : (
        <PhotoField
          tray={draft.tray}
          label={work === 'selfHandle' ? '处置后照片' : '现场照片'}
          isRequired={needsPhoto(work)}
        />
      )}
      <section className="field-card" aria-label={titles[work]}>
        <h2>{titles[work]}</h2>
        {work === 'answerConfirm' ? (
          <div className="field-verdict field-verdict-three">
            {results.map(({ result, label, tone }) => (
              <button
                key={result}
                type="button"
                data-tone={tone}
                aria-pressed={draft.result === result}
                onClick={() => change({ result })}
              >
                {label}
              </button>
            ))}
          </div>
        ) : null}
        <div className="field-chips" role="group" aria-label="常用说法">
          {phrases[work].map((phrase) => (
            <button
              key={phrase}
              type="button"
              className="field-chip"
              aria-pressed={draft.words === phrase}
              onClick={() => change({ words: phrase })}
            >
              {phrase}
            </button>
          ))}
        </div>
        <textarea
          className="field-input"
          aria-label={titles[work]}
          placeholder="现场看到的情况"
          maxLength={1000}
          value={draft.words}
          onChange={({ target }) => change({ words: target.value })}
        />
      </section>
    </>
  );
}
