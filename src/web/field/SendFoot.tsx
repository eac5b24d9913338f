/** The foot of a form: what is still missing, what is still on its way, and the one button that sends. */
import { useTray, type PhotoTray } from './photoTray.ts';

interface Props {
  label: string;
  /** What to do before it can be sent; null when it can. */
  missing: string | null;
  tray: PhotoTray;
  onSend: () => void;
}

export function SendFoot({ label, missing, tray, onSend }: Props) {
  const uploading = useTray(tray).filter(({ state }) => state !== 'done').length;
  const hint =
    missing ?? (uploading > 0 ? `还有 ${uploading} 张照片在上传，可先点按钮，传完自动送出` : null);
  return (
    <>
      {hint ? <p className="field-quiet">{hint}</p> : null}
      <button
        type="button"
        className="field-button field-button-main"
        disabled={missing !== null}
        onClick={onSend}
      >
        {label}
      </button>
    </>
  );
}
