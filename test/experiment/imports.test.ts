import { describe, expect, it } from 'vitest';
import { draftText, isWhole } from '../../src/experiment/import-draft.js';
import { toolkitDraft } from '../../src/experiment/import-chaostoolkit.js';
import { fisDraft, FAULTS_TAG, HOLD_TAG, SCOPE_TAG } from '../../src/experiment/import-fis.js';
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
    expect(isWhole(draft)).toBe(false);
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
    const problems = validated(draftText(fisDraft(template, {}), 'a file'));
    expect(problems.join()).toMatch(/slis.*steadyState.*abort/);
  });

  it('becomes the fault that it is, for as long as it lasts', () => {
    const { method, blastRadius } = fisDraft(template, {});
    expect(method).toEqual([{ fault: 'az-blackout' }, { hold: '5m' }, { restore: 'az-blackout' }]);
    expect(blastRadius).toMatchObject({ scope: 'az', az: 'us-east-1a' });
  });

  it('that kong wrote becomes the faults that it was made from', () => {
    const tags = { [SCOPE_TAG]: 'az us-east-1b', [FAULTS_TAG]: 'az-power-loss', [HOLD_TAG]: '3m' };
    const { method, blastRadius } = fisDraft(template, tags);
    expect(method).toEqual([{ fault: 'az-power-loss' }, { hold: '3m' }, { restore: 'az-power-loss' }]);
    expect(blastRadius).toMatchObject({ az: 'us-east-1b' });
  });
});
