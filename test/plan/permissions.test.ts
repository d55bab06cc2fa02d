import { openSwitches } from '../../src/changes/switches.js';
import { THIS_MACHINE } from '../contract/cases/switch-subjects.js';
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/cli/make-plan.js';
import type { Setting } from '../../src/cli/settings.js';
import { findTaggedRuns } from '../../src/drill/by-tag-search.js';
import { askResolver } from '../../src/host/ask-resolver.js';
import { seededRandom } from '../../src/host/random.js';
import { NO_CONDITIONS } from '../../src/model/conditions.js';
import type { Plan } from '../../src/model/plan.js';
import { ACTIONS } from '../../src/plan/permissions-actions.js';
import { policyNotes } from '../../src/plan/permissions-notes.js';
import { allow, documentOf, merged, MOST_CHARACTERS, sizeOf, split } from '../../src/plan/permissions-statements.js';
import { statementsFor, type PolicyRequest } from '../../src/plan/permissions.js';
import { drillOn, inventoryOf, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';
import { filesUnder } from '../tidy-source.js';
import { listen, type SentCall } from './asked-of-iam.js';
import { actionsIn, isAllowed } from './iam.js';

const EXPERIMENTS = readdirSync('experiments').map((file) => file.replace(/\.yaml$/, ''));
const OPT_IN = { key: 'kong:opt-in', value: 'true' };

function policyOf(plans: readonly Plan[], more: Partial<PolicyRequest> = {}): ReturnType<typeof documentOf> {
  const usual = { optIn: OPT_IN, inheriting: new Set<string>(), site: NO_CONDITIONS, state: '.kong' };
  return documentOf(statementsFor({ plans, ...usual, ...more }));
}

/** A plan as kong itself makes it, and every call of that, of its whole drill, and of looking for it by its tags. */
async function drilled(name: string): Promise<{ readonly plan: Plan; readonly sent: readonly SentCall[] }> {
  const bench = openBench();
  const sent = await listen(bench, await inventoryOf(openBench()));
  const plan = await makePlan(readExperiment(name), 1, settingOf(bench));
  const { result } = await drillOn(bench, plan);
  expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
  await findTaggedRuns(plan.regions, bench.cloud);
  return { plan, sent };
}

function settingOf({ world, cloud, calls, clock, sim }: Bench): Setting {
  const { account } = world;
  const allowed = { accounts: [], regions: [] };
  return {
    ...{ world, cloud, calls, clock, sim, random: seededRandom(1), keep: () => undefined },
    ...{ definitions: [], hooks: [], switches: openSwitches([], THIS_MACHINE), during: THIS_MACHINE.during },
    openResolver: askResolver,
    regions: world.regions.map((region) => region.name),
    environment: { on: 'sim', where: 'a test', endpoint: undefined, account, amazon: false, allowed, optIn: undefined },
    surroundings: {
      site: NO_CONDITIONS,
      runner: { instance: undefined, addresses: [] },
      wallMs: () => undefined,
      state: () => ({ heldBy: undefined, unfinished: undefined, kept: { kind: 'folder' } }),
    },
  };
}

/** What a drill in this world does not come to use. */
const UNSEEN_HERE = [
  // on AWS alone
  'fis:ListExperiments',
  // where a zone has failover records
  'route53:ListHealthChecks',
];

/** What is asked of every kind of thing that a run may leave. */
const BY_TAG = ['ec2:DescribeSecurityGroups', 'fis:ListExperimentTemplates', 'fis:ListExperiments', 'ssm:ListCommands'];

/** What is read of groups alone. */
const ABOUT_GROUPS = ['autoscaling:DescribeInstanceRefreshes'];

describe('the policy of a plan', () => {
  it.each(EXPERIMENTS)('of %s permits every call of its drill, and nothing that it does not use', async (name) => {
    const { plan, sent } = await drilled(name);
    const policy = policyOf([plan]);
    // whether something was left by tags is asked of every kind that a run may leave
    const own = sent.filter(({ action }) => !BY_TAG.includes(action));
    expect(own.flatMap(({ asked }) => asked.filter((one) => !isAllowed(policy, one)))).toEqual([]);
    const used = new Set(sent.flatMap(({ action, asked }) => [action, ...asked.map((one) => one.action)]));
    const unseen = plan.blast.instances === 0 ? [...UNSEEN_HERE, ...ABOUT_GROUPS] : UNSEEN_HERE;
    expect(actionsIn(policy).filter((action) => !used.has(action) && !unseen.includes(action))).toEqual([]);
  });

  it('permits nothing to what does not carry the opt-in tag, be it named by the plan', async () => {
    const { plan, sent } = await drilled('gorilla-power-us-east-1a');
    const policy = policyOf([plan], { optIn: { key: 'kong:opt-in', value: 'never' } });
    const changed = ['ec2:StopInstances', 'ec2:StartInstances', 'autoscaling:SuspendProcesses'];
    const asked = sent.filter(({ action }) => changed.includes(action)).flatMap((one) => one.asked);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((one) => isAllowed(policy, one))).toEqual([]);
  });

  it("permits to delete no other network ACL than a run's, and to create none that is not", async () => {
    const { plan, sent } = await drilled('kong-us-east-1');
    const policy = policyOf([plan]);
    const calls = sent.filter(({ action }) => /:(Create|Delete)NetworkAcl$/.test(action)).flatMap(({ asked }) => asked);
    const bare = calls
      .filter(({ resource }) => resource.includes(':network-acl/'))
      .map((one) => ({ ...one, context: { 'ec2:CreateAction': 'CreateNetworkAcl' } }));
    expect(bare.length).toBeGreaterThan(2);
    expect(bare.filter((one) => isAllowed(policy, one))).toEqual([]);
    expect(calls.filter((one) => !isAllowed(policy, one))).toEqual([]);
  });

  it('permits to list the states of instances where they are many', async () => {
    const plan = await planOn(openBench(), readExperiment('gorilla-power-us-east-1a'));
    const one = plan.steps
      .flatMap(({ batches }) => batches.flat())
      .find(({ attribute }) => attribute === 'instance.state');
    const [step] = plan.steps;
    if (!one || !step) throw new Error('it stops nobody');
    const many = Array.from({ length: 201 }, (_, n) => ({ ...one, resource: { ...one.resource, id: `i-${n}` } }));
    const reads = (batch: typeof many): boolean =>
      actionsIn(policyOf([{ ...plan, steps: [{ ...step, batches: [batch] }] }])).includes('ec2:DescribeInstanceStatus');
    expect(reads(many)).toBe(true);
    expect(reads(many.slice(1))).toBe(false);
  });

  it('permits no record but those of the plan, and neither to create nor to delete one', async () => {
    const bench = openBench();
    const policy = policyOf([await planOn(bench, readExperiment('kong-us-east-1'))]);
    const { Resource = [] } = policy.Statement.find(({ Sid }) => Sid === 'ChangeRecords') ?? {};
    const asked = (name: string, act: string): boolean =>
      isAllowed(policy, {
        action: 'route53:ChangeResourceRecordSets',
        resource: Resource[0] ?? '',
        context: {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': [name],
          'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
          'route53:ChangeResourceRecordSetsActions': [act],
        },
      });
    expect(asked('api.streaming.example', 'UPSERT')).toBe(true);
    expect(asked('api.streaming.example', 'DELETE')).toBe(false);
    expect(asked('mail.streaming.example', 'UPSERT')).toBe(false);
  });

  it("names a subnet that only its VPC's tag lets kong touch: a condition on its own tag would refuse", async () => {
    const plan = await planOn(openBench(), readExperiment('kong-us-east-1'));
    const subnets = plan.steps
      .flatMap(({ batches }) => batches.flat())
      .filter(({ resource }) => resource.type === 'subnet');
    const [first] = subnets.map(({ resource }) => resource.id);
    const asked = {
      action: 'ec2:ReplaceNetworkAclAssociation',
      resource: `arn:aws:ec2:us-east-1:${plan.account}:subnet/${first ?? ''}`,
      context: {},
    };
    expect(isAllowed(policyOf([plan]), asked)).toBe(false);
    expect(isAllowed(policyOf([plan], { inheriting: new Set([first ?? '']) }), asked)).toBe(true);
  });

  it('reads in the regions of the plan and in no other', async () => {
    const policy = policyOf([await planOn(openBench(), readExperiment('kong-us-east-1'))]);
    const asked = (region: string): boolean =>
      isAllowed(policy, { action: 'ec2:DescribeVpcs', resource: '*', context: { 'aws:RequestedRegion': region } });
    expect([asked('us-east-1'), asked('us-west-2'), asked('eu-west-1')]).toEqual([true, true, false]);
  });

  it('permits the state bucket below its prefix alone, and only where the state is in one', async () => {
    const plan = await planOn(openBench(), readExperiment('monkey-stop'));
    const policy = policyOf([plan], { state: 's3://drills/kong/prod/' });
    const put = (resource: string): boolean => isAllowed(policy, { action: 's3:PutObject', resource, context: {} });
    expect(put('arn:aws:s3:::drills/kong/prod/runs/1/journal.ndjson')).toBe(true);
    expect(put('arn:aws:s3:::drills/other/file')).toBe(false);
    expect(actionsIn(policyOf([plan])).filter((action) => action.startsWith('s3:'))).toEqual([]);
  });

  it('asks to read alarms only where one is named', async () => {
    const plan = await planOn(openBench(), readExperiment('monkey-stop'));
    const alarms = { ...NO_CONDITIONS, blockingAlarms: ['api-5xx'] };
    expect(actionsIn(policyOf([plan]))).not.toContain('cloudwatch:DescribeAlarms');
    expect(actionsIn(policyOf([plan], { site: alarms }))).toContain('cloudwatch:DescribeAlarms');
  });

  it('of several plans permits what each needs, and says each thing once', async () => {
    const names = ['monkey-stop', 'monkey-reboot', 'kong-us-east-1'];
    const plans = await Promise.all(names.map((name) => planOn(openBench(), readExperiment(name))));
    const one = policyOf([...plans, ...plans]);
    expect(actionsIn(one)).toEqual([...new Set(plans.flatMap((plan) => actionsIn(policyOf([plan]))))].sort());
    expect(sizeOf(one)).toBeLessThan(plans.reduce((sum, plan) => sum + sizeOf(policyOf([plan])), 0));
    expect(new Set(one.Statement.map(({ Sid }) => Sid)).size).toBe(one.Statement.length);
    for (const { Sid } of one.Statement) expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
  });

  it('of a plan that starts instances says that encrypted volumes need a permission on their key', async () => {
    const notesOf = async (name: string): Promise<string> => {
      const plan = await planOn(openBench(), readExperiment(name));
      return policyNotes(policyOf([plan]).Statement, { optIn: OPT_IN, on: 'aws' }).join('\n');
    };
    expect(await notesOf('monkey-stop')).toContain('kms:CreateGrant');
    expect(await notesOf('monkey-reboot')).not.toContain('kms:CreateGrant');
  });
});

