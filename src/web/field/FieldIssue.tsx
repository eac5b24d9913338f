/** Verifying on the spot: what was wrong, what was done, does it meet the closing condition. */
import { useCallback, useEffect, useState } from 'react';
import { Link, useParams } from '@tanstack/react-router';
import type { QueryOutput } from '../../domain/api.ts';
import type { OpenAction } from '../../domain/views.ts';
import { issueNumberText } from '../../domain/issueShape.ts';
import { act, newId } from '../client.ts';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
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
import { issueTag, tagClass } from './showReport.ts';

type View = QueryOutput<'issueView'>;
type Verdict = 'pass' | 'fail';

interface VerdictDraft {
  tray: PhotoTray;
  verdict: Verdict | null;
  words: string;
}

const phrases: Record<Verdict, string[]> = {
  pass: ['现场已整改到位，符合结案条件', '问题已消除，现场干净整洁'],
  fail: ['问题仍然存在', '只整改了一部分', '整改后又出现', '现场与整改照片不符'],
};

const beforeActions = ['submit', 'answerConfirm', 'accept'];

export default function FieldIssue() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const owner = useOwner();
  const view = useAsk('issueView', { id });
  const sendingKey = `verify:${id}`;
  const sending = useSending(owner, sendingKey);
  useEffect(() => () => dropArrived(sendingKey), [sendingKey]);
  if (!view.data) {
    return (
      <FieldFrame title="复查" back={paths.fieldVerify()}>
        <AnswerState
          isPending={view.isPending}
          error={view.error}
          onRetry={() => void view.refetch()}
        />
      </FieldFrame>
    );
  }
  if (sending) {
    return (
      <FieldFrame
        title={sendingTitle(sending, '复查结果')}
        back={paths.fieldVerify()}
        foot={
          <Link className="field-button field-button-main" to={paths.fieldVerify()}>
            下一件
          </Link>
        }
      >
        <SendingCard sending={sending} />
        <Wrong view={view.data} />
      </FieldFrame>
    );
  }
  return <Open key={`${id}:${view.data.issue.attempt}`} view={view.data} owner={owner} />;
}

function Open({ view, owner }: { view: View; owner: string }) {
  const district = useDistrict();
  const { issue, actions } = view;
  const key = `verify:${issue.id}`;
  const draftKey = `${key}:${issue.attempt}:${owner}`;
  const begin = useCallback(
    (): VerdictDraft => ({ tray: newPhotoTray({ district }), verdict: null, words: '' }),
    [district],
  );
  const [draft, change, reset] = useDraft<VerdictDraft>(draftKey, begin);
  const photos = useTray(draft.tray);
  const { verdict } = draft;
  const chosen = actions.find(({ action }) => action === verdict);

  const send = () => {
    if (!verdict) return;
    const requestId = newId();
    const kept = draft;
    startSending({
      key,
      owner,
      label: `${verdict === 'pass' ? '复查通过' : '复查不通过'}：${issue.description.slice(0, 24)}`,
      tray: kept.tray,
      send: async (photoIds, onUncertain) => {
        const input = { words: kept.words.trim(), photos: photoIds };
        await act({
          district,
          noun: 'issue',
          id: issue.id,
          action: verdict,
          input,
          seen: issue.version,
          requestId,
          onUncertain,
        });
        return null;
      },
      edit: () => putDraft(draftKey, kept),
      editPath: paths.fieldIssue(issue.id),
    });
    reset();
    globalThis.scrollTo({ top: 0 });
  };

  const isOpen = actions.some(
    ({ action, refusal }) => (action === 'pass' || action === 'fail') && !refusal,
  );
  return (
    <FieldFrame
      title="现场复查"
      subtitle={issueNumberText(issue)}
      back={paths.fieldVerify()}
      foot={
        isOpen ? (
          <SendFoot
            label={
              verdict === 'fail'
                ? '送出：不通过'
                : verdict === 'pass'
                  ? '送出：通过'
                  : '送出复查结果'
            }
            missing={missingOf(draft, photos.length) ?? chosen?.refusal?.message ?? null}
            tray={draft.tray}
            onSend={send}
          />
        ) : null
      }
    >
      <Refused actions={actions} isVerifying={issue.status === 'verifying'} />
      <Wrong view={view} />
      <Done view={view} />
      {isOpen ? (
        <>
          <PhotoField tray={draft.tray} label="现场新拍照片" isRequired />
          <VerdictField draft={draft} change={change} />
        </>
      ) : null}
      <History events={view.events} />
    </FieldFrame>
  );
}

