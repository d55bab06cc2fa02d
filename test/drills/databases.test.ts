import { describe, expect, it } from 'vitest';
import type { Experiment, Step } from '../../src/model/experiment.js';
import type { Plan } from '../../src/model/plan.js';
import type { Result } from '../../src/model/run.js';
import { readRds } from '../../src/inventory/read-rds.js';
import { planText } from '../../src/report/plan-text.js';
import { resultText } from '../../src/report/result-text.js';
import { drillOn, openBench, planOn, readExperiment, type Around, type Bench } from '../support/sim-drill.js';

const EAST = 'us-east-1';

/** The zone drill of the repository, with databases in its selection that are told to fail over, or not. */
function zoneDrill(
  params: Extract<Step, { kind: 'fault' }>['params'],
  more: Partial<Experiment['blastRadius']>,
): Experiment {
  const experiment = readExperiment('gorilla-us-east-1a');
  const method: readonly Step[] = [
    { kind: 'fault', fault: 'az-blackout', params },
    { kind: 'hold', forMs: 60_000 },
  ];
  const select = { ...experiment.blastRadius.select, tags: { app: ['edge', 'accounts'] } };
  return { ...experiment, method, blastRadius: { ...experiment.blastRadius, select, ...more } };
}

function irreversibleOf({ steps }: Plan): readonly string[] {
  const changes = steps.flatMap(({ batches }) => batches.flat());
  return changes.filter(({ kind }) => kind === 'irreversible').map(({ resource }) => resource.id);
}

async function failedOver(bench: Bench): Promise<Result> {
  const { result } = await drillOn(bench, await planOn(bench, readExperiment('db-failover-us-east-1a')));
  return result;
}

async function writerOf({ cloud }: Bench, id: string): Promise<string | undefined> {
  return (await readRds(EAST, cloud)).find((one) => one.id === id)?.writer?.zone;
}

describe('databases of a zone', () => {
  it('do not fail over where that is not allowed by name', async () => {
    const bench = openBench();
    const plan = await planOn(bench, zoneDrill({ databases: 'failover' }, {}));
    expect(plan.gates.filter(({ passed }) => !passed).map(({ code }) => code)).toEqual(['IRREVERSIBLE_NOT_ALLOWED']);
    const { result } = await drillOn(bench, plan);
    expect(result.outcome).toBe('refused');
    expect(bench.calls.counts().write).toBe(0);
    expect(await writerOf(bench, 'accounts')).toBe('us-east-1a');
  });

  it('stay where a zone goes dark and nothing is said of them', async () => {
    const bench = openBench();
    expect(irreversibleOf(await planOn(bench, zoneDrill({ databases: 'stay' }, {})))).toEqual([]);
    expect(irreversibleOf(await planOn(bench, zoneDrill({}, {})))).toEqual([]);
  });

  it('fail over with it where the experiment says so, after what can be undone, and stay where they went', async () => {
    const bench = openBench();
    const plan = await planOn(
      bench,
      zoneDrill({ databases: 'failover' }, { allowIrreversible: ['database.failover'] }),
    );
    expect(irreversibleOf(plan)).toEqual(['accounts']);
    expect(plan.steps[0]?.batches[0]?.at(-1)?.resource.id).toBe('accounts');
    const { result } = await drillOn(bench, plan);
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(result.rollback.irreversible.map(({ aftermath }) => aftermath?.state)).toEqual(['replaced']);
    expect(await writerOf(bench, 'accounts')).not.toBe('us-east-1a');
  });
});

describe('a failover', () => {
  it('is told with who writes now, and how long it took', async () => {
    const { rollback } = await failedOver(openBench());
    const told = rollback.irreversible.map(({ resource, aftermath }) => [
      resource,
      aftermath?.by,
      aftermath?.afterSeconds,
    ]);
    expect(told).toEqual([
      // seen at a poll, every ten seconds
      ['db-cluster us-east-1/accounts', 'accounts-2 in us-east-1b', 30],
      ['db-instance us-east-1/ledger', 'ledger in us-east-1b', 60],
      ['cache-group us-east-1/sessions/0001', 'sessions-002 in us-east-1b', 40],
    ]);
  });

  it('is counted in the plan, and is not said to be unnoticed by traffic that does not use it', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('db-failover-us-east-1a'));
    expect(planText(plan, { colour: false })).toContain('0 records, 2 databases, 1 cache\n');
    const text = resultText((await drillOn(bench, plan)).result, { colour: false });
    expect(text).toContain('after 30s; the simulated traffic does not use it');
    expect(text).not.toContain('nobody noticed');
    const link = await planOn(openBench(), readExperiment('split-brain'));
    expect(planText(link, { colour: false })).toContain('0 records, 2 routes\n');
    const pause = await planOn(openBench(), readExperiment('replication-pause-state'));
    expect(planText(pause, { colour: false })).toContain('0 records, 2 replication rules\n');
  });

  it('that does not come to an end is missed, and a finding', async () => {
    const result = await failedOver(openBench({ set: ['databases.accounts.failover=1h'] }));
    expect(result.rollback.irreversible.map(({ aftermath }) => aftermath?.state)).toEqual([
      'missing',
      'replaced',
      'replaced',
    ]);
    const [finding] = result.findings.filter(({ id }) => id === 'not-replaced');
    expect(finding?.suggestion).toMatch(/events of the database/);
  });

  it.each(['FailoverDBCluster', 'RebootDBInstance', 'TestFailover'])(
    'whose answer to %s was lost is not taken for failed when the call that is sent again is refused',
    async (operation) => {
      let lost = 0;
      const around: Around = async (command, answer) => {
        const answered = await answer();
        if (command !== `${operation}Command` || lost > 0) return answered;
        lost++;
        throw Object.assign(new Error('the answer was lost'), { name: 'TimeoutError' });
      };
      const result = await failedOver(openBench({ around }));
      expect(lost).toBe(1);
      expect(result.outcome).toBe('held');
      expect(result.rollback.irreversible.map(({ aftermath }) => aftermath?.state)).toEqual(Array(3).fill('replaced'));
    },
  );

  it('is not asked for once the writer has left the zone by itself', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('db-failover-us-east-1a'));
    await drillOn(bench, plan);
    const writes = bench.calls.counts().write;
    const { result } = await drillOn(bench, plan);
    expect(result.outcome).toBe('failed');
    expect(result.error?.message).toMatch(/has its writer in us-east-1b, and not in us-east-1a/);
    expect(bench.calls.counts().write).toBe(writes);
  });
});