describe('a policy that is too long', () => {
  const many = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `arn:aws:ec2:x:1:subnet/subnet-${i}`);

  it('is split into documents that each fit and that together permit the same', () => {
    const resources = fc.integer({ min: 1, max: 400 }).map(many);
    const statement = fc.record({ actions: fc.subarray([...ACTIONS], { minLength: 1 }), on: resources });
    const property = fc.property(fc.array(statement, { minLength: 1, maxLength: 6 }), (made) => {
      const all = merged(made.map(({ actions, on }) => allow('Change', actions, { on })));
      const parts = split(all);
      const pairs = (statements: typeof all): readonly string[] =>
        statements.flatMap(({ Action, Resource }) => Action.flatMap((one) => Resource.map((arn) => `${one} ${arn}`)));
      expect(parts.every((part) => sizeOf(part) <= MOST_CHARACTERS)).toBe(true);
      expect(new Set(parts.flatMap(({ Statement }) => pairs(Statement)))).toEqual(new Set(pairs(all)));
    });
    fc.assert(property, { numRuns: 30 });
  });

  it('is said to be, with how many documents it takes', () => {
    const long = [allow('Change', ['ec2:StopInstances'], { on: many(400) })];
    const notes = policyNotes(long, { optIn: OPT_IN, on: 'aws' }).join('\n');
    expect(notes).toContain(`too long for one: attach ${split(long).length}`);
  });
});

