import { describe, expect, it } from 'vitest';
import { toolkitDraft } from '../../src/experiment/import-chaostoolkit.js';
import { substituted, toolkitSchema } from '../../src/experiment/import-toolkit-schema.js';

/** The draft of an experiment whose actions are these. */
function draftOf(...method: readonly object[]): ReturnType<typeof toolkitDraft> {
  const file = { title: 'a', configuration: { aws_region: 'us-east-1', zone: 'us-east-1a' }, method };
  return toolkitDraft(toolkitSchema.parse(substituted(file)));
}

function action(name: string, given: unknown): object {
  const [module = '', func] = name.split(' ');
  const whole = module.startsWith('az') ? module : `chaosaws.${module}.actions`;
  return { type: 'action', name: 'a', provider: { type: 'python', module: whole, func, arguments: given } };
}

/** Why the first action was not turned. */
function whyNot(name: string, given: unknown): string | undefined {
  const draft = draftOf(action(name, given));
  expect(draft).toMatchObject({ method: [], blastRadius: { scope: 'TODO' } });
  return draft.left.find(({ path }) => path === 'method[0]')?.why;
}

const ZONE = 'us-east-1a';
const TAG = { Name: 'tag:app', Values: ['edge'] };

describe('an action of the Chaos Toolkit', () => {
  it.each([
    ['ec2 stop_instance', { az: ZONE }, 'one of the zone us-east-1a'],
    ['ec2 stop_instance', { filters: [TAG, { Name: 'availability-zone', Values: [ZONE] }] }, 'one of the zone'],
    ['ec2 stop_instance', { instance_id: '${gone}' }, '${gone} is no instance id'],
    ['ec2 stop_instance', {}, 'neither which instances nor which zone'],
    ['ec2 stop_instances', { instance_ids: ['i-1', 'web'] }, 'web is no instance id'],
    ['ec2 stop_instances', { az: ZONE, filters: [{ Name: 'vpc-id', Values: ['vpc-9'] }] }, 'vpc-id vpc-9'],
    ['ec2 stop_instances', { filters: [{ Name: 'tag:app', Values: ['edge*'] }] }, 'tag:app edge*'],
    ['ec2 stop_instances', { filters: [TAG, { ...TAG, Values: ['a'] }] }, 'app has more'],
    ['ec2 stop_instances', { filters: [{ Name: 'tag:app', Values: [] }] }, 'a filter needs a Name and Values'],
    ['ec2 stop_instances', { az: 'us-east-1b', filters: [{ Name: 'availability-zone', Values: [ZONE] }] }, 'more than'],
    ['ec2 stop_instances', { az: 'somewhere' }, 'it names no zone: somewhere'],
    ['ec2 terminate_instances', { az: ZONE }, 'no instance-terminate of a whole zone'],
    ['ec2 stop_instances', 'az=us-east-1a', 'its arguments have no names'],
    ['asg stop_random_instances', { instance_count: 1 }, 'either asg_names or tags'],
    ['asg stop_random_instances', { asg_names: ['a'] }, 'neither how many instances nor which zone'],
    ['asg stop_random_instances', { asg_names: ['a'], az: ZONE, instance_count: 1 }, 'more than one of az'],
    ['asg stop_random_instances', { asg_names: ['a'], instance_count: 0.5 }, 'no number of instances: 0.5'],
    ['asg stop_random_instances', { asg_names: ['a'], instance_percent: 101 }, 'no percentage: 101'],
    ['asg terminate_random_instances', { asg_names: ['a'], az: ZONE }, 'no instance-terminate of a whole zone'],
    ['azchaosaws.ec2.actions fail_az', { az: ZONE, dry_run: true }, 'it is a dry run'],
    ['azchaosaws.ec2.actions fail_az', { az: ZONE, failure_type: 'rack' }, 'failure_type rack'],
    ['azchaosaws.ec2.actions fail_az', { filters: [TAG] }, 'it names no zone'],
  ])('%s of %o is not turned', (name, given, why) => {
    expect(whyNot(name, given)).toContain(why);
  });

  it.each([['-rf /'], [['-rf', '/']], [null]])('of a process with the arguments %o is left, and no more', (given) => {
    const process = { type: 'action', name: 'rm', provider: { type: 'process', path: 'rm', arguments: given } };
    const draft = draftOf(process, action('ec2 stop_instance', { instance_id: 'i-1' }));
    expect(draft.left).toContainEqual({ path: 'method[0]', why: 'rm: kong runs no process' });
    expect(draft.method[0]).toEqual({ fault: 'instance-stop' });
  });

  it('is not turned twice', () => {
    const stop = action('ec2 stop_instance', { filters: [TAG] });
    expect(draftOf(stop, stop).left).toContainEqual({ path: 'method[1]', why: 'a: kong does instance-stop once' });
  });

  const edge = { tags: { app: ['edge'] }, tagsOn: 'target' };
  it.each([
    ['ec2 stop_instance', { instance_id: 'i-1', az: ZONE }, { instance: { ids: ['i-1'] }, limits: { instances: 1 } }],
    ['ec2 terminate_instance', { filters: [TAG] }, { instance: { count: 1 }, select: edge, limits: { instances: 1 } }],
    ['ec2 restart_instances', { filters: [TAG] }, { instance: { percent: 100 }, select: edge }],
    ['ec2 stop_instances', { az: '${zone}', filters: [TAG] }, { scope: 'az', az: ZONE, select: edge }],
    ['azchaosaws.ec2.actions fail_az', { az: ZONE }, { az: ZONE, select: { tags: { AZ_FAILURE: 'True' } } }],
    ['azchaosaws.ec2.actions fail_az', { az: ZONE, filters: [TAG] }, { scope: 'az', az: ZONE, select: edge }],
    [
      'asg stop_random_instances',
      { asg_names: ['a', 'b'], instance_count: 2 },
      { instance: { count: 2, per: 'group' }, select: { groups: ['a', 'b'] }, limits: { instances: 4 } },
    ],
    [
      'asg detach_random_instances',
      { tags: [{ Key: 'app', Value: 'edge' }], instance_percent: 50 },
      { instance: { percent: 50, per: 'group' }, select: { tags: { app: 'edge' }, tagsOn: 'group' } },
    ],
    ['asg stop_random_instances', { asg_names: ['a'], az: ZONE }, { scope: 'az', az: ZONE, select: { groups: ['a'] } }],
  ])('%s of %o hits whom it hits', (name, given, blast) => {
    expect(draftOf(action(name, given)).blastRadius).toMatchObject(blast);
  });
});
