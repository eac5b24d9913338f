import { useId } from 'react';
import { Button, Tooltip } from 'antd';

interface ReasonButtonProps {
  label: string;
  /** Why not now; null: it can be done. */
  reason: string | null;
  onClick: () => void;
  isPrimary?: boolean;
  isDanger?: boolean;
  isBusy?: boolean;
  isLarge?: boolean;
  /** The key that does the same. */
  shortcut?: string;
}

/** A button that says why it is grey: on hover, on focus, beside it and to a screen reader. */
export function ReasonButton({
  label,
  reason,
  onClick,
  isPrimary,
  isDanger,
  isBusy,
  isLarge,
  shortcut,
}: ReasonButtonProps) {
  const id = useId();
  const isOff = reason !== null;
  const button = (
    <Button
      type={isPrimary && !isOff ? 'primary' : 'default'}
      danger={isDanger && !isOff}
      size={isLarge ? 'large' : isOff ? 'small' : 'middle'}
      loading={isBusy}
      aria-disabled={isOff || undefined}
      aria-describedby={isOff ? id : undefined}
      aria-keyshortcuts={shortcut}
      className={isOff ? 'reason-off' : undefined}
      onClick={() => !isOff && onClick()}
    >
      {label}
      {shortcut && !isOff && <kbd className="key">{shortcut.toUpperCase()}</kbd>}
    </Button>
  );
  if (!isOff) return button;
  return (
    <span className="reason-row">
      <Tooltip title={reason}>{button}</Tooltip>
      <span id={id} className="reason-words">
        {reason}
      </span>
    </span>
  );
}
