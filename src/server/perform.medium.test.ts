import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Issue } from '../domain/issueShape.ts';
import { world, type World } from './testing/world.ts';

describe('perform', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  it('takes a problem all the way to a verified close', async () => {
    const issue = await w.issue({ status: 'closed' });
    expect(issue.status).toBe('closed');
    expect(issue.number).toMatch(/^1101992026030400\d{3}$/);
    expect(issue.closedAt).toBe(w.now());
  });

  it('answers the same request five times at once with one effect', async () => {
    const issue = await w.issue({ status: 'dispatched' });
    const requestId = newId();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => w.run('head', 'issue', issue.id, 'claim', {}, { requestId })),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const after = await w.read<Issue>('issue', issue.id);
    expect(after.version).toBe(issue.version + 1);
  });
});
