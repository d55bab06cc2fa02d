import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../src/experiment/parse.js';
import { FAULTS } from '../../src/faults/registry.js';

function problemsOf(file: string, override: string): readonly (readonly [string, string | undefined])[] {
  const faults = FAULTS.map(({ name, scopes, params }) => ({ name, scopes, params }));
  const text = readFileSync(`experiments/${file}.yaml`, 'utf8');
  const parsed = parseExperiment(text, file, { known: { faults }, overrides: [override] });
  return parsed.ok ? [] : parsed.problems.map(({ message, fix }) => [message, fix]);
}

describe('what can not be read comes with what to write', () => {
  it.each([
    [
      'monkey-latency',
      'blastRadius.instance={count: 1, percent: 10}',
      'percent does not go with count',
      'take one of the two away',
    ],
    ['split-brain', 'blastRadius.link=[us-east-1]', 'link needs two regions', 'write [us-east-1, us-west-2]'],
    ['split-brain', 'blastRadius.link=us-east-1', 'link needs two regions', 'write [us-east-1, us-west-2]'],
    ['split-brain', 'blastRadius.link=[us-east-1, mars-1]', 'mars-1 is no region', 'a region looks like us-west-2'],
    ['kong-us-east-1', 'method.2.hold=0s', 'hold has to be longer than 0', 'write 10s, 1m30s or 2h'],
    ['kong-us-east-1', 'method.2.hold=25h', '"25h" is longer than a day', 'write at most 24h'],
    [
      'kong-observe-us-east-1',
      'method.1.observe.within=0s',
      'within has to be longer than 0',
      'write 10s, 1m30s or 2h',
    ],
    [
      'kong-us-east-1',
      'method.1.shift.steps=[50%, 25%]',
      'each step has to be above the one before',
      'write them rising: [25%, 50%, 100%]',
    ],
    [
      'kong-us-east-1-prewarmed',
      'method.0.prewarm.capacity=50%',
      'capacity has to be above 100% and at most 1000%',
      'write 150%',
    ],
  ])('%s with %s', (file, override, message, fix) => {
    expect(problemsOf(file, override)).toEqual([[message, fix]]);
  });
});
