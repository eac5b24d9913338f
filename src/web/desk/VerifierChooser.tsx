export interface Verifier {
  postId: string;
  name: string;
  title: string;
  areaName: string | null;
  refusal: string | null;
}

interface VerifierChooserProps {
  label: string;
  verifiers: readonly Verifier[];
  value: string;
  onChange: (value: unknown) => void;
}

/** Who verifies: those who may, near first, and those who may not with the reason. */
export function VerifierChooser({ label, verifiers, value, onChange }: VerifierChooserProps) {
  const open = verifiers.filter(({ refusal }) => refusal === null);
  const sorted = [...open, ...verifiers.filter(({ refusal }) => refusal !== null)];
  return (
    <div className="choice-list" role="radiogroup" aria-label={label}>
      <label className="choice">
        <input
          type="radio"
          name="verifier"
          checked={value === ''}
          onChange={() => onChange(undefined)}
        />
        <span className="grow">不指定，由该街道的网格员领取</span>
      </label>
      {sorted.map(({ postId, name, title, areaName, refusal }) => (
        <label key={postId} className="choice">
          <input
            type="radio"
            name="verifier"
            checked={value === postId}
            disabled={refusal !== null}
            onChange={() => onChange(postId)}
          />
          <span className="grow">
            {name}　{title}
            {areaName && <span className="soft">　{areaName}</span>}
            {refusal && <div className="reason-words">{refusal}</div>}
          </span>
        </label>
      ))}
      {open.length === 0 && (
        <p className="field-hint">
          本街道没有合适的复查人，请在下面选择相邻街道，或请第三方测评员复查。
        </p>
      )}
    </div>
  );
}