/** By the package that a command comes from; the state's own names for objects are IAM's. */
const PREFIXES: Readonly<Record<string, string>> = {
  'client-auto-scaling': 'autoscaling',
  'client-cloudwatch': 'cloudwatch',
  'client-ec2': 'ec2',
  'client-elastic-load-balancing-v2': 'elasticloadbalancing',
  'client-elasticache': 'elasticache',
  'client-fis': 'fis',
  'client-rds': 'rds',
  'client-route-53': 'route53',
  'client-s3': 's3',
  'client-ssm': 'ssm',
  'client-sts': 'sts',
};
const OTHER_NAMES: Readonly<Record<string, string | undefined>> = {
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:HeadBucket': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:GetBucketReplication': 's3:GetReplicationConfiguration',
  's3:PutBucketReplication': 's3:PutReplicationConfiguration',
  // AWS asks for no permission
  'sts:GetCallerIdentity': undefined,
};

describe('the table of actions', () => {
  it('names one for every command that kong imports from an SDK', () => {
    const sources = filesUnder('src', '.ts').filter(({ file }) => !file.startsWith('src/world/'));
    const imported = sources.flatMap(({ text }) =>
      [...text.matchAll(/(?:import|const) \{([^}]*)\} (?:from|= await import\()\s*'@aws-sdk\/([\w-]+)'/g)].flatMap(
        ([, names = '', service = '']) =>
          [...names.matchAll(/\b([A-Z]\w+)Command\b/g)].map(
            ([, name = '']) => `${PREFIXES[service] ?? service}:${name}`,
          ),
      ),
    );
    const actions = new Set(imported.flatMap((one) => (one in OTHER_NAMES ? (OTHER_NAMES[one] ?? []) : one)));
    const known = new Set<string>(ACTIONS);
    expect(actions.size).toBeGreaterThan(35);
    expect([...actions].filter((action) => !known.has(action))).toEqual([]);
    // by tags at their creation, for which no command is sent
    const implied = ['ec2:CreateTags', 'elasticloadbalancing:AddTags', 'fis:TagResource', 'iam:PassRole'];
    expect([...known].filter((one) => !actions.has(one) && !implied.includes(one) && !one.startsWith('s3:'))).toEqual(
      [],
    );
  });
});
