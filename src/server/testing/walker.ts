/**
 * Walker: takes random steps through the ledger, as any mix of people on any mix of days might. Each step
 * picks an action that some record's status allows, makes an input that fits, and tries the people it is
 * for until one is not refused. A refusal is fine; any other error ends the walk.
 */
import { v7 as newId } from 'uuid';
import { inScope, scopeOf, type Actor } from '../../domain/access.ts';
import type { Approval } from '../../domain/approval.ts';
import { askers } from '../../domain/approval.ts';
import type { Assist } from '../../domain/assist.ts';
import { clockOfStatus, currentDue, openStatuses, type Issue } from '../../domain/issueShape.ts';
import { addDays, localDay } from '../../domain/moment.ts';
import { getNoun, getRow } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import type { Report } from '../../domain/reportShape.ts';
import { systemActor } from '../baseSeed.ts';
import type { World, WorldOptions } from './world.ts';

/** What a step is decided by; fast-check makes it. */
export interface Dice {
  seed: number;
  minutes: number;
}

type Input = Record<string, unknown>;
type Kind = 'report' | 'issue' | 'assist' | 'approval' | 'callback';

/** A repeatable stream of numbers in [0, 1) from one seed. */
function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The actions that bring a matter on; walks that only stray never see its later life. */
const forward = [
  'issue.dispatch',
  'issue.claim',
  'issue.reachMilestone',
  'issue.rectify',
  'issue.sendToVerify',
  'issue.pass',
  'issue.close',
  'issue.resume',
  'report.join',
  'report.leave',
  'report.confirm',
  'assist.ask',
  'assist.finish',
  'approval.ask',
  'approval.grant',
];

export const walkWorld: WorldOptions = {
  units: {
    clean: { name: '环卫中心' },
    park: { name: '园林中心' },
    street: { name: '清河街道办事处', kind: 'subdistrict', area: '110199001' },
    community: { name: '学府社区', kind: 'community', parent: 'street', area: '110199001001' },
  },
  posts: {
    desk: { role: 'desk' },
    shift: { role: 'shiftLeader' },
    leader: { role: 'leader' },
    head: { role: 'unitHead', unit: 'clean' },
    officer: { role: 'officer', unit: 'clean' },
    parkHead: { role: 'unitHead', unit: 'park' },
    streetHead: { role: 'unitHead', unit: 'street' },
    communityHead: { role: 'unitHead', unit: 'community' },
    grid: { role: 'gridWorker', area: '110199001' },
    secondGrid: { role: 'gridWorker', area: '110199001' },
    deskToo: { role: 'gridWorker', area: '110199', person: 'desk' },
    assessor: { role: 'assessor' },
    auditor: { role: 'auditAdmin' },
    guard: { role: 'securityAdmin' },
  },
};

export class Walker {
  /** How often each 'noun.action' was tried. */
  private readonly tried = new Map<string, number>();
  private readonly w: World;
  private readonly people = Object.keys(walkWorld.posts ?? {});
  private readonly units = Object.keys(walkWorld.units ?? {});
  private readonly ids: Record<Kind, string[]> = {
    report: [],
    issue: [],
    assist: [],
    approval: [],
    callback: [],
  };
  private random: () => number = stream(1);

