import { describe, expect, it } from 'vitest';
import { planJson, planMarkdown, planText } from '../../src/report/plan-text.js';
import {
  HOSTILE,
  PASSED,
  REFUSED,
  change,
  sampleExperiment,
  samplePlan,
  sampleSteps,
  subnetChanges,
} from './samples.js';

const text = (...args: Parameters<typeof samplePlan>): string => planText(samplePlan(...args), { colour: false });
const lastLine = (out: string): string | undefined => out.trimEnd().split('\n').at(-1);

describe('planText', () => {
  it('says last that a refused plan would not start, and why', () => {
    const out = text({ gates: [PASSED, REFUSED] });
    expect(out).toContain(
      '  ✗ rollback.within: a rollback takes 90s at worst, limit 60s\n' +
        '      fix: narrow the blast radius, or raise rollback.within\n',
    );
    expect(lastLine(out)).toBe('a drill would be refused by 1 gate: rollback.within');
  });

  it('says last that a plan would start', () => {
    expect(lastLine(text())).toBe('a drill would start');
  });

  it('says what can not be undone, and what is lost', () => {
    const out = text({
      steps: [
        {
          step: { kind: 'fault', fault: 'instance-terminate', params: {} },
          title: 'instance-terminate',
          batches: [
            [
              {
                kind: 'irreversible',
                id: 'c1',
                attribute: 'instance.terminate',
                loses: 'i-1 of group playback',
                resource: { type: 'instance', region: 'us-east-1', id: 'i-1', zone: 'us-east-1a' },
              },
            ],
          ],
        },
      ],
    });
    expect(out).toContain("Can't be undone\n  1 × instance.terminate: the instance and its");
    expect(out).toContain('    i-1 of group playback\n');
    expect(out).not.toContain('Undo, at the end');
  });
});

describe('the head of a plan', () => {
  it('begins with what, where and why', () => {
    expect(text().split('\n').slice(0, 5)).toEqual([
      'PLAN  chaos-kong-us-east-1: region us-east-1, survivor us-west-2',
      '  runs on     the simulated world streaming',
      '  hypothesis  Members keep streaming while us-east-1 is dark.',
      '  owner       resilience@example.com',
      '  seed        1, fingerprint d0c5f1a2b3c4',
    ]);
  });

  it('names the account of a plan for AWS', () => {
    const out = text({ on: 'aws', where: 'http://127.0.0.1:5555', account: '123456789012' });
    expect(out).toContain('  runs on     http://127.0.0.1:5555, account 123456789012\n');
  });

  it('shows the blast radius by group and zone, aligned', () => {
    expect(text()).toContain(
      [
        'Blast radius',
        '  6 of 12 instances (50 %), 1 group, 2 subnets, 1 record',
        '    group  us-east-1/playback  6 of 6  100 %',
        '    zone   us-east-1a          4 of 4  100 %',
        '    zone   us-east-1b          2 of 4   50 %',
      ].join('\n'),
    );
  });

  it('never rounds a part to all or to nothing', () => {
    const byGroup = [
      { name: 'a', hit: 999, of: 1_000 },
      { name: 'b', hit: 1, of: 1_000 },
    ];
    const blast = { ...samplePlan().blast, byGroup };
    expect(text({ blast })).toMatch(/999 of 1000 {2}> 99 %\n.* 1 of 1000 {3}< 1 %\n/);
  });
});

describe('the steps of a plan', () => {
  it('lists changes as a diff, a ramp in one line, and a return from where the shift ended', () => {
    expect(text()).toContain(
      [
        'Steps',
        '  1  region-dark  4 changes',
        '     asg us-east-1/playback                    suspendedProcesses  ' +
          '[] → [AZRebalance, AlarmNotification, HealthCheck, Launch, Terminate]',
        '     network-acl us-east-1/deny-vpc-1          exists              none → new in vpc-1, denies everything',
        '     subnet us-east-1/subnet-0a0 (us-east-1a)  networkAcl          acl-0 → deny-vpc-1 (new)',
        '     subnet us-east-1/subnet-0a1 (us-east-1a)  networkAcl          acl-1 → deny-vpc-1 (new)',
        '  2  shift 25 → 100 % to survivors  2 changes, one batch every 20s',
        '     record Z1/api.example.com./A/use1  weight  50 → 38 → 0',
        '  3  hold 5m',
        '  4  restore region-dark  puts back 4 changes',
        '  5  return 50 → 100 %  2 changes, one batch every 1m',
        '     record Z1/api.example.com./A/use1  weight  0 → 25 → 50',
      ].join('\n'),
    );
  });

  it('begins again from before after a restore', () => {
    const fault = { kind: 'fault', fault: 'az-blackout', params: {} } as const;
    const instance = { type: 'instance', region: 'us-east-1', id: 'i-1' } as const;
    const again = [change('instance.state', instance, ['running', 'stopped'])];
    const out = text({
      steps: [
        { step: fault, title: 'first', batches: [again] },
        { step: { kind: 'restore', what: 'az-blackout' }, title: 'restore', batches: [] },
        { step: fault, title: 'second', batches: [again] },
      ],
    });
    expect(out.match(/state {2}running → stopped/g)).toHaveLength(2);
  });

  it('keeps 200 subnets readable', () => {
    const out = text({ steps: sampleSteps(200) });
    expect(out).toContain('     … and 195 more, -v lists them\n');
    expect(out.split('\n').length).toBeLessThan(60);
  });

  it('lists every one of 200 subnets when verbose', () => {
    const out = planText(samplePlan({ steps: sampleSteps(200) }), { colour: false, verbose: true });
    expect(out.match(/subnet us-east-1\/subnet-/g)).toHaveLength(200);
    expect(out).toContain('[AZRebalance, AlarmNotification, HealthCheck, Launch, Terminate]');
    expect(out).not.toContain('more');
  });
});

