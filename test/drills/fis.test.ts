import { readFileSync } from 'node:fs';
import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateExperimentTemplateCommand,
  GetExperimentTemplateCommand,
  ListExperimentsCommand,
  StopExperimentCommand,
  type ExperimentSummary,
} from '@aws-sdk/client-fis';
import { describe, expect, it } from 'vitest';
import { knownFaults } from '../../src/cli/known-faults.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Plan } from '../../src/model/plan.js';
import type { Result } from '../../src/model/run.js';
import { planIn, type Lab, type Listener } from '../crash/lab.js';
import { expectRecovery, isWhole, prepare, type Prepared } from '../crash/trials.js';

const EAST = 'us-east-1';
const MINUTE = 60_000;
const ALARM = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:slo';
const CUT = { actionId: 'aws:network:disrupt-connectivity', parameters: { duration: 'PT5M', scope: 'all' } };

async function drill({ lab, plan }: Pick<Prepared, 'lab' | 'plan'>, on?: Listener): Promise<Result> {
  const end = await lab.process().drill(plan, on);
  if (end === 'dead') throw new Error('the process died');
  return end.result;
}

/** The blackout of a zone with another method, or other settings. */
function gorilla(...changes: readonly (readonly [string | RegExp, string])[]): Experiment {
  const text = readFileSync('experiments/gorilla-by-fis.yaml', 'utf8');
  const changed = changes.reduce((now, [from, to]) => now.replaceAll(from, to), text);
  const parsed = parseExperiment(changed, 'a test', { known: { faults: knownFaults() } });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.experiment;
}

/** The same, by the fault that runs what FIS has. */
function gorillaBy(fault: string): Experiment {
  return gorilla(
    ['engine: fis', ''],
    ['fault: az-blackout', `fault: { name: fis, ${fault} }`],
    ['restore: az-b', 'restore: fis # '],
  );
}

async function experimentsIn({ rival }: Lab): Promise<readonly ExperimentSummary[]> {
  const fis = await rival.fis(EAST);
  return (await fis.send(new ListExperimentsCommand({}))).experiments ?? [];
}

async function setAlarm({ rival }: Lab, StateValue: 'OK' | 'ALARM'): Promise<void> {
  const cloudWatch = rival.cloudWatch(EAST);
  const rule = { Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 } as const;
  const metric = { Namespace: 'Test', MetricName: 'Errors', ComparisonOperator: 'GreaterThanThreshold' } as const;
  if (StateValue === 'OK') await cloudWatch.send(new PutMetricAlarmCommand({ AlarmName: 'slo', ...metric, ...rule }));
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'slo', StateValue, StateReason: 'a test' }));
}

/** Calls something once, when the method holds. */
function inTheHold(act: () => unknown): Listener {
  return (event) => {
    if (event.type === 'step' && event.index === 2) void act();
  };
}

describe('a drill by AWS FIS', () => {
  it('stops at once where FIS knows no previews and would run it for real, and leaves all as it was', async () => {
    const prepared = await prepare('gorilla-by-fis', { fisPreviews: false });
    const result = await drill(prepared);
    expect(result).toMatchObject({ outcome: 'failed', exitCode: 5, rollback: { remaining: [], conflicts: [] } });
    expect(result.error?.message).toMatch(/did not take EXP\w+ for a preview; it was stopped at once/);
    const ran = await experimentsIn(prepared.lab);
    expect(ran.map(({ state }) => state?.status)).toEqual(['stopped']);
    expect(await isWhole(prepared)).toBe(true);
  });

  it.each(['gorilla-by-fis', 'monkey-by-fis', 'monkey-cpu-by-fis'])(
    'of %s ends by itself where kong dies, and leaves nothing',
    async (name) => {
      const prepared = await prepare(name);
      const own = prepared.lab.process();
      expect(
        await own.drill(
          prepared.plan,
          inTheHold(() => {
            own.kill();
          }),
        ),
      ).toBe('dead');
      expect(await isWhole(prepared)).toBe(false);
      await prepared.lab.clock.sleep(10 * MINUTE);
      const [last] = await experimentsIn(prepared.lab);
      expect(last?.state?.status).toBe('completed');
      await expectRecovery(prepared, 'long after FIS has ended');
    },
  );

  it('is aborted where the alarm at which FIS is to stop is raised, and says which', async () => {
    const prepared = await prepare('gorilla-by-fis', {}, (lab) => setAlarm(lab, 'OK'));
    const { lab } = prepared;
    const plan = await planIn(lab, gorilla([/^fis: \{/gm, `fis: { stopAlarms: [slo],`]));
    const result = await drill(
      { lab, plan },
      inTheHold(() => setAlarm(lab, 'ALARM')),
    );
    expect(result).toMatchObject({
      outcome: 'aborted',
      exitCode: 1,
      abort: { sli: 'alarm slo', series: EAST, value: null },
      error: null,
      rollback: { reason: 'breach', remaining: [], conflicts: [] },
    });
    expect(result.summary).toContain('alarm slo: raised, so that AWS FIS stopped in us-east-1 at ');
    expect(await isWhole(prepared)).toBe(true);
  });

  it('fails where somebody else stops what FIS runs', async () => {
    const prepared = await prepare('gorilla-by-fis');
    const { lab } = prepared;
    const stop = async (): Promise<void> => {
      const fis = await lab.rival.fis(EAST);
      const [last] = await experimentsIn(lab);
      await fis.send(new StopExperimentCommand({ id: last?.id }));
    };
    const result = await drill(prepared, inTheHold(stop));
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'ENDED_BY_AWS' }, abort: null });
    expect(await isWhole(prepared)).toBe(true);
  });
});