function missingOf({ verdict, words }: VerdictDraft, photoCount: number): string | null {
  if (photoCount === 0) return '请现场拍一张复查照片';
  if (!verdict) return '请选择通过或不通过';
  if (!words.trim()) return verdict === 'fail' ? '请写明不通过的原因' : '请写一句复查情况';
  return null;
}

/** Why this person cannot verify it now, in the words of the rule. */
function Refused({
  actions,
  isVerifying,
}: {
  actions: readonly OpenAction[];
  isVerifying: boolean;
}) {
  const pass = actions.find(({ action }) => action === 'pass');
  if (pass && !pass.refusal) return null;
  return (
    <p className="field-note field-note-wait" role="status">
      {pass?.refusal?.message ??
        (isVerifying ? '您的岗位不能复查这件案件。' : '这件案件现在不在复查中。')}
    </p>
  );
}

function Wrong({ view: { issue, item, condition, photos } }: { view: View }) {
  const tag = issueTag(issue);
  const before = photos.filter(({ action }) => beforeActions.includes(action));
  const due = showDue(item.due, presentMoment());
  return (
    <section className="field-card" aria-label="原来的问题">
      <h2>原来的问题</h2>
      <p className="field-words">{issue.description}</p>
      <p className="field-row-meta">
        <span className={tag.className}>{tag.words}</span>
        {due ? <span className={tagClass(item.isOverdue ? 'bad' : 'wait')}>{due}</span> : null}
        <span>{item.categoryName}</span>
        <span>{issue.address ?? item.areaName}</span>
      </p>
      <PhotoStrip photos={before} label="整改前照片" />
      {condition ? (
        <div className="field-note">
          <strong>结案条件</strong>
          <p className="field-words">{condition.closeWhen}</p>
        </div>
      ) : null}
    </section>
  );
}

function Done({ view: { events, photos } }: { view: View }) {
  const done = events
    .filter(({ action, noun }) => (action === 'rectify' && noun === 'issue') || action === 'fail')
    .sort((a, b) => b.at.localeCompare(a.at));
  const isBefore = new Set(beforeActions);
  const after = photos.filter(({ action }) => !isBefore.has(action));
  return (
    <section className="field-card" aria-label="整改情况">
      <h2>整改情况</h2>
      {done.length === 0 ? <p className="field-quiet">还没有整改记录。</p> : null}
      {done.map(({ id, at, sentence, unitName, actorName }) => (
        <div key={id}>
          <p className="field-words">{sentence}</p>
          <p className="field-quiet">
            {unitName ?? actorName} · {showMoment(at)}
          </p>
          <PhotoStrip photos={after.filter((photo) => photo.eventId === id)} label="整改后照片" />
        </div>
      ))}
    </section>
  );
}

function VerdictField({
  draft,
  change,
}: {
  draft: VerdictDraft;
  change: (part: Partial<VerdictDraft>) => void;
}) {
  const { verdict, words } = draft;
  const [isOwn, setIsOwn] = useState(words !== '');
  const choose = (next: Verdict) =>
    change({
      verdict: next,
      ...(isOwn ? {} : { words: next === 'pass' ? (phrases.pass[0] ?? '') : '' }),
    });
  return (
    <section className="field-card" aria-label="复查结论">
      <h2>复查结论</h2>
      <div className="field-verdict">
        <button
          type="button"
          data-tone="good"
          aria-pressed={verdict === 'pass'}
          onClick={() => choose('pass')}
        >
          通过
        </button>
        <button
          type="button"
          data-tone="bad"
          aria-pressed={verdict === 'fail'}
          onClick={() => choose('fail')}
        >
          不通过
        </button>
      </div>
      {verdict ? (
        <>
          <div className="field-chips" role="group" aria-label="常用说法">
            {phrases[verdict].map((phrase) => (
              <button
                key={phrase}
                type="button"
                className="field-chip"
                aria-pressed={words === phrase}
                onClick={() => change({ words: phrase })}
              >
                {phrase}
              </button>
            ))}
          </div>
          <textarea
            className="field-input"
            aria-label={verdict === 'fail' ? '不通过原因' : '复查情况'}
            placeholder={verdict === 'fail' ? '哪里没有做到，还差什么' : '现场看到的情况'}
            maxLength={1000}
            value={words}
            onChange={({ target }) => {
              setIsOwn(target.value !== '');
              change({ words: target.value });
            }}
          />
        </>
      ) : null}
    </section>
  );
}
