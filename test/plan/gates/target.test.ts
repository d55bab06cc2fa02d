import { describe, expect, it } from 'vitest';
import type { Inventory, Tags } from '../../../src/model/inventory.js';
import { openBench, planOn, readExperiment } from '../../support/sim-drill.js';
import { gatesFor, withGroup, withInstance } from './asked.js';

const gorilla = readExperiment('gorilla-us-east-1a');
const monkey = readExperiment('monkey-playback');
const OPT_IN = { key: 'kong:opt-in', value: 'true' };
/** With networks that carry the tag too: in the simulated world only instances and groups do. */
const optedIn = (inventory: Inventory): Inventory => ({
  ...inventory,
  regions: inventory.regions.map((one) => ({
    ...one,
    vpcs: one.vpcs.map((vpc) => ({ ...vpc, tags: { ...vpc.tags, 'kong:opt-in': 'true' } })),
  })),
});
const withoutDatabases = (inventory: Inventory): Inventory => ({
  ...inventory,
  regions: inventory.regions.map((one) => ({ ...one, databases: [] })),
});
const without = (tags: Tags, gone: string): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => key !== gone));

describe('account and region', () => {
  const onAmazon = (accounts: readonly string[], regions: readonly string[]): Parameters<typeof gatesFor>[1] => ({
    environment: { amazon: true, allowed: { accounts, regions } },
  });

  it('refuse what kong.yaml does not name', async () => {
    const gate = await gatesFor(gorilla, onAmazon(['999999999999'], ['us-west-2']));
    expect(gate('account')).toMatchObject({ passed: false, code: 'ACCOUNT_NOT_ALLOWED' });
    expect(gate('region')).toMatchObject({ passed: false, code: 'REGION_NOT_ALLOWED' });
  });

  it('pass what it names', async () => {
    const gate = await gatesFor(gorilla, onAmazon(['123456789012'], ['us-east-1']));
    expect([gate('account').passed, gate('region').passed]).toEqual([true, true]);
  });
});

describe('target', () => {
  it('refuses a fault that would hit nothing, unless that is allowed', async () => {
    const nobody = { ...gorilla.blastRadius, select: { tags: { app: ['nothing'] }, groups: [], domains: [] } };
    expect((await gatesFor({ ...gorilla, blastRadius: nobody }))('target')).toMatchObject({
      passed: false,
      code: 'EMPTY_TARGET',
    });
    const allowed = { ...gorilla, blastRadius: { ...nobody, allowEmpty: true } };
    expect((await gatesFor(allowed))('target').passed).toBe(true);
    expect((await gatesFor(gorilla))('target').passed).toBe(true);
  });
});

describe('target, where databases are to fail over', () => {
  const failing = (app: readonly string[], allowEmpty = false): typeof gorilla => ({
    ...gorilla,
    blastRadius: { ...gorilla.blastRadius, allowEmpty, select: { tags: { app }, groups: [], domains: [] } },
    method: [{ kind: 'fault', fault: 'az-blackout', params: { databases: 'failover' } }],
  });

  it('refuses where none would, with the reason why each stays', async () => {
    const gate = (await gatesFor(failing(['edge'])))('target');
    expect(gate).toMatchObject({ passed: false, code: 'EMPTY_TARGET' });
    expect(gate.message).toMatch(
      /^az-blackout: databases: failover was asked for, and no database or cache would: .*accounts does not match select\.tags/,
    );
    expect(gate.fix).toContain('or write databases: stay');
    const bare = (await gatesFor(failing(['edge']), { inventory: withoutDatabases }))('target');
    expect(bare.message).toContain('would: there is none in the region');
  });

  it('passes where one does, where none has to, and where nobody asked', async () => {
    expect((await gatesFor(failing(['edge', 'accounts'])))('target').passed).toBe(true);
    expect((await gatesFor(failing(['edge'], true)))('target').passed).toBe(true);
    expect((await gatesFor(gorilla))('target')).toMatchObject({ passed: true, message: 'every fault has a target' });
  });
});

describe('irreversible', () => {
  it('refuses what was not allowed by its name, and passes what was', async () => {
    const strict = { ...monkey, blastRadius: { ...monkey.blastRadius, allowIrreversible: [] } };
    expect((await gatesFor(strict))('irreversible')).toMatchObject({ passed: false, code: 'IRREVERSIBLE_NOT_ALLOWED' });
    expect((await gatesFor(monkey))('irreversible').passed).toBe(true);
  });
});