describe('what FIS ends by itself while the method still holds', () => {
  const cut = (duration: string): Experiment =>
    gorillaBy(`action: "${CUT.actionId}", parameters: "duration=${duration}; scope=all"`);

  it('makes the drill inconclusive, which says why', async () => {
    const prepared = await prepare('gorilla-by-fis');
    const plan = await planIn(prepared.lab, cut('PT1M'));
    const result = await drill({ lab: prepared.lab, plan });
    expect(result).toMatchObject({
      outcome: 'inconclusive',
      error: { code: 'ENDED_EARLY', message: expect.stringMatching(/^AWS FIS experiment EXP\w+ completed/) as string },
      rollback: { reason: 'ended-early', remaining: [], conflicts: [] },
    });
    expect(result.summary).toContain('the fault was over before its restore: AWS FIS experiment');
    expect(await isWhole(prepared)).toBe(true);
  });

  it('leaves what FIS does for good to be judged: it is there after the end, too', async () => {
    const prepared = await prepare('gorilla-by-fis');
    const plan = await planIn(prepared.lab, gorillaBy('action: "aws:ec2:terminate-instances"'));
    expect(['held', 'deviated']).toContain((await drill({ lab: prepared.lab, plan })).outcome);
  });
});

describe('the fault that has FIS run something', () => {
  /** Runs it, and says what it hit. */
  async function ran(prepared: Prepared, plan: Plan): Promise<Result> {
    let cut = false;
    const result = await drill(
      { lab: prepared.lab, plan },
      inTheHold(async () => {
        cut = !(await isWhole(prepared));
      }),
    );
    expect(cut).toBe(true);
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(await isWhole(prepared)).toBe(true);
    return result;
  }

  it('runs a template that is there, stops it, and leaves the template', async () => {
    let id = '';
    const prepared = await prepare('gorilla-by-fis', {}, async ({ rival }) => {
      const fis = await rival.fis(EAST);
      const answer = await fis.send(
        new CreateExperimentTemplateCommand({
          description: 'theirs',
          roleArn: 'arn:aws:iam::123456789012:role/theirs',
          stopConditions: [{ source: 'aws:cloudwatch:alarm', value: ALARM }],
          targets: {
            zone: {
              resourceType: 'aws:ec2:subnet',
              parameters: { availabilityZoneIdentifier: 'us-east-1a' },
              selectionMode: 'ALL',
            },
          },
          actions: { cut: { ...CUT, targets: { Subnets: 'zone' } } },
        }),
      );
      id = answer.experimentTemplate?.id ?? '';
    });
    const { lab } = prepared;
    const plan = await planIn(lab, gorillaBy(`template: ${id}`));
    expect(plan.blast.subnets).toBe(1);
    expect((await ran(prepared, plan)).outcome).toBe('held');
    const fis = await lab.rival.fis(EAST);
    const { experimentTemplate } = await fis.send(new GetExperimentTemplateCommand({ id }));
    expect(experimentTemplate?.description).toBe('theirs');
    expect((await experimentsIn(lab)).map(({ state }) => state?.status)).toEqual(['stopped', 'completed']);
  });

  it('runs one action on what the blast radius selects, by a template of its own that is gone afterwards', async () => {
    const prepared = await prepare('gorilla-by-fis');
    const parameters = Object.entries(CUT.parameters)
      .map((pair) => pair.join('='))
      .join('; ');
    const plan = await planIn(prepared.lab, gorillaBy(`action: "${CUT.actionId}", parameters: "${parameters}"`));
    expect(plan.blast.subnets).toBe(1);
    expect((await ran(prepared, plan)).outcome).toBe('held');
  });

  describe('beside groups that replace what stops', () => {
    /** All instances of one group in a zone are stopped for as long as the drill lasts. */
    async function stopped(groups: string): Promise<{ readonly prepared: Prepared; readonly result: Result }> {
      const prepared = await prepare('gorilla-by-fis');
      const action = 'action: "aws:ec2:stop-instances", parameters: "startInstancesAfterDuration=PT15M"';
      const plan = await planIn(prepared.lab, gorillaBy(`${action}${groups}`));
      return { prepared, result: await drill({ lab: prepared.lab, plan }) };
    }

    it('keeps them from it, so that the same instances come back', async () => {
      const { prepared, result } = await stopped('');
      expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
      expect(await isWhole(prepared)).toBe(true);
    });

    it('lets them, where the step says so', async () => {
      const { prepared } = await stopped(', groups: heal');
      expect(await isWhole(prepared)).toBe(false);
    });
  });

  it.each([
    ['"aws:ec2:stop-instances", parameters: "startInstancesAfterDuration=PT15M"', true],
    ['"aws:ec2:stop-instances"', false],
    ['"aws:ec2:terminate-instances"', false],
    ['"aws:ec2:terminate-instances", groups: freeze', true],
    ['"aws:network:disrupt-connectivity", parameters: "duration=PT5M; scope=all", groups: heal', false],
  ])('with action %s freezes groups: %s', async (action, freezes) => {
    const { lab } = await prepare('gorilla-by-fis');
    const { steps } = await planIn(lab, gorillaBy(`action: ${action}`));
    const kinds = steps.flatMap(({ batches }) => batches.flat()).map(({ attribute }) => attribute);
    expect(kinds.includes('asg.suspendedProcesses')).toBe(freezes);
    if (freezes) {
      expect(kinds.indexOf('asg.suspendedProcesses')).toBeLessThan(kinds.lastIndexOf('fisExperiment.running'));
    }
  });
});
