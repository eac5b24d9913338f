/**
 * Setup draft 建区草稿: what the wizard has so far, kept in this browser alone, so that it can be left and
 * resumed. It holds no password and no token.
 */
import {
  SetupDraft,
  setupProblems,
  stepOfField,
  type SetupProblem,
  type SetupStep,
} from '../../domain/setup.ts';
import type { LineProblem, SetupArea } from '../../domain/setupAreas.ts';
import { readUnits, usualUnits, type SetupUnit } from '../../domain/setupUnits.ts';
import { newId } from '../client.ts';

export interface DraftPerson {
  name: string;
  login: string;
}

export interface Draft {
  id: string;
  code: string;
  name: string;
  areas: SetupArea[];
  areaProblems: LineProblem[];
  areaNotes: string[];
  hasOffices: boolean;
  /** Codes of the usual units that are ticked. */
  chosen: string[];
  /** Names given to usual units, by code. */
  renamed: Record<string, string>;
  /** Further units as typed, one to a line. */
  further: string;
  systemAdmin: DraftPerson;
  securityAdmin: DraftPerson;
  auditAdmin: DraftPerson;
}

const nobody = (): DraftPerson => ({ name: '', login: '' });

export const newDraft = (): Draft => ({
  id: newId(),
  code: '',
  name: '',
  areas: [],
  areaProblems: [],
  areaNotes: [],
  hasOffices: true,
  chosen: usualUnits.map(({ code }) => code),
  renamed: {},
  further: '',
  systemAdmin: nobody(),
  securityAdmin: nobody(),
  auditAdmin: nobody(),
});

const key = 'civicloop.setup';

/** The draft left in this browser, or a new one. */
export function keptDraft(): Draft {
  try {
    const text = localStorage.getItem(key);
    return text ? { ...newDraft(), ...(JSON.parse(text) as Draft) } : newDraft();
  } catch {
    return newDraft();
  }
}

export function keepDraft(draft: Draft | null): void {
  try {
    if (draft) localStorage.setItem(key, JSON.stringify(draft));
    else localStorage.removeItem(key);
  } catch {
    // A browser without storage works too; the draft then ends with the page.
  }
}

/** The units of a draft: those ticked, under their names, and those typed. */
export function unitsOf({ chosen, renamed, further }: Draft): {
  units: SetupUnit[];
  problems: LineProblem[];
} {
  const usual = usualUnits
    .filter(({ code }) => chosen.includes(code))
    .map((unit) => ({ ...unit, name: (renamed[unit.code] ?? unit.name).trim() }));
  const read = readUnits(further);
  return { units: [...usual, ...read.units], problems: read.problems };
}

/** What is sent: the draft as the contract has it. */
const contentOf = (draft: Draft): unknown => ({
  id: draft.id,
  code: draft.code.trim(),
  name: draft.name,
  areas: draft.areas,
  hasOffices: draft.hasOffices,
  units: unitsOf(draft).units,
  systemAdmin: draft.systemAdmin,
  securityAdmin: draft.securityAdmin,
  auditAdmin: draft.auditAdmin,
});

const roleWords: Record<string, string> = {
  systemAdmin: '系统管理员',
  securityAdmin: '安全管理员',
  auditAdmin: '审计管理员',
};

/** The draft ready to be sent, or what is still missing, by step. */
export function checkDraft(draft: Draft): { content: SetupDraft | null; problems: SetupProblem[] } {
  const parsed = SetupDraft.safeParse(contentOf(draft));
  const lines: SetupProblem[] = [
    ...(draft.areaProblems.length > 0
      ? [
          {
            step: 'areas' as const,
            message: `区域清单有 ${draft.areaProblems.length} 行有问题，请改正后重新读取`,
          },
        ]
      : []),
    ...unitsOf(draft).problems.map(({ line, message }) => ({
      step: 'units' as const,
      message: `第 ${line} 行：${message}`,
    })),
  ];
  if (parsed.success) {
    const problems = [...lines, ...setupProblems(parsed.data)];
    return { content: problems.length === 0 ? parsed.data : null, problems };
  }
  const noAreas: SetupProblem[] =
    draft.areas.length > 0 || draft.areaProblems.length > 0
      ? []
      : [{ step: 'areas', message: '还没有街道乡镇，请导入或填写区域清单' }];
  const missing = parsed.error.issues.map(({ path, message }) => {
    const field = String(path[0] ?? '');
    const who = roleWords[field] ? `${roleWords[field]}：` : '';
    return { step: stepOfField(field), message: `${who}${message}` };
  });
  return { content: null, problems: [...missing, ...noAreas, ...lines] };
}

export const problemsOf = (problems: readonly SetupProblem[], step: SetupStep): string[] =>
  problems.flatMap((problem) => (problem.step === step ? [problem.message] : []));

/** A file as text: UTF-8 when every byte is, else GB18030. */
export async function textOfFile(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
