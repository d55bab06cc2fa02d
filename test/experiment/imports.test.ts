import { describe, expect, it } from 'vitest';
import { draftText } from '../../src/experiment/import-draft.js';
import { toolkitDraft } from '../../src/experiment/import-chaostoolkit.js';
import {
  fisDraft,
  FAULTS_TAG,
  HOLD_TAG,
  SCOPE_TAG,
  SELECT_TAG,
  type FisReading,
} from '../../src/experiment/import-fis.js';
import { selectTag } from '../../src/experiment/import-fis-own.js';
import { substituted, toolkitSchema } from '../../src/experiment/import-toolkit-schema.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import { knownFaults } from '../../src/cli/known-faults.js';

const PROBE = {
  type: 'probe',
  name: 'errors',
  tolerance: [0, '${most}'],
  provider: {
    type: 'python',
    module: 'chaosaws.cloudwatch.probes',
    func: 'get_metric_statistics',
    arguments: { namespace: 'Streaming', metric_name: 'RequestsFailed', statistic: 'Sum' },
  },
};
const STOP = {
  type: 'action',
  name: 'stop one',
  provider: {
    type: 'python',
    module: 'chaosaws.asg.actions',
    func: 'stop_random_instances',
    arguments: { asg_names: ['playback'], instance_count: 1 },
  },
  pauses: { after: 60 },
};

function toolkit(more: object = {}): ReturnType<typeof toolkitDraft> {
  const file = {
    title: 'Stop one',
    configuration: { aws_region: 'us-east-1', most: { type: 'env', key: 'MOST', default: 50 } },
    'steady-state-hypothesis': { title: 'Few errors', probes: [PROBE] },
    method: [STOP],
    ...more,
  };
  return toolkitDraft(toolkitSchema.parse(substituted(file)));
}

function validated(text: string): readonly string[] {
  const parsed = parseExperiment(text, 'x.yaml', { known: { faults: knownFaults() } });
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
}

describe('an experiment of the Chaos Toolkit', () => {
  it('is not accepted where a probe of its hypothesis could not be turned', () => {
    const http = { type: 'probe', name: 'site', tolerance: 200, provider: { type: 'http', url: 'http://x' } };
    const draft = toolkit({ 'steady-state-hypothesis': { title: 'a', probes: [PROBE, http] } });
    expect(draft.left.map(({ path }) => path)).toEqual(['steady-state-hypothesis.probes[1]']);
    expect(validated(draftText(draft, 'a file')).length).toBeGreaterThan(0);
  });

  it('says what it could not turn, in the file too, on lines that stay comments', () => {
    const odd = { ...STOP, name: 'a\nmethod: []', provider: { type: 'process', path: 'x' } };
    const draft = toolkit({ method: [STOP, odd] });
    const text = draftText(draft, 'a file');
    expect(text).toContain('# - method[1]: a method: []: kong runs no process');
    expect(validated(text)).toEqual([]);
  });

  it('is one of kong where all of it can be turned', () => {
    const draft = toolkit();
    expect(draft.left).toEqual([]);
    expect(draft.method).toEqual([{ fault: 'instance-stop' }, { hold: '60s' }, { restore: 'instance-stop' }]);
    expect(draft.steadyState).toMatchObject([{ expect: '<= 50' }, { expect: '>= 0' }]);
    expect(validated(draftText(draft, 'a file'))).toEqual([]);
  });
});

/** A draft with the sections that it leaves to a person. */
function filledIn(text: string): string {
  const cloudwatch = { namespace: 'Streaming', metric: { name: 'Errors', stat: 'Sum' }, period: '10s', per: 'region' };
  return text
    .replace(/^slis: TODO.*$/m, `slis: ${JSON.stringify({ errors: { title: 'Errors', unit: 'count', cloudwatch } })}`)
    .replace(/^steadyState: TODO.*$/m, 'steadyState: [{ sli: errors, expect: "<= 9" }]')
    .replace(/^abort: TODO.*$/m, 'abort: { when: [{ sli: errors, breach: "> 99", for: 3 of 5 }] }');
}

