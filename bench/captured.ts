/**
 * The statements `perform` sends for the action measured, captured from `perform` itself, and the same
 * statements as a pgbench script: only the parameters become expressions. A test compares the two.
 */
import type pg from 'pg';
import { v4 } from 'uuid';
import type { Actor } from '../src/domain/access.ts';
import { perform, type Performing } from '../src/server/perform.ts';
import { storeOn } from '../src/server/store.ts';
import { type AnyRecord } from '../src/server/statement.ts';
import { issueIdOf } from './benchIds.ts';

/**
 * Read the issue, write event, row, request and waiting seal. The desk's mark of urgency can be set and
 * taken away for ever, and it is written like every other step of the loop.
 */
export const measured = {
  noun: 'issue',
  action: 'markUrgent',
  input: (isUrgent: boolean) => ({ isUrgent, note: '影响通行，请优先处理' }),
};

export interface Statement {
  text: string;
  values: unknown[];
}

/** The pool, telling every statement that goes through it. */
export function listeningPool(pool: pg.Pool, hear: (statement: Statement) => void): pg.Pool {
  return new Proxy(pool, {
    get: (target, key) => {
      if (key !== 'query') return Reflect.get(target, key) as unknown;
      return (config: Statement) => {
        hear({ text: config.text, values: config.values });
        return target.query(config);
      };
    },
  });
}

export interface Captured {
  statements: Statement[];
  issue: AnyRecord;
  eventId: string;
  requestId: string;
}

/** Performs the measured action on an issue once and gives what went to the database. */
export async function captureStatements(
  tools: Performing,
  pool: pg.Pool,
  actor: Actor,
  issueId: string,
): Promise<Captured> {
  await tools.master.of(actor.district);
  const statements: Statement[] = [];
  const store = storeOn(listeningPool(pool, (statement) => statements.push(statement)));
  const requestId = v4();
  const { noun, action, input } = measured;
  const order = { noun, id: issueId, action, input: input(true), requestId };
  const { event, record } = await perform({ ...tools, store }, actor, order);
  return { statements, issue: record, eventId: event.id, requestId };
}

/** How many issues the script draws from: those of `issueIdOf(1 … n)`. */
export interface ScriptOptions {
  issues: number;
  /** Different for each run of pgbench, so that its event ids are new. */
  run: number;
}

const hexOf = (expression: string, digits: number): string =>
  `lpad(to_hex((${expression})::bigint), ${digits}, '0')`;
const issueExpression = `('${issueIdOf(0).slice(0, 24)}' || ${hexOf(':n', 12)})`;
const requestExpression = `(${hexOf(':r', 12)} || '40008000000000000000')`;
const eventExpression = `(${hexOf(':run', 8)} || '00007000b000' || ${hexOf(':e * 1000 + :client_id', 12)})`;

const mark = (n: number, expression: string): string => `/*$${n}*/${expression}/**/`;

/** Colons inside strings become \u003a and those between key and value get a space: pgbench reads `:x` as a variable. */
function jsonForScript(value: unknown): string {
  const colon = '\ue000';
  const spelled = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.replaceAll(':', colon) : part,
  );
  return spelled.replaceAll('":', '": ').replaceAll(colon, '\\u003a');
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A JSON parameter as `format(template, …)`: ids, number and versions are put in for each transaction. */
function jsonExpression(json: string, { issue, eventId, requestId }: Captured): string {
  const rows = (JSON.parse(json) as Record<string, unknown>[]).map((row) => ({
    ...row,
    ...('version' in row ? { version: '@next@' } : {}),
    ...('read_version' in row ? { read_version: '@read@' } : {}),
    ...('number' in row ? { number: '@number@' } : {}),
  }));
  const replaced: [string, string][] = [
    ['"@next@"', '(:version::integer + 1)'],
    ['"@read@"', ':version::integer'],
    ['@number@', ':number::text'],
    [issue.id, issueExpression],
    [eventId, eventExpression],
    [requestId, requestExpression],
  ];
  const template = jsonForScript(rows).replaceAll('%', '%%');
  const args: string[] = [];
  const holes = new RegExp(replaced.map(([text]) => text).join('|'), 'g');
  const text = template.replace(holes, (found) => {
    args.push(replaced.find(([wanted]) => wanted === found)?.[1] ?? '');
    return '%s';
  });
  return args.length > 0
    ? `format(${[quote(text), ...args].join(', ')})`
    : quote(jsonForScript(rows));
}

function expressionOf(value: unknown, captured: Captured): string {
  if (typeof value === 'number') return String(value);
  if (value === captured.issue.id) return `${issueExpression}::uuid`;
  if (value === captured.requestId) return `${requestExpression}::uuid`;
  if (Array.isArray(value)) {
    return `array[${value.map((one) => expressionOf(one, captured)).join(', ')}]`;
  }
  const text = String(value);
  return text.startsWith('[') ? jsonExpression(text, captured) : quote(text);
}

const withExpressions = ({ text, values }: Statement, captured: Captured): string =>
  text.replace(/\$(\d+)/g, (_found, n: string) =>
    mark(Number(n), expressionOf(values[Number(n) - 1], captured)),
  );

/** The pgbench script of a captured action: a load whose columns become variables, then the write. */
export function pgbenchScript(captured: Captured, { issues, run }: ScriptOptions): string {
  const [load, ...writes] = captured.statements.map((statement) =>
    withExpressions(statement, captured),
  );
  return [
    `\\set run ${run}`,
    `\\set n random(1, ${issues})`,
    `\\set r random(1, 281474976710655)`,
    `\\set e :e + 1`,
    `${load} \\gset`,
    ...writes.map((write) => `${write};`),
    '',
  ].join('\n');
}

/** The statements of a script as the database gets them, with `$n` where an expression stands. */
export const statementsOf = (script: string): string[] =>
  script
    .replace(/^\\set .*$/gm, '')
    .split(/ \\gset\n|;\n/)
    .map((text) => text.replace(/\/\*\$(\d+)\*\/.*?\/\*\*\//gs, '$$$1').trim())
    .filter(Boolean);