describe('bystanders', () => {
  it('refuses to cut off an instance that carries kong:protect', async () => {
    const guarded = withInstance('us-east-1a', ({ tags }) => ({ tags: { ...tags, 'kong:protect': '' } }));
    const gate = (await gatesFor(gorilla, { inventory: guarded }))('bystanders');
    expect(gate).toMatchObject({ passed: false, code: 'REFUSED' });
    expect(gate.message).toMatch(/^of the instances in the subnets, 1 carry kong:protect: i-[0-9a-f]+$/);
  });

  it('refuses to cut off the instances of a group that carries it', async () => {
    const guarded = withGroup('us-east-1', 'edge', ({ tags }) => ({ tags: { ...tags, 'kong:protect': 'yes' } }));
    expect((await gatesFor(gorilla, { inventory: guarded }))('bystanders').message).toContain('2 carry kong:protect');
  });

  it('refuses to cut off an instance that has not opted in, where that is needed', async () => {
    const outsider = withInstance('us-east-1a', ({ tags }) => ({ tags: without(tags, 'kong:opt-in') }));
    const environment = { optIn: OPT_IN };
    const gate = await gatesFor(gorilla, { inventory: (there) => outsider(optedIn(there)), environment });
    expect(gate('bystanders')).toMatchObject({
      passed: false,
      fix: expect.stringContaining('kong:opt-in=true') as unknown,
    });
    expect((await gatesFor(gorilla, { inventory: optedIn, environment }))('bystanders').passed).toBe(true);
    expect((await gatesFor(gorilla, { inventory: outsider }))('bystanders').passed, 'not needed here').toBe(true);
  });

  it('passes where those with the tag are elsewhere, and leaves them alone', async () => {
    const guarded = withInstance('us-east-1b', ({ tags }) => ({ tags: { ...tags, 'kong:protect': '' } }));
    expect((await gatesFor(gorilla, { inventory: guarded }))('bystanders').passed).toBe(true);
    const group = withGroup('us-east-1', 'playback', ({ tags }) => ({ tags: { ...tags, 'kong:protect': '' } }));
    expect(
      (await gatesFor(monkey, { inventory: group }))('target'),
      'its instances are out of reach too',
    ).toMatchObject({ passed: false });
  });
});

describe('limits', () => {
  const limited = (limits: object): typeof gorilla => ({
    ...gorilla,
    blastRadius: { ...gorilla.blastRadius, limits: { ...gorilla.blastRadius.limits, ...limits } },
  });

  it.each([
    ['limits.instances', { instances: 5 }, '6 instances, limit 5'],
    ['limits.groups', { groups: 2 }, '3 groups, limit 2'],
    ['limits.share', { share: 0.15 }, '16.7 % of all instances, limit 15 %'],
    ['limits.minHealthy', { minHealthy: 5 }, 'keeps 4 healthy instances, limit 5'],
  ])('%s refuses more than that, and passes what is within', async (name, limits, said) => {
    const gate = (await gatesFor(limited(limits)))(name);
    expect(gate).toMatchObject({ passed: false, code: 'BLAST_RADIUS_EXCEEDED' });
    expect(gate.message).toContain(said);
    const wide = { instances: 6, groups: 3, share: 0.17, minHealthy: 4 };
    expect((await gatesFor(limited(wide)))(name).passed).toBe(true);
  });

  it('counts nobody as healthy who is not, or is not in service', async () => {
    const ailing = withGroup('us-east-1', 'edge', ({ members }) => ({
      members: members.map((member) => ({ ...member, healthy: member.zone !== 'us-east-1b' })),
    }));
    const gate = await gatesFor(limited({ minHealthy: 3 }), { inventory: ailing });
    expect(gate('limits.minHealthy').message).toBe('us-east-1/edge keeps 2 healthy instances, limit 3');
  });
});

describe('gates without circumstances', () => {
  it('are those that the plan alone tells', async () => {
    const plan = await planOn(openBench(), gorilla);
    const names = plan.gates.map(({ name }) => name);
    expect(names).toContain('groups.desired');
    expect(names).not.toContain('survivors.room');
    expect(plan.gates.filter(({ passed }) => !passed)).toEqual([]);
  });
});
