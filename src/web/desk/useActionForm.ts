/**
 * The state of a form for one action: what was typed, what is wrong with it, and how it is sent. Nothing
 * typed is lost by an error; drafts of closed forms are kept until the tab closes.
 */
import { useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ActionAnswer, OpenAction } from '../../domain/views.ts';
import { getNoun, getRow } from '../../domain/nouns.ts';
import { newId, ProblemError, UnknownOutcome } from '../client.ts';
import { useAct, useDistrict } from '../queryHooks.ts';
import {
  errorsOf,
  formFields,
  inputOf,
  type FieldErrors,
  type FieldSpec,
  type Values,
} from './formFields.ts';

export interface FormProblem {
  kind: 'refused' | 'stale' | 'unknown';
  words: string;
  /** For a stale record: the version looked at and the version there is now. */
  seen?: number;
  version?: number;
}

export interface ActionFormState {
  specs: FieldSpec[];
  values: Values;
  errors: FieldErrors;
  problem: FormProblem | null;
  isSending: boolean;
  isChecking: boolean;
  change: (name: string, value: unknown) => void;
  /** Fills a field that is empty, without making it part of the draft. */
  preset: (name: string, value: unknown) => void;
  send: () => Promise<ActionAnswer | null>;
  reload: () => Promise<void>;
}

const drafts = new Map<string, Values>();

/** An error as what a form shows: the sentence, and which fields are meant. */
export function problemOf(error: unknown): { problem: FormProblem; errors: FieldErrors } {
  if (error instanceof UnknownOutcome)
    return { problem: { kind: 'unknown', words: error.message }, errors: {} };
  if (!(error instanceof ProblemError)) {
    return {
      problem: {
        kind: 'refused',
        words: error instanceof Error ? error.message : '办理失败，请重试',
      },
      errors: {},
    };
  }
  const { message, details } = error.problem;
  const fields = (details?.fields ?? []) as { field: string; message: string }[];
  const errors = Object.fromEntries(
    fields.map(({ field, message: words }) => [field.replace(/^input\./, ''), words]),
  );
  const isStale =
    error.status === 409 &&
    typeof details?.version === 'number' &&
    typeof details.seen === 'number';
  const problem: FormProblem = isStale
    ? {
        kind: 'stale',
        words: message,
        seen: details.seen as number,
        version: details.version as number,
      }
    : { kind: 'refused', words: message };
  return { problem, errors };
}

interface FormStart {
  open: OpenAction;
  /** The record the action starts from (creations) or is about. */
  recordId: string;
  /** The version looked at. */
  seen?: number;
  /** What the page already knows. */
  prefill?: Values;
}

/** Keeps the form of an open action. `recordId` fills the field that names the record. */
export function useActionForm({ open, recordId, seen, prefill }: FormStart): ActionFormState {
  const draftKey = `${open.noun}.${open.action}.${recordId}`;
  const row = getRow(getNoun(open.noun), open.action);
  const specs = formFields(row, open.as);
  const [values, setValues] = useState<Values>(() => drafts.get(draftKey) ?? prefill ?? {});
  const [errors, setErrors] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<FormProblem | null>(null);
  /** The version looked at when the form was opened, or when it was last compared with the newest. */
  const [version, setVersion] = useState(seen);
  const [isChecking, setChecking] = useState(false);
  const [newRecordId] = useState(newId);
  const lastSent = useRef({ requestId: '', text: '' });
  const queryClient = useQueryClient();
  const district = useDistrict();
  const { mutateAsync, isPending } = useAct();

  const change = (name: string, value: unknown) => {
    setValues((before) => {
      const next = { ...before, [name]: value };
      drafts.set(draftKey, next);
      return next;
    });
    setErrors((before) =>
      Object.fromEntries(Object.entries(before).filter(([key]) => key.split('.')[0] !== name)),
    );
  };

  const preset = (name: string, value: unknown) =>
    setValues((before) => (before[name] === undefined ? { ...before, [name]: value } : before));

  /** The same request id for the same content, so that a repeated click is not a second action. */
  const requestIdFor = (text: string): string => {
    if (lastSent.current.text !== text) lastSent.current = { requestId: newId(), text };
    return lastSent.current.requestId;
  };

  const send = async (): Promise<ActionAnswer | null> => {
    const input = { ...(open.as ? { [open.as]: recordId } : {}), ...inputOf(specs, values) };
    const wrong = errorsOf(row, specs, input);
    setErrors(wrong);
    setProblem(null);
    if (Object.keys(wrong).length > 0) return null;
    try {
      const answer = await mutateAsync({
        noun: open.noun,
        id: open.id ?? newRecordId,
        action: open.action,
        input,
        requestId: requestIdFor(JSON.stringify([version, input])),
        onUncertain: () => setChecking(true),
        ...(open.id && version !== undefined ? { seen: version } : {}),
      });
      drafts.delete(draftKey);
      return answer;
    } catch (error) {
      const found = problemOf(error);
      setProblem(found.problem);
      setErrors(found.errors);
      return null;
    } finally {
      setChecking(false);
    }
  };

  const reload = async () => {
    await queryClient.invalidateQueries({ queryKey: [district] });
    if (problem?.version !== undefined) setVersion(problem.version);
    setProblem(null);
  };

  return {
    specs,
    values,
    errors,
    problem,
    isSending: isPending,
    isChecking,
    change,
    preset,
    send,
    reload,
  };
}
