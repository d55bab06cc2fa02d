import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownFaults } from '../../src/cli/known-faults.js';
import type { Diagnostic } from '../../src/experiment/diagnostic.js';
import { parseExperiment } from '../../src/experiment/parse.js';

const ROLE = /^fis: .*$/m;

interface Asked {
  readonly experiment?: string;
  /** What the fault's step says. */
  readonly fault?: string;
  readonly without?: RegExp;
  readonly inConfig?: boolean;
}

/** What is wrong with an experiment of AWS FIS that is written otherwise. */
function problems({ experiment = 'gorilla-fis-action', fault, without, inConfig }: Asked): readonly Diagnostic[] {
  const written = readFileSync(`experiments/${experiment}.yaml`, 'utf8');
  const text = (without ? written.replace(without, '') : written).replace(/^  - fault: .*$/m, (line) =>
    fault === undefined ? line : `  - fault: { name: fis, ${fault} }`,
  );
  const known = { faults: knownFaults(), ...(inConfig === undefined ? {} : { fisRole: inConfig }) };
  const parsed = parseExperiment(text, 'x.yaml', { known });
  return parsed.ok ? [] : parsed.problems;
}

function lineOf(experiment: string, found: RegExp): number {
  return (
    readFileSync(`experiments/${experiment}.yaml`, 'utf8')
      .split('\n')
      .findIndex((line) => found.test(line)) + 1
  );
}

describe('a step that has AWS FIS run something', () => {
  const METHOD = lineOf('gorilla-fis-action', /^  - fault:/);

  it.each([
    ['action: "aws:ec2:stop-instance"', 'did you mean aws:ec2:stop-instances?'],
    [
      'action: "aws:kinesis:stream-pause"',
      'run it by a template of yours: { name: fis, template: EXT… }; kong knows aws:',
    ],
  ])('refuses %s, at its place, with what is known', (fault, fix) => {
    const [problem, ...more] = problems({ fault });
    expect(problem).toMatchObject({ line: METHOD, fix: expect.stringContaining(fix) as unknown });
    expect(problem?.message).toMatch(/^action of fis is none that kong knows: aws:/);
    expect(more).toEqual([]);
  });

  const ITS_OWN = ['parameters: "a=b"', 'tag: a=b', 'selection: ALL'];

  it.each(ITS_OWN)('refuses %s beside a template, which has its own', (more) => {
    const [name] = more.split(':');
    expect(problems({ fault: `template: EXT1, ${more}` })).toMatchObject([
      { line: METHOD, message: `${name} of fis goes with action, and action is not given` },
    ]);
  });

  it('refuses both a template and an action, and neither', () => {
    expect(problems({ fault: 'template: EXT1, action: "aws:fis:wait"' })).toMatchObject([
      { line: METHOD, message: 'fis takes either template or action, not both', fix: 'take template or action away' },
    ]);
    expect(problems({ fault: 'groups: heal' })).toMatchObject([{ message: 'fis takes either template or action' }]);
  });
});

describe('a role for AWS FIS', () => {
  it.each([
    ['gorilla-fis-action', /^  - fault:/],
    ['gorilla-shift-us-east-1a', /^  - fault:/],
    ['gorilla-by-fis', /^engine:/],
  ])('is missed by %s where neither it nor kong.yaml names one, at the place that needs it', (experiment, place) => {
    expect(problems({ experiment, without: ROLE, inConfig: false })).toMatchObject([
      {
        line: lineOf(experiment, place),
        message: 'AWS FIS needs an IAM role to act by, and neither the experiment nor kong.yaml has one',
        fix: expect.stringContaining('add fis: { role: ') as unknown,
      },
    ]);
    expect(problems({ experiment, inConfig: false })).toEqual([]);
    expect(problems({ experiment, without: ROLE, inConfig: true })).toEqual([]);
  });

  it('is not asked for by what needs none: a template has its own', () => {
    expect(problems({ fault: 'template: EXT1', without: ROLE, inConfig: false })).toEqual([]);
    expect(problems({ experiment: 'gorilla-us-east-1a', inConfig: false })).toEqual([]);
  });
});