describe('the rest of a plan', () => {
  it('says how each kind of change is undone, what it costs, and what is watched', () => {
    const out = text();
    expect(out).toContain('  subnet.networkAcl       each subnet gets its own network ACL back\n');
    expect(out).toContain(
      '  8 write calls to AWS and 5 to undo; the method waits 6m20s; ' + 'rollback at worst 22s, limit 1m\n',
    );
    expect(out).toContain(
      '  Stream starts that succeed  expect >= 99% after at most 3m              ' + 'abort < 97% for 3 of 5\n',
    );
  });

  it('groups what is left alone by its reason', () => {
    const leftAlone = Array.from({ length: 40 }, (_, index) => ({ what: `i-${index}`, why: 'has no tag kong=yes' }));
    expect(text({ leftAlone })).toContain('  has no tag kong=yes (40)\n    i-0, i-1, i-2, i-3, i-4, … and 35 more\n');
  });

  it('breaks what does not fit into the width of a terminal, and cuts nothing', () => {
    const hypothesis = 'word '.repeat(60);
    const out = planText(samplePlan({ experiment: sampleExperiment({ hypothesis }) }), { colour: false, width: 60 });
    const prose = out.split('\n').filter((line) => line.includes('word'));
    expect(prose.length).toBeGreaterThan(4);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(out).toContain(
      '     subnet us-east-1/subnet-0a0 (us-east-1a)\n       networkAcl acl-0 → deny-vpc-1 (new)\n',
    );
  });

  it('keeps a change on one line where the width is not known', () => {
    const hypothesis = 'word '.repeat(60);
    const out = text({ experiment: sampleExperiment({ hypothesis }) });
    expect(out).toContain('subnet us-east-1/subnet-0a0 (us-east-1a)  networkAcl          acl-0 → deny-vpc-1 (new)');
  });

  it('prints the same with and without colour, the colours aside', () => {
    const plan = samplePlan({ gates: [PASSED, REFUSED] });
    const coloured = planText(plan, { colour: true });
    expect(coloured).toContain('\u001b[');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(planText(plan, { colour: false }));
  });

  it.each(HOSTILE)('is as long as ever, and harmless, where everything is called %j', (name) => {
    const harmless = hostilePlan('harmless');
    const out = planText(hostilePlan(name), { colour: false, width: 10_000 });
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(out.split('\n')).toHaveLength(planText(harmless, { colour: false, width: 10_000 }).split('\n').length);
  });
});

describe('planMarkdown', () => {
  it.each(HOSTILE)('keeps its tables where everything is called %j', (name) => {
    const columns = (markdown: string): readonly number[] =>
      markdown
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.replace(/\\./g, '').split('|').length);
    const out = planMarkdown(hostilePlan(name));
    expect(columns(out)).toEqual(columns(planMarkdown(hostilePlan('harmless'))));
    expect(out.replace(/<\/?(?:details|summary)>/g, '')).not.toMatch(/[<>]/);
  });

  it('says first whether a drill would start', () => {
    expect(
      planMarkdown(samplePlan({ gates: [REFUSED] }))
        .split('\n')
        .slice(0, 3),
    ).toEqual([
      '## kong plan chaos-kong-us-east-1: region us-east-1, survivor us-west-2',
      '',
      '❌ **a drill would be refused by 1 gate: rollback.within**',
    ]);
    expect(planMarkdown(samplePlan())).toContain('✅ **a drill would start**');
  });

  it('folds long lists away, and fits into a comment', () => {
    const out = planMarkdown(samplePlan({ steps: sampleSteps(500) }));
    expect(out).toContain('<details><summary>subnet.networkAcl (500)</summary>\n\n| resource | change |');
    expect(out).toContain('… and 400 more');
    expect(out.length).toBeLessThan(65_536);
  });

  it('does not fold a short list', () => {
    expect(planMarkdown(samplePlan())).not.toContain('<details>');
  });
});

describe('planJson', () => {
  it('is the plan', () => {
    const plan = hostilePlan('\u009b31m\u202e');
    expect(JSON.parse(planJson(plan))).toEqual(plan);
  });
});

function hostilePlan(name: string): ReturnType<typeof samplePlan> {
  const resource = { type: 'asg', region: name, id: name, zone: name, name } as const;
  return samplePlan({
    experiment: sampleExperiment({ name, hypothesis: `h ${name}`, owner: name }),
    where: name,
    steps: [
      {
        step: { kind: 'hold', forMs: 1 },
        title: name,
        batches: [[change('asg.suspendedProcesses', resource, [[name], [name, name]]), ...subnetChanges(20)]],
      },
    ],
    blast: { ...samplePlan().blast, byGroup: [{ name, hit: 1, of: 2 }] },
    gates: [
      { name, passed: false, message: name, fix: `do ${name}`, code: 'REFUSED', overridden: { reason: name } },
      {
        ...{ name, passed: false, message: name, fix: `do ${name}`, code: 'REFUSED', overridable: true },
        differences: [{ resource: name, attribute: name, planned: name, now: [name], note: name }],
      },
    ],
    leftAlone: [{ what: name, why: name }],
  });
}
