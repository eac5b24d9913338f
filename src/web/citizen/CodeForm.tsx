/** Number and code, as two large fields; the only key to a report without signing in. */
import { useState } from 'react';
import { cleanCode } from './citizenClient.ts';

export interface Coded {
  number: string;
  code: string;
}

interface Props {
  value: Coded;
  label: string;
  isBusy: boolean;
  /** With blanks and dashes taken out. */
  onSubmit: (clean: Coded) => void;
}

export function CodeForm({ value, label, isBusy, onSubmit }: Props) {
  const [number, setNumber] = useState(value.number);
  const [code, setCode] = useState(value.code);
  const clean = { number: number.replace(/\s/g, ''), code: cleanCode(code) };
  const problem = /^\d{14}$/.test(clean.number)
    ? clean.code.length >= 6
      ? null
      : '请填写查询码'
    : '编号为 14 位数字';
  return (
    <form
      className="field-card"
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) onSubmit(clean);
      }}
    >
      <label className="citizen-ask">
        <span className="field-label">编号</span>
        <input
          className="field-input citizen-typed"
          inputMode="numeric"
          autoComplete="off"
          placeholder="14 位数字"
          maxLength={20}
          value={number}
          onChange={({ target }) => setNumber(target.value)}
        />
      </label>
      <label className="citizen-ask">
        <span className="field-label">查询码</span>
        <input
          className="field-input citizen-typed"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder="10 位，不分大小写"
          maxLength={20}
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
      </label>
      {problem && (number || code) ? <p className="field-quiet">{problem}</p> : null}
      <button
        type="submit"
        className="field-button field-button-main"
        disabled={problem !== null || isBusy}
      >
        {isBusy ? '正在查询……' : label}
      </button>
    </form>
  );
}
