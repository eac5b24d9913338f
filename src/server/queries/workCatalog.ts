/** The catalogue of work quantities 工程量: code, name and unit of each. Source: bulletins 003, 004. */
import { readFileSync } from 'node:fs';

export interface WorkKind {
  code: string;
  name: string;
  unit: string;
}

export const workKinds = JSON.parse(readFileSync('seeds/works.json', 'utf8')) as WorkKind[];

const byCode = new Map(workKinds.map((kind) => [kind.code, kind]));

/** The kind of a code; an unknown code stands for itself. */
export const workKind = (code: string): WorkKind =>
  byCode.get(code) ?? { code, name: code, unit: '' };
