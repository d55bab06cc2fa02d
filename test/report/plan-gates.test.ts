import { describe, expect, it } from 'vitest';
import { planMarkdown, planText } from '../../src/report/plan-text.js';
import { PASSED, REFUSED, sampleExperiment, samplePlan } from './samples.js';

const text = (...args: Parameters<typeof samplePlan>): string => planText(samplePlan(...args), { colour: false });

describe('the gates of a plan', () => {
  const overridden = { ...REFUSED, name: 'limits.share', overridden: { reason: 'agreed | with *them*' } };

  it('are all shown: what refuses first, then what was overridden, then what passed', () => {
    const out = text({ gates: [PASSED, overridden, { ...REFUSED, overridable: true }] });
    expect(out).toContain(
      [
        'Gates: 1 refuses, 1 overridden, 1 passed',
        '  ✗ rollback.within: a rollback takes 90s at worst, limit 60s',
        '      fix: narrow the blast radius, or raise rollback.within',
        '      or pass it: --override rollback.within --reason "…"',
        '  ! limits.share: a rollback takes 90s at worst, limit 60s',
        '      overridden: agreed | with *them*',
        '  ✓ limits.instances: 6 instances, limit 200',
      ].join('\n'),
    );
  });

  it('say of one that can not be overridden that it can not', () => {
    expect(text({ gates: [{ ...REFUSED, overridable: false }] })).toContain("      can't be overridden\n");
  });

  it('show every difference of a plan that no longer fits', () => {
    const resource = 'subnet us-east-1/subnet-0a1';
    const differences = [
      { resource, attribute: 'subnet.networkAcl', planned: 'acl-1', now: 'acl-9' },
      { resource, attribute: 'subnet.networkAcl', planned: 'acl-1', now: null, note: 'it is not there any more' },
    ];
    const gates = [{ ...REFUSED, name: 'plan.drift', differences }];
    expect(text({ gates })).toContain(`      ${resource} networkAcl: planned acl-1, now acl-9\n`);
    expect(text({ gates })).toContain('planned acl-1, now none (it is not there any more)\n');
    expect(planMarkdown(samplePlan({ gates }))).toContain('planned acl-1, now acl-9');
  });

  it('are harmless in a pull request', () => {
    expect(planMarkdown(samplePlan({ gates: [overridden] }))).toContain('overridden: agreed \\| with \\*them\\* |');
  });
});

describe('how a drill is watched', () => {
  it('names objectives, polls, the baseline, gaps, and the slowest abort with its arithmetic', () => {
    expect(text({ publishDelaySeconds: 5 }).replace(/\n +/g, ' ')).toContain(
      [
        'objectives  RTO 3m, RPO 10s',
        'read        every 10s; the baseline is the 5m before',
        'no data     none for 1m stops the drill',
        'abort       at most 55s after a lasting breach begins (4 periods of 10s, 5s until it can be read, ' +
          'a poll of 10s; Stream starts that succeed < 97% for 3 of 5)',
      ].join(' '),
    );
  });

  it('says that CloudWatch has a delay of its own where nobody knows it', () => {
    expect(text().replace(/\n +/g, ' ')).toContain(
      'at most 50s after a lasting breach begins, and what CloudWatch takes',
    );
  });

  it('names the SLIs whose gaps mean something else', () => {
    const [first, ...others] = sampleExperiment().slis;
    const slis = first ? [{ ...first, missing: 'zero' as const }, ...others] : [];
    expect(text({ experiment: sampleExperiment({ slis }) })).toContain('Stream starts that succeed: a gap counts as 0');
  });
});