function reading(tags: Readonly<Record<string, string>> = {}): FisReading {
  return { tags, faults: knownFaults() };
}

describe('a template of AWS FIS', () => {
  const template = {
    description: 'a zone',
    roleArn: 'arn:aws:iam::123456789012:role/fis',
    stopConditions: [{ source: 'none' }],
    targets: {
      cut: {
        resourceType: 'aws:ec2:subnet',
        selectionMode: 'ALL',
        parameters: { availabilityZoneIdentifier: 'us-east-1a' },
      },
    },
    actions: {
      cut: {
        actionId: 'aws:network:disrupt-connectivity',
        parameters: { duration: 'PT5M', scope: 'all' },
        targets: { Subnets: 'cut' },
      },
    },
  };

  it('leaves its hypothesis to a person, and is not accepted before', () => {
    const problems = validated(draftText(fisDraft(template, reading()), 'a file'));
    expect(problems.join()).toMatch(/slis.*steadyState.*abort/);
  });

  it('becomes the fault that it is, for as long as it lasts', () => {
    const { method, blastRadius } = fisDraft(template, reading());
    expect(method).toEqual([{ fault: 'az-blackout' }, { hold: '5m' }, { restore: 'az-blackout' }]);
    expect(blastRadius).toMatchObject({ scope: 'az', az: 'us-east-1a' });
  });

  it('that kong wrote becomes the faults that it was made from', () => {
    const tags = { [SCOPE_TAG]: 'az us-east-1b', [FAULTS_TAG]: 'az-power-loss', [HOLD_TAG]: '3m' };
    const { method, blastRadius } = fisDraft(template, reading(tags));
    expect(method).toEqual([{ fault: 'az-power-loss' }, { hold: '3m' }, { restore: 'az-power-loss' }]);
    expect(blastRadius).toMatchObject({ az: 'us-east-1b' });
  });

  it('that kong wrote keeps what narrowed the experiment', () => {
    const select = { tags: { app: ['edge', 'a=b'] }, tagsOn: 'target', groups: ['web'] } as const;
    const tag = selectTag({ ...select, domains: [] }) ?? '';
    const own = { [SCOPE_TAG]: 'az us-east-1b', [FAULTS_TAG]: 'az-power-loss', [SELECT_TAG]: tag };
    expect(fisDraft(template, reading(own)).blastRadius).toMatchObject({ az: 'us-east-1b', select });
  });

  it('that kong wrote is read as it is where its own words no longer make sense', () => {
    const own = { [SCOPE_TAG]: 'az us-east-1b', [FAULTS_TAG]: 'az-power-loss', [SELECT_TAG]: 'all of it' };
    expect(fisDraft(template, reading(own)).blastRadius).toMatchObject({ az: 'us-east-1a' });
  });

  it.each([{ 'a=b': ['c'] }, { app: ['a, b'] }, { app: ['a b'] }, { app: [] }, { app: ['x'.repeat(300)] }])(
    'has no word for tags such as %o',
    (tags) => {
      expect(selectTag({ tags, groups: [], domains: [] })).toBeUndefined();
    },
  );
});

