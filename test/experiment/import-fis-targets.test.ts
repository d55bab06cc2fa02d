import { describe, expect, it } from 'vitest';
import { knownFaults } from '../../src/cli/known-faults.js';
import { fisDraft } from '../../src/experiment/import-fis.js';
import type { FisTemplate, FisTemplateAction } from '../../src/model/fis-template.js';

/** The draft of a template with these targets and actions. */
function fisOf(targets: FisTemplate['targets'] & object, actions: FisTemplate['actions']): ReturnType<typeof fisDraft> {
  const rest = { description: 'a', roleArn: 'arn:aws:iam::123456789012:role/fis', stopConditions: [] };
  return fisDraft({ ...rest, targets, actions }, { tags: {}, faults: knownFaults() });
}

/** Why each of the actions was not turned. */
function leftOf(draft: ReturnType<typeof fisDraft>): Readonly<Record<string, string>> {
  const actions = draft.left.filter(({ path }) => path !== 'stopConditions');
  return Object.fromEntries(actions.map(({ path, why }) => [path, why]));
}

describe('the targets of a template of AWS FIS', () => {
  const INSTANCES = { resourceType: 'aws:ec2:instance', resourceTags: { app: 'playback' }, selectionMode: 'COUNT(1)' };
  const EDGE = { ...INSTANCES, resourceTags: { app: 'edge' }, selectionMode: 'ALL' };
  const ZONE = { path: 'Placement.AvailabilityZone', values: ['us-east-1a'] };
  const on = (target: string, what: string, key = 'Instances'): FisTemplateAction => ({
    actionId: `aws:${what}`,
    targets: { [key]: target },
  });
  const stop = on('some', 'ec2:stop-instances');
  const arns = ['i-1', 'i-2'].map((id) => `arn:aws:ec2:us-east-1:123456789012:instance/${id}`);
  const NAMED = { resourceType: 'aws:ec2:instance', resourceArns: arns, selectionMode: 'ALL' };

  it.each([
    ['a share of a zone', { filters: [ZONE], selectionMode: 'PERCENT(50)' }, 'PERCENT(50) of us-east-1a'],
    ['a VPC', { filters: [{ path: 'VpcId', values: ['vpc-9'] }] }, "kong can't narrow its targets to VpcId vpc-9"],
    ['zones', { filters: [{ ...ZONE, values: ['us-east-1a', 'us-east-1b'] }] }, 'us-east-1a or us-east-1b'],
    ['what is stopped', { filters: [{ path: 'State.Name', values: ['stopped'] }] }, 'State.Name stopped'],
    ['a parameter', { parameters: { vpc: 'vpc-9' } }, 'vpc vpc-9'],
    ['a mode of tomorrow', { selectionMode: 'HALF' }, 'selection mode HALF'],
    ['none', { selectionMode: 'COUNT(0)' }, 'selection mode COUNT(0)'],
    ['subnets', { resourceType: 'aws:ec2:subnet' }, 'it works on aws:ec2:instance'],
  ])('are not turned where they ask for %s', (_, more, why) => {
    const draft = fisOf({ some: { ...INSTANCES, ...more } }, { stop });
    expect(leftOf(draft)['actions.stop']).toContain(why);
    expect(draft).toMatchObject({ method: [], blastRadius: { scope: 'TODO' } });
  });

  it('are not turned where some of those that are named are drawn', () => {
    const some = { ...NAMED, selectionMode: 'COUNT(1)' };
    expect(leftOf(fisOf({ some }, { stop }))['actions.stop']).toContain('COUNT(1) of 2');
  });

  it('are not turned where subnets are drawn, or named', () => {
    const subnet = { resourceType: 'aws:ec2:subnet', parameters: { availabilityZoneIdentifier: 'us-east-1a' } };
    const cut = { cut: on('some', 'network:disrupt-connectivity', 'Subnets') };
    expect(leftOf(fisOf({ some: { ...subnet, selectionMode: 'COUNT(1)' } }, cut))['actions.cut']).toContain('COUNT(1)');
    const resourceArns = ['arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1'];
    const named = { resourceType: 'aws:ec2:subnet', resourceArns, selectionMode: 'ALL' };
    expect(leftOf(fisOf({ some: named }, cut))['actions.cut']).toContain('these are named');
  });

  it('are those of the first action alone, and only what it loses is allowed', () => {
    const kill = on('some', 'ec2:terminate-instances');
    const draft = fisOf({ some: INSTANCES, edge: EDGE }, { kill, boot: on('edge', 'ec2:reboot-instances') });
    expect(draft.blastRadius).toMatchObject({
      instance: { count: 1 },
      select: { tags: { app: 'playback' } },
      allowIrreversible: ['instance.terminate'],
    });
    expect(draft.method).toEqual([{ fault: 'instance-terminate' }]);
    expect(Object.keys(leftOf(draft))).toEqual(['actions.boot']);
    expect(leftOf(draft)['actions.boot']).toContain('its target edge is not some');
  });

  it('are those of the first action that can be turned', () => {
    const odd = { ...INSTANCES, filters: [ZONE] };
    const kill = on('odd', 'ec2:stop-instances');
    const draft = fisOf({ odd, edge: EDGE }, { kill, boot: on('edge', 'ec2:reboot-instances') });
    expect(draft.blastRadius).toMatchObject({ instance: { percent: 100 }, select: { tags: { app: 'edge' } } });
    expect(Object.keys(leftOf(draft))).toEqual(['actions.kill']);
  });

  it('are drawn once: a second fault would hit others', () => {
    const boot = { ...on('some', 'ec2:reboot-instances'), startAfter: ['stop'] };
    const draft = fisOf({ some: INSTANCES }, { stop, boot });
    expect(leftOf(draft)['actions.boot']).toContain('to hit what stop hits');
    expect(draft.blastRadius).not.toHaveProperty('allowIrreversible');
  });

  it('are shared by actions that hit all of them', () => {
    const draft = fisOf({ some: EDGE, same: EDGE }, { stop, boot: on('same', 'ec2:reboot-instances') });
    expect(leftOf(draft)).toEqual({});
    expect(draft.blastRadius).toMatchObject({ allowIrreversible: ['instance.reboot'] });
  });

  it('are allowed nothing for an action that is not turned', () => {
    const db = { resourceType: 'aws:rds:cluster', resourceArns: ['arn:aws:rds:::cluster:x'], selectionMode: 'ALL' };
    const draft = fisOf({ some: EDGE, db }, { stop, fail: on('db', 'rds:failover-db-cluster', 'Clusters') });
    expect(Object.keys(leftOf(draft))).toEqual(['actions.fail']);
    expect(draft.blastRadius).not.toHaveProperty('allowIrreversible');
  });

  it.each([
    [{ resourceTags: { app: 'a', tier: 'b' } }, 'app=a, tier=b'],
    [{ resourceTags: { app: 'a' }, filters: [{ path: 'MultiAZ', values: ['true'] }] }, 'app=a, MultiAZ'],
    [{ resourceTags: { app: 'a' }, parameters: { zone: 'us-east-1a' } }, 'app=a, zone'],
    [{}, 'its target has none'],
  ])('that FIS selects by %o are more than the one tag that kong passes on', (more, why) => {
    const db = { resourceType: 'aws:rds:cluster', selectionMode: 'ALL', ...more };
    const draft = fisOf({ db }, { fail: on('db', 'rds:failover-db-cluster', 'Clusters') });
    expect(leftOf(draft)['actions.fail']).toContain(why);
  });

  it('that run in one zone are that zone', () => {
    const filters = [ZONE, { path: 'State.Name', values: ['running'] }];
    const draft = fisOf({ some: { ...EDGE, filters } }, { stop });
    const select = { tags: { app: 'edge' }, tagsOn: 'target' };
    expect(draft.blastRadius).toMatchObject({ scope: 'az', az: 'us-east-1a', select });
    expect(leftOf(draft)).toEqual({});
  });

  it('that are named are those', () => {
    const instance = { ids: ['i-1', 'i-2'] };
    const { blastRadius } = fisOf({ some: NAMED }, { stop });
    expect(blastRadius).toMatchObject({ region: 'us-east-1', instance, limits: { instances: 2 } });
  });
});
