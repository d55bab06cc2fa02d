import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/model/run.js';
import { activePassive } from '../support/active-passive.js';
import { askedDrill, settingsOf, stale, warningsOf, WEST, type AskedDrill } from '../support/asked-drill.js';
import { leadsTo, openDnsServer, type Reaction } from '../support/dns-server.js';
import { changeRecords, rivalOf } from '../support/rival.js';
import { drillOn, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';
import { edgeOf, simAnswers, type React } from '../support/weighted-answers.js';

const KONG = 'kong-us-east-1';
/** Drains first, and holds no longer than it has to: the drill waits for the resolver by itself. */
const DRAINED = ['method.3.hold=1s', 'method.1.hold=1m', 'method.2.shift.every=10s'];

/** Whether Route 53 sends nobody to the region any more. */
const isOut = ({ sim }: Bench): boolean =>
  sim.look().infra.answers.every(({ region, weight }) => region !== 'us-east-1' || weight === 0);

const findings = ({ result }: AskedDrill): readonly string[] => result.findings.map(({ id }) => id);

describe('a resolver that keeps sending members to a dark region', () => {
  it('is found out once caches may not have the old answer any more: the hypothesis did not hold', async () => {
    const done = await askedDrill(() => stale);
    expect(done.result).toMatchObject({ outcome: 'deviated', exitCode: 1, rollback: { remaining: [] } });
    expect(done.result.summary).toContain('resolution of api.streaming.example away from the region did not hold');
    expect(findings(done)).toContain('still-resolved');
    const [finding] = done.result.findings.filter(({ id }) => id === 'still-resolved');
    expect(finding?.evidence).toMatch(
      /10 of 10 answers of 127.0.0.1:\d+ for api.streaming.example CNAME still led to us-east-1/,
    );
    expect(done.names.map(({ moved }) => moved?.state)).toEqual(['still', 'still']);
  });

  it('keeps a drained region from going dark: the drill stops before its fault, and restores', async () => {
    const done = await askedDrill(() => stale, { name: 'kong-us-east-1-prewarmed', set: DRAINED });
    expect(done.result).toMatchObject({ outcome: 'failed', error: { code: 'NOT_VERIFIED' } });
    expect(done.result.error?.message).toMatch(
      /10 of 10 answers of .* for api.streaming.example still lead to us-east-1, 12\ds/,
    );
    expect(done.result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(done.events.some((event) => event.type === 'changes' && event.title.startsWith('region-drain'))).toBe(false);
  });
});

describe('a resolver that can not tell', () => {
  const failure = (code: 'NXDOMAIN' | 'SERVFAIL'): Reaction => ({ kind: 'failure', code });
  it.each([
    ['no such name', failure('NXDOMAIN'), 'there is no such name'],
    ['a failure', failure('SERVFAIL'), 'it failed'],
    ['garbage', { kind: 'garbage' }, 'its answer makes no sense'],
    [
      'what no record answers',
      leadsTo('api.streaming.example', 'elsewhere.example'),
      'elsewhere.example is the answer of none',
    ],
  ] as const)('says nothing of the drill: %s', async (_what, reaction: Reaction, why) => {
    const done = await askedDrill(() => () => reaction);
    expect(done.result).toMatchObject({ outcome: 'held', rollback: { remaining: [] } });
    expect(findings(done)).toContain('resolution-unknown');
    expect(warningsOf(done.events)).toContain('whether members follow is not known');
    expect(JSON.stringify(done.result.findings)).toContain(why);
    expect(done.names.map(({ moved }) => moved?.state)).toEqual(['unknown', 'unknown']);
  });

  it('does not hold the drill up where nobody listens', async () => {
    const server = await openDnsServer(() => ({ kind: 'silence' }));
    server.stop();
    const bench = openBench();
    const plan = await planOn(bench, readExperiment(KONG), settingsOf(server, { timeoutMs: 200 }));
    const { result } = await drillOn(bench, plan);
    const without = openBench();
    const usual = await drillOn(without, await planOn(without, readExperiment(KONG)));
    expect(result.outcome).toBe('held');
    expect(result.phases).toEqual(usual.result.phases);
    expect(result.findings.map(({ id }) => id)).toContain('resolution-unknown');
  });
});

describe('a resolver that follows', () => {
  it('shows the traffic gone, and back by its weight, and teaches nothing', async () => {
    const follows = await askedDrill((bench) => simAnswers(bench), { name: 'kong-us-east-1-prewarmed' });
    expect(follows.result.outcome).toBe('held');
    const own = follows.names.find(({ name }) => name.startsWith('api'));
    expect(own).toMatchObject({ type: 'CNAME', ttlSeconds: 60, share: 0.5 });
    expect(own?.before?.region).toBeGreaterThan(0);
    expect(own?.moved).toMatchObject({ state: 'gone', region: 0, elsewhere: 10, unknown: 0 });
    expect(own?.returned).toMatchObject({ state: 'back', unknown: 0 });
    expect(own?.returned?.region).toBeGreaterThan(2);
    expect(findings(follows).filter((id) => id.includes('resol'))).toEqual([]);
    const told = follows.events.flatMap((event) => (event.type === 'resolution' ? [event.stage] : []));
    expect(new Set(told)).toEqual(new Set(['before', 'moved', 'returned']));
  });

  it('is waited for before a drained region goes dark, no longer than it keeps its answers', async () => {
    const { outcome, states, waitedMs } = await drained(58_000);
    expect(outcome).toBe('held');
    expect(states).toEqual(['gone', 'gone']);
    expect(waitedMs).toBeLessThan(65_000);
  });

  it('may be late, and is waited for all the same, but the hypothesis did not hold', async () => {
    const { outcome, states, waitedMs } = await drained(100_000);
    expect(outcome).toBe('deviated');
    expect(states).toContain('still');
    expect(waitedMs).toBeGreaterThan(65_000);
    expect(waitedMs).toBeLessThan(120_000);
  });

  /** A drill that drains first, by a resolver that follows so much later. */
  async function drained(
    forMs: number,
  ): Promise<{ readonly outcome: string; readonly states: readonly unknown[]; readonly waitedMs: number }> {
    const reacting = (bench: Bench): React => {
      const follow = simAnswers(bench);
      let untilMs: number | undefined;
      return (asked) => {
        untilMs = isOut(bench) ? (untilMs ?? bench.clock.now() + forMs) : undefined;
        return untilMs !== undefined && bench.clock.now() < untilMs ? stale(asked) : follow(asked);
      };
    };
    const { events, names, result } = await askedDrill(reacting, { name: 'kong-us-east-1-prewarmed', set: DRAINED });
    const at = (type: RunEvent['type']): number => {
      const own = events.find(
        (event) => event.type === type && 'title' in event && event.title.startsWith('region-drain'),
      );
      return Date.parse(own?.at ?? '');
    };
    const states = names.map(({ moved }) => moved?.state);
    return { outcome: result.outcome, states, waitedMs: at('changes') - at('step') };
  }

  it('is told where it never comes back, which is no verdict on the steady state', async () => {
    const done = await askedDrill((bench) => {
      const follow = simAnswers(bench);
      let hasLeft = false;
      return (asked) => {
        hasLeft ||= isOut(bench);
        return hasLeft ? leadsTo(asked.name, WEST) : follow(asked);
      };
    });
    expect(done.result.outcome).toBe('held');
    expect(done.names.map(({ returned }) => returned?.state)).toEqual(['absent', 'absent']);
    const [finding] = done.result.findings.filter(({ id }) => id === 'not-resolved-back');
    expect(finding?.evidence).toMatch(
      /0 of 10 answers .* 50 % do by weight; of a cache that would be chance once in \d+/,
    );
  });
});

describe('records that are aliases', () => {
  const alias = (region: string, Weight: number): ResourceRecordSet => ({
    Name: 'www.streaming.example',
    Type: 'A',
    SetIdentifier: region,
    Weight,
    AliasTarget: {
      HostedZoneId: 'Z35SXDOTRQ7X7K',
      DNSName: `lb.${region}.elb.amazonaws.com.`,
      EvaluateTargetHealth: false,
    },
  });
  const addressOf = (region: string): string => (region === 'us-east-1' ? '192.0.2.1' : '192.0.2.2');

  it('are told by the addresses that their targets have at the same resolver', async () => {
    const bench = openBench();
    const changes = [alias('us-east-1', 50), alias('us-west-2', 50)];
    await changeRecords(
      rivalOf(bench),
      changes.map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet })),
    );
    await bench.clock.sleep(10_000);
    const done = await askedDrill(
      () => {
        const follow = simAnswers(bench, (region, { type }) => (type === 'A' ? addressOf(region) : edgeOf(region)));
        return (asked) => {
          const [, region] = /^lb\.(.*)\.elb/.exec(asked.name) ?? [];
          if (region === undefined) return follow(asked);
          return { kind: 'answers', answers: [{ type: 'A', name: asked.name, ttl: 60, data: addressOf(region) }] };
        };
      },
      { bench },
    );
    const own = done.names.find(({ name }) => name.startsWith('www'));
    expect(own).toMatchObject({ type: 'A', ttlSeconds: 60, moved: { state: 'gone' }, returned: { state: 'back' } });
    expect(done.server.asked).toContain('A lb.us-east-1.elb.amazonaws.com');
    expect(done.result.outcome).toBe('held');
  });
});

describe('records of failover pairs', () => {
  it('lead to the secondary while the primary is down by decree, and all of them back', async () => {
    const bench = openBench({ set: ['traffic.populations.americas.peakRps=4500'] });
    await activePassive(bench);
    await bench.clock.sleep(20 * 60_000);
    const set = ['blastRadius.limits.share=80%', 'method.0.prewarm.capacity=300%'];
    const done = await askedDrill(() => simAnswers(bench), { name: 'kong-us-east-1-prewarmed', set, bench });
    const states = done.names.map(({ share, moved, returned }) => [share, moved?.state, returned?.region]);
    expect(states).toEqual([
      [1, 'gone', 10],
      [1, 'gone', 10],
    ]);
    expect(done.result.outcome).toBe('held');
  });
});

describe('a drill without a resolver', () => {
  it('says in its plan and its result that nobody looked', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment(KONG));
    const why = 'the simulated world has no resolver';
    expect(plan.resolution).toEqual({ checked: false, why });
    const { result } = await drillOn(bench, plan);
    expect(result.resolution).toEqual({ checked: false, why });
  });

  it('that moves no records says nothing of it', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('gorilla-us-east-1a'));
    expect(plan.resolution).toBeUndefined();
  });
});
