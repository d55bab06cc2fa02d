import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../../src/model/experiment.js';
import type { FisTemplate } from '../../../src/model/fis-template.js';
import type { Gate } from '../../../src/model/plan.js';
import { fisLasts } from '../../../src/plan/fis-lasts.js';
import { readExperiment } from '../../support/sim-drill.js';
import { gatesFor } from './asked.js';

const MINUTE = 60_000;
const CUT = 'aws:network:disrupt-connectivity';
const asked = readExperiment('gorilla-fis-action');

/** The zone's network by FIS, held for three minutes. */
function held(action: string, parameters: string): Experiment {
  return {
    ...asked,
    method: [
      { kind: 'fault', fault: 'fis', params: { action, parameters, selection: 'ALL' } },
      { kind: 'hold', forMs: 2 * MINUTE },
      { kind: 'hold', forMs: MINUTE },
      { kind: 'restore', what: 'fis' },
      { kind: 'hold', forMs: 60 * MINUTE },
    ],
  };
}

async function lastsGate(action: string, parameters: string): Promise<Gate> {
  return (await gatesFor(held(action, parameters)))('fis.lasts');
}

describe('fis.lasts', () => {
  it.each([
    ['PT1M', '1m'],
    ['PT3M', '3m'],
  ])('refuses what ends by itself after %s where its restore comes after 3m', async (duration, text) => {
    expect(await lastsGate(CUT, `duration=${duration}; scope=all`)).toMatchObject({
      code: 'REFUSED',
      passed: false,
      message: `${CUT} ends by itself after ${text}, and its restore comes after 3m`,
      fix: 'duration=PT4M, or a shorter hold',
    });
  });

  it('calls the duration as the action does', async () => {
    expect(await lastsGate('aws:ec2:stop-instances', 'startInstancesAfterDuration=PT1M')).toMatchObject({
      passed: false,
      fix: 'startInstancesAfterDuration=PT4M, or a shorter hold',
    });
  });

  it.each([
    [CUT, 'duration=PT4M; scope=all', 'what AWS FIS breaks is there until its restore'],
    ['aws:ec2:terminate-instances', '', 'what AWS FIS breaks is there until its restore'],
    [CUT, 'scope=all', `how long ${CUT} lasts is not known: where it ends before its restore, the drill is inconclusive`],
  ])('passes %s with %j, and says what is not known', async (action, parameters, message) => {
    expect(await lastsGate(action, parameters)).toMatchObject({ passed: true, message });
  });
});

describe('how long a template of AWS FIS breaks something', () => {
  const lasts = (actions: FisTemplate['actions']): ReturnType<typeof fisLasts> =>
    fisLasts({ description: '', roleArn: '', stopConditions: [], actions });
  const wait = { actionId: 'aws:fis:wait', parameters: { duration: 'PT2M' } };
  const cut = { actionId: CUT, parameters: { duration: 'PT5M' } };

  it('is until the last of its actions ends, each after those that it waits for', () => {
    expect(lasts({ wait, cut: { ...cut, startAfter: ['wait'] } })).toBe(7 * MINUTE);
    expect(lasts({ wait, cut })).toBe(5 * MINUTE);
  });

  it('is not known where one of them is not', () => {
    expect(lasts({ wait, cut: { actionId: 'aws:ec2:melt' } })).toBe('unknown');
    expect(lasts({ cut: { actionId: CUT } })).toBe('unknown');
  });

  it('is for good where one of them is not taken back', () => {
    expect(lasts({ wait, stop: { actionId: 'aws:ec2:stop-instances' } })).toBe('for-good');
    const parameters = { startInstancesAfterDuration: 'PT1M' };
    expect(lasts({ stop: { actionId: 'aws:ec2:stop-instances', parameters } })).toBe(MINUTE);
  });
});