  constructor(w: World) {
    this.w = w;
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)];
  }

  private async all<T>(kind: Kind): Promise<T[]> {
    return (await this.w.tools.store.find(kind, this.w.district, this.ids[kind])) as unknown as T[];
  }

  private async openIssue(): Promise<Issue | undefined> {
    const issues = await this.all<Issue>('issue');
    return this.pick(
      issues.filter(({ status }) => (openStatuses as readonly string[]).includes(status)),
    );
  }

  private unit(): string {
    return this.w.unitId(this.pick(this.units) ?? 'clean');
  }

  /** One step: time goes by, then somebody does something. */
  async step({ seed, minutes }: Dice): Promise<void> {
    this.random = stream(seed);
    this.w.pass(minutes);
    const waiting = (await this.all<Report>('report')).filter(
      ({ status }) => status === 'submitted',
    );
    const issues = (await this.all<Issue>('issue')).filter(
      ({ status }) => status !== 'void' && status !== 'closed',
    );
    if (issues.length < 4 && this.random() < 0.5) await this.open(waiting);
    else await this.actOnSomething();
  }

  private async open(waiting: readonly Report[]): Promise<void> {
    const report = this.pick(waiting);
    if (!report || waiting.length < 3) return this.attempt('report', newId(), 'submit', null);
    return this.attempt('issue', newId(), 'accept', report);
  }

  private async actOnSomething(): Promise<void> {
    const options: { kind: Kind; action: string; record: { id: string; status: string } }[] = [];
    for (const kind of ['report', 'issue', 'assist', 'approval', 'callback'] as const) {
      for (const record of await this.all<{ id: string; status: string }>(kind)) {
        for (const [action, row] of Object.entries(getNoun(kind).actions)) {
          if (row.from === 'new' || row.isInner || row.consent || !row.from.includes(record.status))
            continue;
          options.push({ kind, action, record });
        }
        if (kind === 'issue')
          options.push(
            { kind: 'assist', action: 'ask', record },
            { kind: 'approval', action: 'ask', record },
          );
        if (kind === 'issue' && record.status === 'closed')
          options.push({ kind: 'callback', action: 'open', record });
      }
    }
    const names = [...new Set(options.map(({ kind, action }) => `${kind}.${action}`))].sort(
      (a, b) => (this.tried.get(a) ?? 0) - (this.tried.get(b) ?? 0),
    );
    const roll = this.random();
    const ahead = names.filter((name) => forward.includes(name));
    const name = roll < 0.2 ? names[0] : roll < 0.7 ? this.pick(ahead) : this.pick(names);
    const chosen = this.pick(options.filter(({ kind, action }) => `${kind}.${action}` === name));
    if (!chosen) return this.attempt('report', newId(), 'submit', null);
    const isNew = chosen.action === 'ask' || chosen.action === 'open';
    return this.attempt(
      chosen.kind,
      isNew ? newId() : chosen.record.id,
      chosen.action,
      chosen.record,
    );
  }

  private async attempt(
    kind: Kind,
    id: string,
    action: string,
    record: object | null,
  ): Promise<void> {
    const name = `${kind}.${action}`;
    const noun = getNoun(kind);
    const row = getRow(noun, action);
    this.tried.set(name, (this.tried.get(name) ?? 0) + 1);
    const actors: { nickname: string; actor: Actor }[] = [
      { nickname: 'system', actor: systemActor(this.w.district) },
    ];
    for (const nickname of this.people)
      actors.push({ nickname, actor: await this.w.actor(nickname) });
    const able = actors
      .filter(({ actor }) => row.by.includes(actor.role))
      .filter(({ actor }) => row.from === 'new' || inScope(record ?? {}, scopeOf(actor), noun.seen))
      .sort(() => this.random() - 0.5);
    for (const { nickname, actor } of able.slice(0, 4)) {
      const input = await this.input(name, record, nickname, actor);
      if (!input) return;
      try {
        await this.w.run(actor, kind, id, action, input);
        if (row.from === 'new') this.ids[kind].push(id);
        return;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
  }

  /** What a complainant says when asked back. */
  private judgement(why: string): Input {
    return {
      isContacted: this.random() < 0.7,
      solved: this.pick(['yes', 'partly', 'no']),
      satisfaction: this.pick(['satisfied', 'basicallySatisfied', 'fair', 'dissatisfied']),
      why,
    };
  }

  /** An input that fits the record as it is; undefined when the action makes no sense now. */
  private async input(
    name: string,
    record: object | null,
    who: string,
    actor: Actor,
  ): Promise<Input | undefined> {
    const note = `说明 ${Math.floor(this.random() * 1000)}，电话 13812345678`;
    const photos = async (): Promise<string[]> =>
      who === 'system' ? [] : [await this.w.photo(who)];
    const maker = this.makers[name];
    return maker ? maker({ record, note, photos, actor }) : name.endsWith('Photo') ? undefined : {};
  }

  private readonly makers: Record<
    string,
    (about: {
      record: object | null;
      note: string;
      photos(): Promise<string[]>;
      actor: Actor;
    }) => Promise<Input | undefined> | Input | undefined
  > = {
    'report.submit': async ({ note, photos, actor }) => ({
      channel:
        { gridWorker: 'patrol', assessor: 'inspection', unitHead: 'self', officer: 'self' }[
          actor.role as string
        ] ?? this.pick(['hotline', 'media', 'leader']),
      content: `暴露垃圾 ${note}`,
      areaCode: this.pick(['110199001001', '110199002001']),
      address: this.pick(['学府路 1 号', '学府路 2 号']),
      urgency: this.pick(['ordinary', 'danger', 'utility', 'complex']),
      complainantName: '王小明',
      complainantPhone: this.random() < 0.7 ? '13812345678' : undefined,
      photos: this.random() < 0.3 && actor.role !== 'system' ? await photos() : [],
    }),
    'report.confirm': () => ({ postId: this.random() < 0.5 ? this.w.postId('grid') : undefined }),
    'report.answerConfirm': ({ note }) => ({ result: 'true', words: note }),
    'report.join': async () => ({ issueId: (await this.openIssue())?.id }),
    'report.leave': ({ note }) => ({ note }),
    'report.selfHandle': async ({ note, photos }) => ({ words: note, photos: await photos() }),
    'report.decline': ({ note }) => (this.random() < 0.2 ? { reason: note } : undefined),
    'report.withdraw': ({ note }) => (this.random() < 0.2 ? { reason: note } : undefined),
    'report.answer': ({ note }) => (this.random() < 0.3 ? { answer: note } : undefined),
    'report.escalate': ({ record }) => {
      const report = record as Report;
      const clock = { submitted: 'accept', confirming: 'confirm', joined: 'answer' }[
        report.status as string
      ];
      return { clock, due: report.escalateAt ?? this.w.now() };
    },
    'report.amend': ({ note }) => ({
      content: `暴露垃圾 ${note}`,
      urgency: this.pick(['ordinary', 'danger', 'utility', 'complex']),
    }),
    'report.reveal': ({ note }) => ({ reason: note }),
    'report.anonymize': ({ note }) => (this.random() < 0.2 ? { reason: note } : undefined),
    'callback.open': async ({ record }) => {
      const { id: issueId, closedAt } = record as Issue;
      const joined = (await this.all<Report>('report')).filter((one) => one.issueId === issueId);
      const reportId = this.pick(joined)?.id;
      return reportId ? { reportId, issueId, closedAt, isRepeat: this.random() < 0.2 } : undefined;
    },
    'callback.record': ({ note }) => this.judgement(note),
    'callback.answerByCode': ({ note }) => this.judgement(note),
    'callback.logAttempt': () => ({ outcome: this.pick(['noAnswer', 'busy', 'switchedOff']) }),
    'callback.invalidate': () => (this.random() < 0.3 ? { invalidReason: 'refused' } : undefined),
    'callback.cancel': () => (this.random() < 0.1 ? {} : undefined),
    'callback.contest': ({ note }) => ({ reason: note }),
    'callback.uphold': ({ note }) => ({ opinion: note }),
    'callback.agreeReopen': ({ note }) => ({ opinion: note }),
    'callback.strike': ({ note }) => ({ opinion: note }),
    'callback.revisit': ({ note }) => ({ opinion: note }),
    'callback.expire': () => ({ due: this.w.now() }),
    'callback.escalate': () => ({ due: this.w.now() }),
    'issue.accept': ({ record, note }) => ({
      reportId: (record as Report).id,
      categoryCode: 'E0101',
      conditionNo: this.random() < 0.5 ? 1 : 2,
      areaCode: '110199001001',
      isUrgent: this.random() < 0.3,
      description: note,
    }),
    'issue.dispatch': ({ note }) => ({
      unitId: this.unit(),
      assistUnitIds: this.random() < 0.4 ? [this.unit()] : [],
      note,
    }),
    'issue.assign': () => ({ postId: this.w.postId('officer') }),
    'issue.rectify': async ({ record, note, photos }) => ({
      words: note,
      photos: await photos(),
      works: [{ code: 'garbageWeight', quantity: 2.5 }],
      deviceAt: this.random() < 0.5 ? ((record as Issue).claimedAt ?? undefined) : undefined,
    }),
    'issue.reachMilestone': async ({ note, photos }) => ({ words: note, photos: await photos() }),
    'issue.sendToVerify': () => ({
      postId: this.w.postId(this.pick(['grid', 'secondGrid', 'assessor', 'deskToo']) ?? 'grid'),
    }),
    'issue.pass': async ({ note, photos }) => ({ words: note, photos: await photos() }),
    'issue.fail': async ({ note, photos }) => ({ words: note, photos: await photos() }),
    'issue.reopen': ({ note }) => ({ note }),
    'issue.escalate': ({ record }) => {
      const issue = record as Issue;
      const clock = clockOfStatus[issue.status];
      return {
        clock,
        level: issue.escalationLevel + 1,
        due: currentDue(issue) ?? this.w.now(),
        isLast: true,
      };
    },
    'issue.sendBack': ({ note }) => ({ note }),
    'issue.transfer': ({ note }) => ({ unitId: this.unit(), note }),
    'issue.nameOwner': ({ note }) => ({ unitId: this.unit(), note }),
    'issue.markUrgent': ({ note }) => ({ isUrgent: this.random() < 0.5, note }),
    'issue.addNote': ({ note }) => ({ note }),
    'issue.addPhotos': async ({ photos }) => ({ photos: await photos() }),
    'issue.merge': async ({ note }) => {
      return { intoId: (await this.openIssue())?.id, note };
    },
    'issue.unmerge': ({ note }) => ({ note }),
    'assist.ask': ({ record, note }) => ({
      issueId: (record as Issue).id,
      unitId: this.unit(),
      task: note,
    }),
    'assist.finish': ({ note }) => ({ result: note }),
    'assist.release': ({ note }) => ({ note }),
    'assist.escalate': ({ record }) => ({ due: (record as Assist).due }),
    'approval.ask': ({ record, note, actor }) => {
      const kind = this.pick(
        (['extension', 'hold', 'void', 'forceClose', 'appeal', 'lateOffline'] as const).filter(
          (k) => askers[k].includes(actor.role),
        ),
      );
      if (!kind || (['void', 'forceClose'].includes(kind) && this.random() < 0.7)) return undefined;
      const hold =
        kind === 'hold' ? { until: addDays(localDay(this.w.now()), 3), kind: 'short' } : undefined;
      return { issueId: (record as Issue).id, kind, reason: note, ...(hold ? { hold } : {}) };
    },
    'approval.grant': ({ note }) => ({ opinion: note }),
    'approval.deny': ({ note }) => (this.random() < 0.3 ? { opinion: note } : undefined),
    'approval.escalate': ({ record }) => ({ due: (record as Approval).due }),
  };
}
