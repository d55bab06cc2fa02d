import { SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateTagsCommand,
  DeleteNetworkAclCommand,
  DeleteTagsCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupsCommand,
  ReplaceNetworkAclAssociationCommand,
  type NetworkAcl,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { RUN_TAG } from '../../src/changes/creation-tags.js';
import { isAbandoned } from '../../src/drill/by-tag-search.js';
import { byTags, expectWholeByTags, leftBehind, search } from './by-tags.js';
import { planIn, RUN, type Lab, type Process } from './lab.js';
import { expectRecovery, prepare } from './trials.js';
import { readExperiment } from '../support/sim-drill.js';

const EAST = 'us-east-1';
const OTHER_RUN = '20251231T000000Z-bbbbbb';
const DAY_MS = 24 * 3_600_000;

async function aclsOfRuns(lab: Lab): Promise<readonly NetworkAcl[]> {
  const Filters = [{ Name: 'tag-key', Values: [RUN_TAG] }];
  const { NetworkAcls: acls = [] } = await lab.rival.ec2(EAST).send(new DescribeNetworkAclsCommand({ Filters }));
  return acls;
}

async function theAclOf(lab: Lab): Promise<NetworkAcl> {
  const [acl] = await aclsOfRuns(lab);
  if (!acl) throw new Error('the run made no ACL');
  return acl;
}

/** The write before which the last of what the drill breaks is broken, and nothing is whole again. */
const IN_THE_DARK = { 'gorilla-us-east-1a': 6, 'kong-us-east-1': 8 } as const;

describe('a rollback by tags', () => {
  it('never touches an ACL with rules of its own, whatever its tags say', async () => {
    const prepared = await prepare('gorilla-us-east-1a');
    const { lab } = prepared;
    const ec2 = lab.rival.ec2(EAST);
    const { NetworkAcls: [other] = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
    const { NetworkAcl: theirs } = await ec2.send(new CreateNetworkAclCommand({ VpcId: other?.VpcId }));
    const NetworkAclId = theirs?.NetworkAclId;
    const rule = {
      RuleNumber: 100,
      Protocol: '-1',
      RuleAction: 'allow',
      Egress: false,
      CidrBlock: '0.0.0.0/0',
    } as const;
    await ec2.send(new CreateNetworkAclEntryCommand({ NetworkAclId, ...rule }));
    await ec2.send(
      new CreateTagsCommand({ Resources: [NetworkAclId ?? ''], Tags: tagsOf({ [RUN_TAG]: RUN, 'kong:handle': 'x' }) }),
    );
    const before = await lab.snapshot();
    const found = await search(lab);
    expect(found.runs).toEqual([]);
    expect(found.strange.map(({ id, foreign }) => [id, foreign])).toEqual([
      [NetworkAclId, 'it has 1 rules, and an ACL of a run has none'],
    ]);
    expect(await byTags(lab)).toEqual([]);
    expect(await lab.snapshot()).toEqual(before);
  });

  it('takes nothing for a run whose name could lead out of the state folder', async () => {
    const { lab } = await prepare('gorilla-us-east-1a');
    const ec2 = lab.rival.ec2(EAST);
    const { NetworkAcls: [other] = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
    const tags = tagsOf({ [RUN_TAG]: '../../etc', 'kong:handle': 'deny' });
    const TagSpecifications = [{ ResourceType: 'network-acl' as const, Tags: tags }];
    await ec2.send(new CreateNetworkAclCommand({ VpcId: other?.VpcId, TagSpecifications }));
    expect(await search(lab)).toMatchObject({ runs: [], strange: [{ run: '../../etc' }] });
  });

  it('leaves a subnet whose ACL is gone where it is, and says what to type', async () => {
    const prepared = await prepare('gorilla-us-east-1a', {}, withAclOfItsOwn);
    const { lab } = prepared;
    await leftBehind(prepared, IN_THE_DARK['gorilla-us-east-1a']);
    const gone = await deleteOriginal(lab);
    const [report] = await byTags(lab);
    expect(report?.remaining).toMatchObject([
      { attribute: 'subnet.networkAcl', before: gone },
      { attribute: 'networkAcl.exists' },
    ]);
    expect(report?.remaining[0]?.note).toMatch(/not there any more.*--association-id aclassoc-\w+/);
    expect(await aclsOfRuns(lab)).toHaveLength(1);
  });

  it('leaves alone, and lists, a subnet of which no tag says what it had', async () => {
    const prepared = await prepare('gorilla-us-east-1a');
    const { lab } = prepared;
    await leftBehind(prepared, IN_THE_DARK['gorilla-us-east-1a']);
    const acl = await theAclOf(lab);
    const undo = (acl.Tags ?? []).filter(({ Key }) => Key?.startsWith('kong:undo:') === true);
    const Resources = [acl.NetworkAclId ?? ''];
    await lab.rival.ec2(EAST).send(new DeleteTagsCommand({ Resources, Tags: undo.map(({ Key }) => ({ Key })) }));
    const [report] = await byTags(lab);
    expect(report?.remaining.map(({ attribute }) => attribute)).toEqual(['subnet.networkAcl', 'networkAcl.exists']);
    expect(report?.leftOut).toEqual(['it has no tags of what is to be undone']);
    const commands = report?.suspects.map(({ command }) => command) ?? [];
    expect(commands).toHaveLength(3);
    expect(commands.join('\n')).toMatch(/resume-processes --region us-east-1 --auto-scaling-group-name playback --/);
  });

  it('leaves alone, and lists, what someone else changed since', async () => {
    const prepared = await prepare('gorilla-us-east-1a');
    const { lab } = prepared;
    await leftBehind(prepared, IN_THE_DARK['gorilla-us-east-1a']);
    const acl = await theAclOf(lab);
    const ec2 = lab.rival.ec2(EAST);
    const { NetworkAcl: theirs } = await ec2.send(new CreateNetworkAclCommand({ VpcId: acl.VpcId }));
    const swap = { AssociationId: acl.Associations?.[0]?.NetworkAclAssociationId, NetworkAclId: theirs?.NetworkAclId };
    await ec2.send(new ReplaceNetworkAclAssociationCommand(swap));
    const [report] = await byTags(lab);
    expect(report).toMatchObject({ remaining: [], conflicts: [{ attribute: 'subnet.networkAcl' }] });
    const { subnets, leftovers } = await lab.snapshot();
    expect(subnets).toContain(`${acl.Associations?.[0]?.SubnetId} ${theirs?.NetworkAclId}`);
    expect(leftovers).toEqual([]);
  });

  it('resumes only what the run suspended', async () => {
    const suspend = { AutoScalingGroupName: 'edge', ScalingProcesses: ['AZRebalance', 'AddToLoadBalancer'] };
    const prepared = await prepare('kong-us-east-1', {}, async (lab) => {
      await lab.rival.autoScaling(EAST).send(new SuspendProcessesCommand(suspend));
    });
    await leftBehind(prepared, IN_THE_DARK['kong-us-east-1']);
    await byTags(prepared.lab);
    expect(await prepared.lab.snapshot()).toEqual(prepared.before);
  });

  it.each([
    ['gorilla-us-east-1a', 1],
    ['monkey-isolate', 1],
    ['kong-us-east-1', 3],
  ] as const)('makes the world whole, wherever %s died after its first write', async (name, every) => {
    const tried = await expectWholeByTags(name, { every });
    expect(tried).toBeGreaterThan(3);
  });

  it('takes a pre-warmed group down to its size without ending an instance that was there before', async () => {
    const prepared = await prepare('kong-us-east-1-prewarmed');
    expect(await leftBehind(prepared, 3, 'ReplaceNetworkAclAssociationCommand')).toBe('dead');
    const [report] = await byTags(prepared.lab);
    expect(report).toMatchObject({ remaining: [], conflicts: [], leftOut: [] });
    expect(await prepared.lab.snapshot()).toEqual(prepared.before);
  });

  it('restores each of several runs by its own tags', async () => {
    const isolated = await prepare('monkey-isolate');
    const { lab, before } = isolated;
    expect(await leftBehind(isolated, 5)).toBe('dead');
    await renameRun(lab, OTHER_RUN);
    const dark = { ...isolated, plan: await planIn(lab, readExperiment('gorilla-us-east-1a')) };
    expect(await leftBehind(dark, IN_THE_DARK['gorilla-us-east-1a'])).toBe('dead');
    expect((await search(lab)).runs.map(({ run }) => run)).toEqual([OTHER_RUN, RUN].sort());
    const reports = await byTags(lab);
    expect(reports.map(({ remaining }) => remaining)).toEqual([[], []]);
    expect(await lab.snapshot()).toEqual(before);
  });

  it('that dies is finished by kong rollback: it has written the journal that was lost', async () => {
    const prepared = await prepare('gorilla-us-east-1a');
    const { lab } = prepared;
    await leftBehind(prepared, IN_THE_DARK['gorilla-us-east-1a']);
    const dying: Process = lab.process((call, answer) => {
      if (call.write) dying.kill();
      return answer();
    });
    expect(await Promise.race([byTags(lab, dying), dying.death])).toBe('dead');
    await expectRecovery(prepared, 'after the rollback by tags died');
  });

  it('goes by the journal where there is one, and adds what the tags know', async () => {
    const prepared = await prepare('gorilla-us-east-1a');
    const { lab, plan } = prepared;
    let writes = 0;
    const own: Process = lab.process((call, answer) => {
      if (call.write && ++writes === IN_THE_DARK['gorilla-us-east-1a']) own.kill();
      return answer();
    });
    expect(await own.drill(plan)).toBe('dead');
    const [report] = await byTags(lab);
    expect(report).toMatchObject({ experiment: prepared.plan.experiment.name, remaining: [], conflicts: [] });
    expect(await lab.snapshot()).toEqual(prepared.before);
    expect(await lab.process().recover()).toEqual([]);
  });
});

describe('a run that is known by its tags', () => {
  it('counts as abandoned once it has expired, or sooner where somebody says so', async () => {
    const prepared = await prepare('gorilla-us-east-1a');
    const began = prepared.lab.clock.now();
    await leftBehind(prepared, IN_THE_DARK['gorilla-us-east-1a']);
    const [run] = (await search(prepared.lab)).runs;
    if (!run) throw new Error('no run was found');
    expect(run).toMatchObject({ run: RUN, expiresAtMs: began + DAY_MS });
    const at = (hours: number, olderThanMs?: number): boolean =>
      isAbandoned(run, began + hours * 3_600_000, olderThanMs);
    expect([at(1), at(23.9), at(24), at(3, 2 * 3_600_000), at(1, 2 * 3_600_000)]).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
    expect(isAbandoned({ ...run, expiresAtMs: undefined }, began + 100 * DAY_MS, 0)).toBe(false);
  });
});

function tagsOf(tags: Readonly<Record<string, string>>): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Gives what a run created to another run. */
async function renameRun(lab: Lab, run: string): Promise<void> {
  const ec2 = lab.rival.ec2(EAST);
  const Filters = [{ Name: 'tag-key', Values: [RUN_TAG] }];
  const { SecurityGroups: groups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  expect(groups).toHaveLength(1);
  const Resources = groups.map(({ GroupId = '' }) => GroupId);
  await ec2.send(new CreateTagsCommand({ Resources, Tags: tagsOf({ [RUN_TAG]: run }) }));
}

/** Puts an ACL of its own on every subnet of the zone. */
async function withAclOfItsOwn(lab: Lab): Promise<void> {
  const ec2 = lab.rival.ec2(EAST);
  const { NetworkAcls: acls = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
  for (const acl of acls) {
    for (const { NetworkAclAssociationId: AssociationId } of acl.Associations ?? []) {
      const { NetworkAcl: made } = await ec2.send(new CreateNetworkAclCommand({ VpcId: acl.VpcId }));
      await ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId: made?.NetworkAclId }));
    }
  }
}

/** Deletes the ACL that the drill's subnet had. */
async function deleteOriginal(lab: Lab): Promise<string> {
  const ec2 = lab.rival.ec2(EAST);
  const { NetworkAcls: acls = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
  const unused = acls.filter((acl) => acl.IsDefault !== true && (acl.Associations ?? []).length === 0);
  const own = unused.find((acl) => !acl.Tags?.some(({ Key }) => Key === RUN_TAG))?.NetworkAclId ?? '';
  await ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: own }));
  return own;
}
