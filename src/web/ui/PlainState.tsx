import './plain.css';

interface PlainStateProps {
  title: string;
  words?: string;
  isBusy?: boolean;
  actionLabel?: string;
  onAction?: () => void;
}

/** Waiting, empty, refused or broken, without the component library: for the first paint and the phone. */
export function PlainState({
  title,
  words,
  isBusy = false,
  actionLabel,
  onAction,
}: PlainStateProps) {
  return (
    <div className="plain-state" role={isBusy ? 'status' : 'alert'} aria-busy={isBusy}>
      {isBusy && <div className="plain-bar" aria-hidden="true" />}
      <p className="plain-title">{title}</p>
      {words && <p className="plain-words">{words}</p>}
      {actionLabel && (
        <button type="button" className="plain-button" onClick={onAction}>
          {actionLabel}
        </button>
      )}
    </div>
  );
}
