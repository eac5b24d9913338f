/** What became of a form that was sent off: on its way, not certain, refused, arrived. */
import { Link, useRouter } from '@tanstack/react-router';
import { paths } from '../paths.ts';
import { Bar } from './PhotoField.tsx';
import { useTray, type PhotoTray } from './photoTray.ts';
import { dropSending, editSending, retrySending, type Sending } from './sending.ts';

const words: Record<Sending['state'], string> = {
  waiting: '等待网络，恢复后自动送出',
  photos: '正在上传照片',
  sending: '正在送出',
  unknown: '不确定，正在核对',
  failed: '未送出',
  done: '已送达',
};

const tones: Record<Sending['state'], string> = {
  waiting: 'field-note field-note-wait',
  photos: 'field-note',
  sending: 'field-note',
  unknown: 'field-note field-note-wait',
  failed: 'field-note field-note-bad',
  done: 'field-note field-note-good',
};

function PhotosProgress({ tray }: { tray: PhotoTray }) {
  const photos = useTray(tray);
  if (photos.length === 0) return null;
  const share = photos.reduce((sum, photo) => sum + photo.share, 0) / photos.length;
  const done = photos.filter(({ state }) => state === 'done').length;
  return (
    <>
      <p>
        照片 {done}/{photos.length} 张，{Math.round(share * 100)}%
      </p>
      <Bar share={share} label="照片上传进度" />
    </>
  );
}

/** The title of a page that shows what became of a form. */
export function sendingTitle({ state }: Sending, what: string): string {
  if (state === 'done') return `${what}已送达`;
  if (state === 'failed') return `${what}未送出`;
  if (state === 'waiting') return `${what}等待网络`;
  return state === 'unknown' ? `正在核对${what}` : `正在送出${what}`;
}

/** The card of one sending. `onEdit`: after the form was put back (stay on the page that shows it). */
export function SendingCard({ sending, onEdit }: { sending: Sending; onEdit?: () => void }) {
  const router = useRouter();
  const { key, state, label, problem, isSignedOut, editPath, tray } = sending;
  return (
    <div className={tones[state]} role="status">
      <p>
        <strong>{words[state]}</strong>：{label}
      </p>
      {state === 'unknown' ? (
        <p>网络中断，可能已经送达。会用同一编号再核对，不会重复上报，请不要重填。</p>
      ) : null}
      {state === 'failed' && problem ? <p>{problem}</p> : null}
      {state === 'photos' && tray ? <PhotosProgress tray={tray} /> : null}
      {state === 'sending' || (state === 'unknown' && problem === null) ? (
        <Bar label={words[state]} />
      ) : null}
      {problem ? (
        <div className="field-pair">
          {isSignedOut ? (
            <button
              type="button"
              className="field-button"
              onClick={() => router.history.push(paths.signIn(paths.field()))}
            >
              重新登录
            </button>
          ) : state === 'failed' && editPath ? (
            <Link
              className="field-button"
              to={editPath}
              onClick={() => {
                editSending(key);
                onEdit?.();
              }}
            >
              修改
            </Link>
          ) : (
            <button
              type="button"
              className="field-button field-button-bad"
              onClick={() => {
                if (globalThis.confirm('放弃后这份内容不再发送，已送达的不会撤回。确定放弃吗？'))
                  dropSending(key);
              }}
            >
              放弃
            </button>
          )}
          <button type="button" className="field-button" onClick={() => retrySending(key)}>
            重试
          </button>
        </div>
      ) : null}
    </div>
  );
}
