/** Taking photos: the camera opens at once, each photo shows how far it has been sent. */
import { Icon } from './Icon.tsx';
import { useTray, type PhotoTray, type TrayPhoto } from './photoTray.ts';

const most = 20;

/** A bar of a share from 0 to 1, or of something whose length is not known. */
export function Bar({ share, label }: { share?: number; label: string }) {
  const percent = share === undefined ? undefined : Math.round(share * 100);
  return (
    <span
      className={percent === undefined ? 'field-bar field-bar-unknown' : 'field-bar'}
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
    >
      <span style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </span>
  );
}

function Shown({ photo, index, tray }: { photo: TrayPhoto; index: number; tray: PhotoTray }) {
  const name = `第 ${index + 1} 张`;
  return (
    <figure className="field-photo">
      <img src={photo.preview} alt={`${name}照片`} />
      {photo.state === 'failed' ? (
        <button type="button" className="field-photo-again" onClick={() => tray.retry()}>
          未传上，点此重试
        </button>
      ) : (
        <figcaption>
          {photo.state === 'done'
            ? '已上传'
            : photo.state === 'waiting'
              ? '等待上传'
              : `上传 ${Math.round(photo.share * 100)}%`}
          {photo.state === 'sending' ? <Bar share={photo.share} label={`${name}上传进度`} /> : null}
        </figcaption>
      )}
      <button
        type="button"
        className="field-photo-button"
        aria-label={`删除${name}照片`}
        onClick={() => tray.remove(photo.key)}
      >
        <span>
          <Icon name="close" size={16} />
        </span>
      </button>
    </figure>
  );
}

interface Props {
  tray: PhotoTray;
  label: string;
  hint?: string;
  isRequired?: boolean;
}

/** The photos of a form. */
export function PhotoField({ tray, label, hint, isRequired }: Props) {
  const photos = useTray(tray);
  const failed = photos.find(({ state }) => state === 'failed');
  const camera = (
    <label className="field-camera">
      <Icon name="camera" size={photos.length ? 28 : 40} />
      {photos.length ? '再拍一张' : '拍照'}
      <input
        type="file"
        accept="image/jpeg,image/png,image/webp"
        capture="environment"
        multiple
        aria-label={label}
        onChange={({ target }) => {
          tray.add([...(target.files ?? [])].slice(0, most - photos.length));
          target.value = '';
        }}
      />
    </label>
  );
  return (
    <section className="field-card" aria-label={label}>
      <h2>
        {label}
        <small>{hint ?? (isRequired ? '必拍' : '可不拍')}</small>
      </h2>
      {photos.length === 0 ? (
        camera
      ) : (
        <div className="field-photos">
          {photos.map((photo, index) => (
            <Shown key={photo.key} photo={photo} index={index} tray={tray} />
          ))}
          {photos.length < most ? camera : null}
        </div>
      )}
      {failed ? (
        <p className="field-quiet" role="alert">
          {failed.problem}
        </p>
      ) : null}
    </section>
  );
}
