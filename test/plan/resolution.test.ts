import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import type { MovedName, ResolutionPlan } from '../../src/model/resolution.js';
import type { Environment } from '../../src/plan/environment.js';
import { resolutionPlan } from '../../src/plan/resolution.js';
import { recordInventory } from '../support/record-inventory.js';
import { readExperiment } from '../support/sim-drill.js';
import { SIMULATED } from '../support/simulated.js';

const REGIONS = ['us-east-1', 'us-west-2'];
const RESOLVER = { address: '10.0.0.2', samples: 10, timeoutMs: 2_000 };
const HERE: Environment = { ...SIMULATED, on: 'aws' };

function planFor(sets: readonly ResourceRecordSet[], more: Partial<Environment> = {}): ResolutionPlan | undefined {
  const experiment = readExperiment('kong-us-east-1');
  return resolutionPlan({ experiment, inventory: recordInventory(sets) }, { ...HERE, resolver: RESOLVER, ...more });
}

function namesFor(...sets: readonly ResourceRecordSet[]): readonly MovedName[] {
  const plan = planFor(sets);
  return plan?.checked === true ? plan.names : [];
}

const weighted = (region: string, Weight: number, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: 'api.example.com.',
  Type: 'CNAME',
  SetIdentifier: region,
  Weight,
  TTL: 30,
  ResourceRecords: [{ Value: `edge.${region}.example.com` }],
  ...more,
});
const aliasTo = (DNSName: string): Partial<ResourceRecordSet> => ({
  Type: 'A',
  TTL: undefined,
  ResourceRecords: undefined,
  AliasTarget: { HostedZoneId: 'Z2', DNSName, EvaluateTargetHealth: false },
});

describe('nobody is asked', () => {
  it('without a resolver, which is told', () => {
    const { resolver, ...without } = { ...HERE, resolver: RESOLVER };
    expect(resolver).toBe(RESOLVER);
    const inventory = recordInventory([weighted('us-east-1', 50)]);
    const experiment = readExperiment('kong-us-east-1');
    expect(resolutionPlan({ experiment, inventory }, without)).toEqual({
      checked: false,
      why: 'kong.yaml names no resolver',
    });
  });

  it('about names that do not lead to the region', () => {
    expect(namesFor(weighted('us-west-2', 50))).toEqual([]);
  });

  it('by a drill that moves no records', () => {
    const experiment = readExperiment('gorilla-us-east-1a');
    expect(
      resolutionPlan({ experiment, inventory: recordInventory([]) }, { ...HERE, resolver: RESOLVER }),
    ).toBeUndefined();
  });
});

describe('a name that moves', () => {
  it('has the answers of all its records, and the share that the region has by weight', () => {
    const [name] = namesFor(weighted('us-east-1', 30), weighted('us-west-2', 60), weighted('other', 30));
    expect(name).toEqual({
      name: 'api.example.com',
      type: 'CNAME',
      ttlSeconds: 30,
      share: 0.25,
      leads: [
        { region: 'us-east-1', target: { kind: 'values', values: ['edge.us-east-1.example.com'] } },
        { region: 'us-west-2', target: { kind: 'values', values: ['edge.us-west-2.example.com'] } },
        { region: null, target: { kind: 'values', values: ['edge.other.example.com'] } },
      ],
    });
  });

  it('by two types is asked for by each', () => {
    const a = (region: string): ResourceRecordSet =>
      weighted(region, 1, { Type: 'A', ResourceRecords: [{ Value: '192.0.2.1' }] });
    const aaaa = (region: string): ResourceRecordSet =>
      weighted(region, 1, { Type: 'AAAA', ResourceRecords: [{ Value: '2001:db8::1' }] });
    const names = namesFor(a('us-east-1'), a('us-west-2'), aaaa('us-east-1'), aaaa('us-west-2'));
    expect(names.map(({ type, leads }) => [type, leads.length])).toEqual([
      ['A', 2],
      ['AAAA', 2],
    ]);
  });

  it('as a wildcard is asked for by a name that it answers', () => {
    const [name] = namesFor(weighted('us-east-1', 50, { Name: '\\052.example.com.' }));
    expect(name?.name).toBe('kong-resolution-check.example.com');
  });

  it('as an alias has its target, with the time to live of the record that it leads to', () => {
    const target = 'edge.us-east-1.example.com';
    const simple: ResourceRecordSet = {
      Name: `${target}.`,
      Type: 'A',
      TTL: 300,
      ResourceRecords: [{ Value: '192.0.2.1' }],
    };
    const [known] = namesFor(weighted('us-east-1', 50, aliasTo(`${target}.`)), simple);
    expect(known).toMatchObject({ type: 'A', ttlSeconds: 300 });
    const [balancer] = namesFor(weighted('us-east-1', 50, aliasTo('lb.us-east-1.elb.amazonaws.com.')));
    expect(balancer?.ttlSeconds).toBe(60);
    expect(balancer?.leads[0]?.target).toEqual({ kind: 'alias', name: 'lb.us-east-1.elb.amazonaws.com.' });
  });

  it('as a failover pair is answered by its primary alone', () => {
    const pair = (region: string, Failover: 'PRIMARY' | 'SECONDARY'): ResourceRecordSet =>
      weighted(region, 0, { Weight: undefined, Failover, ...(Failover === 'PRIMARY' ? { HealthCheckId: 'h1' } : {}) });
    const [name] = namesFor(pair('us-east-1', 'PRIMARY'), pair('us-west-2', 'SECONDARY'));
    expect(name).toMatchObject({ share: 1, ttlSeconds: 30 });
    expect(name?.leads.map(({ region }) => region)).toEqual(REGIONS);
  });
});
