import type { ReactNode } from 'react';

interface FormLineProps {
  label: string;
  error?: string | undefined;
  hint?: string | undefined;
  children: ReactNode;
}

/** One line of a form written by hand: its name, the control, what is wrong with it. */
export const FormLine = ({ label, error, hint, children }: FormLineProps) => (
  <div className="field">
    <span className="field-label">{label}</span>
    {children}
    {hint && <p className="field-hint">{hint}</p>}
    {error && (
      <p className="field-error" role="alert">
        {error}
      </p>
    )}
  </div>
);
