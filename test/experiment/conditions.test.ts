import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import { KongError } from '../../src/model/errors.js';
import { FAULTS } from '../../src/faults/registry.js';
import type { Conditions } from '../../src/model/conditions.js';
import { MemoryFiles } from '../support/memory-files.js';

const VALID = readFileSync('experiments/gorilla-us-east-1a.yaml', 'utf8');
const faults = FAULTS.map(({ name, scopes }) => ({ name, scopes, params: {} }));

function parsed(more: string): ReturnType<typeof parseExperiment> {
  return parseExperiment(`${VALID}\n${more}\n`, 'x.yaml', { known: { faults } });
}

function problems(more: string): readonly string[] {
  const result = parsed(more);
  return result.ok ? [] : result.problems.map(({ message, fix }) => `${message} | ${fix ?? ''}`);
}

function conditions(more: string): Conditions | undefined {
  const result = parsed(more);
  if (!result.ok) throw new Error(problems(more).join('\n'));
  return result.experiment.conditions;
}

describe('the conditions of an experiment', () => {
  it.each([
    ['window: { days: [mun] }', '"mun" is no day', 'mon-fri'],
    ['window: { hours: 9-17 }', '"9-17" are no hours', '09:00-17:00'],
    ['window: { hours: 09:00-25:00 }', 'are no hours', '09:00-17:00'],
    ['window: { timeZone: Europe/Pariss }', 'is no time zone', 'Europe/Paris'],
    ['window: { zone: UTC }', 'unknown key zone', ''],
    ['errorBudget: { sli: stream-starts, objective: 100% }', '"100%" is no objective', '>= 99.99%'],
    ['errorBudget: { sli: stream-starts, objective: ">= baseline" }', 'is no objective', '>= 99.99%'],
    ['errorBudget: { sli: stream-start, objective: 99% }', 'no SLI stream-start is defined', 'stream-starts'],
    ['errorBudget: { sli: latency-p99, objective: 99% }', 'latency-p99 is in milliseconds', 'percent'],
    ['errorBudget: { sli: stream-starts, objective: 99%, window: 400d }', 'has to be from 1h to 90d', '30d'],
    ['capacity: { limit: 180% }', 'has to be above 0% and at most 100%', ''],
    ['blockingAlarms: edge-5xx', 'list', ''],
  ])('refuse %s', (text, message, fix) => {
    const found = problems(text).join('\n');
    expect(found).toContain(message);
    expect(found).toContain(fix);
  });

  it('say with a malformed part what else is wrong', () => {
    expect(problems('errorBudget: { sli: stream-start, objective: 99% }\npol: 1s')).toHaveLength(2);
  });

  it('are none where nothing is asked for', () => {
    expect(conditions('')).toBeUndefined();
  });

  it('are read as they are meant', () => {
    const text = `
window: { days: [mon-wed, sat-sun], hours: 22:00-04:00, timeZone: Europe/Paris }
blockingAlarms: [edge-5xx, us-east-1/checkout]
errorBudget: { sli: error-rate, objective: "<= 0.1%", window: 7d }
capacity: { namespace: AWS/EC2, limit: 70% }`;
    expect(conditions(text)).toEqual({
      windows: [
        {
          text: 'sun mon tue wed sat 22:00-04:00 Europe/Paris',
          days: [0, 1, 2, 3, 6],
          fromMinute: 1_320,
          toMinute: 240,
          timeZone: 'Europe/Paris',
        },
      ],
      freezes: [],
      blockingAlarms: ['edge-5xx', 'us-east-1/checkout'],
      errorBudget: {
        sli: 'error-rate',
        objective: { text: '<= 0.1%', op: '<=', limit: { kind: 'absolute', value: 0.1 } },
        windowMs: 604_800_000,
      },
      capacity: { namespace: 'AWS/EC2', metric: 'CPUUtilization', limit: 0.7 },
    });
  });

  it('take a plain objective for what should be reached, over a month', () => {
    expect(conditions('errorBudget: { sli: stream-starts, objective: 99.9% }')?.errorBudget).toMatchObject({
      objective: { op: '>=', limit: { value: 99.9 } },
      windowMs: 30 * 86_400_000,
    });
  });
});

describe('the conditions of kong.yaml', () => {
  const read = (text: string): Conditions => {
    const files = new MemoryFiles();
    files.write('kong.yaml', `version: 1\n${text}\n`);
    return readConfig('kong.yaml', files).conditions;
  };

  it.each([
    ['freezes: [{ from: 2026-11-20, to: 2026-11-30 }]', 'reason'],
    ['freezes: [{ from: 2026-11-30, to: 2026-11-20, reason: x }]', 'ends before it begins'],
    ['freezes: [{ from: 20.11.2026, to: 2026-11-20, reason: x }]', 'is no date'],
    ['windows: [{ days: [friday] }]', 'is no day'],
  ])('refuse %s', (text, said) => {
    let error: unknown;
    try {
      read(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(KongError);
    expect(error instanceof KongError ? error.detail.join('\n') : '').toContain(said);
  });

  it('are several windows and freezes', () => {
    const found = read(
      'windows: [{ days: [mon-fri] }, { hours: 00:00-24:00 }]\n' +
        'freezes: [{ from: 2026-11-20, to: 2026-11-30, reason: peak }]',
    );
    expect(found.windows).toHaveLength(2);
    expect(found.freezes).toEqual([{ from: '2026-11-20', to: '2026-11-30', reason: 'peak', timeZone: 'UTC' }]);
    expect(new MemoryFiles().read('kong.yaml')).toBeUndefined();
    expect(readConfig('kong.yaml', new MemoryFiles()).conditions.windows).toEqual([]);
  });
});
