/** The sending of a form written by hand: checked by the action's own schema, errors by the path of the field. */
import { useRef, useState } from 'react';
import { getNoun, getRow } from '../../domain/nouns.ts';
import { newId } from '../client.ts';
import { problemOf, type FormProblem } from '../desk/useActionForm.ts';
import { useAct } from '../queryHooks.ts';

interface Sending {
  noun: string;
  action: string;
  /** Null: the action creates a record. */
  id: string | null;
  seen?: number;
}

export interface SendAction {
  errors: Record<string, string>;
  problem: FormProblem | null;
  isSending: boolean;
  /** True when it was done. */
  send: (input: Record<string, unknown>) => Promise<boolean>;
}

export function useSendAction({ noun, action, id, seen }: Sending): SendAction {
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [madeId] = useState(newId);
  const lastSent = useRef({ requestId: '', text: '' });
  const { mutateAsync, isPending } = useAct();

  const send = async (input: Record<string, unknown>): Promise<boolean> => {
    const parsed = getRow(getNoun(noun), action).input.safeParse(input);
    setProblem(null);
    if (!parsed.success) {
      const wrong = parsed.error.issues.map(
        ({ path, message }) => [path.map(String).join('.'), message] as const,
      );
      setErrors(Object.fromEntries(wrong.reverse()));
      setProblem({ kind: 'refused', words: `有 ${wrong.length} 处需要改正：${wrong.at(-1)?.[1]}` });
      return false;
    }
    const text = JSON.stringify(input);
    if (lastSent.current.text !== text) lastSent.current = { requestId: newId(), text };
    try {
      await mutateAsync({
        noun,
        id: id ?? madeId,
        action,
        input,
        requestId: lastSent.current.requestId,
        ...(id && seen !== undefined ? { seen } : {}),
      });
      setErrors({});
      return true;
    } catch (error) {
      const found = problemOf(error);
      setProblem(found.problem);
      setErrors(found.errors);
      return false;
    }
  };
  return { errors, problem, isSending: isPending, send };
}
