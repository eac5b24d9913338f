/** Demo duty 演示区责任分解: the role words of the demo district's units and the rows of its matrix. */
import { readFileSync } from 'node:fs';

interface DutySeed {
  /** Role words by unit code. */
  roles: Record<string, string[]>;
  /** Units by code; `by` when the row names none. */
  rules: {
    code: string;
    category: string;
    condition?: number;
    area?: string;
    grade?: string;
    unit?: string;
    by?: 'owner' | 'territory';
    supervising?: string;
    basis: string;
  }[];
}

const seed = (): DutySeed => JSON.parse(readFileSync('seeds/demoDuty.json', 'utf8')) as DutySeed;

/** The role words that a unit of the demo district answers for. */
export const demoRoles = (unitCode: string): string[] => seed().roles[unitCode] ?? [];

/** Inputs of the demo district's rows; `unitIdOf` gives the id of a unit by its code. */
export const demoRules = (unitIdOf: (code: string | undefined) => string | null) =>
  seed().rules.map(({ code, category, condition, area, grade, unit, by, supervising, basis }) => ({
    code,
    categoryCode: category,
    conditionNo: condition ?? null,
    areaCode: area ?? null,
    areaGrade: grade ?? null,
    responsibleBy: by ?? 'unit',
    responsibleUnitId: unitIdOf(unit),
    supervisingUnitId: unitIdOf(supervising),
    basis,
  }));