describe('a document of Systems Manager that AWS FIS runs', () => {
  const NETWORK = { Sources: '10.0.0.0/16', TrafficType: 'egress' };

  /** The draft of a template that runs one document on instances. */
  function draftOf(document: string, given: object | string, more: object = {}): ReturnType<typeof fisDraft> {
    const documentParameters = typeof given === 'string' ? given : JSON.stringify(given);
    const documentArn = `arn:aws:ssm:us-east-1::document/${document}`;
    const tag = { resourceType: 'aws:ec2:instance', selectionMode: 'COUNT(2)', resourceTags: { app: 'playback' } };
    const run = {
      actionId: 'aws:ssm:send-command',
      parameters: { documentArn, documentParameters, duration: 'PT3M', ...more },
      targets: { Instances: 'some' },
    };
    const rest = { description: 'a', roleArn: 'arn:aws:iam::123456789012:role/fis', stopConditions: [] };
    return fisDraft({ ...rest, targets: { some: tag }, actions: { run } }, reading());
  }

  const FAULTLESS = [
    ['AWSFIS-Run-IO-Stress', {}, 'kong has no fault for the document AWSFIS-Run-IO-Stress'],
    ['AWSFIS-Run-CPU-Stress', '{', 'documentParameters is no JSON object of texts'],
    ['AWSFIS-Run-CPU-Stress', { Nice: '1' }, 'kong has nothing for Nice'],
    ['AWSFIS-Run-CPU-Stress', { LoadPercent: '120' }, "percent can't be 120%"],
    ['AWSFIS-Run-Memory-Stress', { DurationSeconds: '60' }, 'it needs Percent'],
    ['AWSFIS-Run-Network-Latency-Sources', { Sources: '10.0.0.0/8' }, 'egress alone, and here it is ingress'],
    ['AWSFIS-Run-Network-Packet-Loss-Sources', { ...NETWORK, LossPercent: '80' }, "percent can't be 80%"],
  ] as const;

  it.each(FAULTLESS)('%s with %o is left to FIS, and the file says why', (document, given, why) => {
    const draft = draftOf(document, given);
    expect(draft.method[0]).toMatchObject({ fault: { name: 'fis', action: 'aws:ssm:send-command' } });
    expect(JSON.stringify(draft.method), 'it is there until its restore').toMatch(/duration=PT4M.*"hold":"3m"/);
    expect(draftText(draft, 'a file')).toContain(`# - actions.run: AWS FIS runs it: `);
    expect(draft.choices.join('\n')).toContain(why);
  });

  it('is left to FIS in a version of its own', () => {
    const { method } = draftOf('AWSFIS-Run-CPU-Stress', {}, { documentVersion: '3' });
    expect(method[0]).toMatchObject({ fault: { name: 'fis' } });
  });

  it.each([
    ['AWSFIS-Run-CPU-Stress', { LoadPercent: '80', CPU: 2 }, { name: 'instance-cpu', percent: '80%', cores: 2 }],
    ['AWSFIS-Run-CPU-Stress', { InstallDependencies: ['True'] }, 'instance-cpu'],
    ['AWSFIS-Run-Memory-Stress', { Percent: '60' }, { name: 'instance-memory', percent: '60%' }],
    ['AWSFIS-Run-Disk-Fill', { Percent: '99' }, { name: 'instance-disk', percent: '99%' }],
    [
      'AWSFIS-Run-Network-Latency-Sources',
      { ...NETWORK, DelayMilliseconds: '300' },
      { name: 'instance-latency', delay: '300ms', sources: '10.0.0.0/16' },
    ],
    ['AWSFIS-Run-Network-Latency', {}, { name: 'instance-latency', jitter: '0ms', interface: 'eth0' }],
    ['AWSFIS-Run-Network-Packet-Loss-Sources', NETWORK, { name: 'instance-loss', sources: '10.0.0.0/16' }],
    ['AWSFIS-Run-Kill-Process', { ProcessName: 'nginx' }, { name: 'instance-kill-process', process: 'nginx' }],
  ] as const)('%s with %o becomes the fault that it is', (document, given, fault) => {
    const draft = draftOf(document, given);
    expect(draft.method.slice(0, 2)).toEqual([{ fault }, { hold: '3m' }]);
    expect(draft.choices.join()).not.toContain('AWS FIS runs it');
    expect(validated(filledIn(draftText(draft, 'a file')))).toEqual([]);
  });

  it('lasts no longer than its own clock', () => {
    const { method } = draftOf('AWSFIS-Run-CPU-Stress', { DurationSeconds: '90' });
    expect(method).toEqual([{ fault: 'instance-cpu' }, { hold: '1m30s' }, { restore: 'instance-cpu' }]);
  });
});
