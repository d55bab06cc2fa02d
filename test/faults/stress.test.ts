import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { azSlow } from '../../src/faults/az-slow.js';
import type { FaultRequest, ProtoChange, TargetRegion } from '../../src/faults/fault.js';
import { instanceCpu } from '../../src/faults/instance-cpu.js';
import { instanceKillProcess } from '../../src/faults/instance-kill-process.js';
import { seededRandom } from '../../src/host/random.js';
import type { InstanceAgent, Subnet } from '../../src/model/inventory.js';
import { sentCommand } from '../../src/model/sent-command.js';

const REGION = 'us-east-1';

function instance(id: string, vpc = 'vpc-1'): TargetRegion['instances'][number] {
  const zone = 'us-east-1a';
  return { id, zone, vpc, group: undefined, state: 'running', securityGroups: [], interfaces: 1 };
}

const online = (id: string): InstanceAgent => ({ instance: id, status: 'Online', platform: 'Linux' });

function subnet(id: string, zone: string, cidr: string): Subnet {
  return { id, vpc: 'vpc-1', zone, cidr, acl: 'acl-1', tags: {} };
}

interface Given {
  readonly instances: readonly TargetRegion['instances'][number][];
  readonly agents: readonly InstanceAgent[];
  readonly subnets?: readonly Subnet[];
  readonly params?: FaultRequest['params'];
}

function request({ instances, agents, subnets = [], params = {} }: Given): FaultRequest {
  const there = { region: REGION, zones: [], vpcs: [], instances: [], groups: [] };
  return {
    scope: { kind: 'az', region: REGION, zone: 'us-east-1a' },
    targets: { regions: [{ region: REGION, subnets: [], groups: [], instances }], leftAlone: [] },
    inventory: { account: '1', records: [], regions: [{ ...there, subnets, agents }] },
    select: { tags: {}, groups: [], domains: [] },
    random: seededRandom(1),
    params,
    step: 2,
    lastsSeconds: 300,
  };
}

function commands(changes: readonly ProtoChange[]): readonly NonNullable<ReturnType<typeof sentCommand>>[] {
  return changes.flatMap((change) => (change.kind === 'reversible' ? (sentCommand(change.after) ?? []) : []));
}

describe('stress inside instances', () => {
  const some = ['i-1', 'i-2', 'i-3', 'i-4'];

  it('leaves instances alone that no command can reach, each with its reason', () => {
    const agents = [
      online('i-1'),
      { ...online('i-2'), status: 'ConnectionLost' },
      { ...online('i-3'), platform: 'Windows' },
    ];
    const { changes, leftAlone } = instanceCpu.changes(request({ instances: some.map((id) => instance(id)), agents }));
    expect(commands(changes).flatMap(({ instances }) => instances)).toEqual(['i-1']);
    expect(leftAlone).toEqual([
      { what: 'instance us-east-1/i-2', why: 'has an agent that is not online, but ConnectionLost' },
      { what: 'instance us-east-1/i-3', why: 'runs Windows, and the documents are for Linux' },
      { what: 'instance us-east-1/i-4', why: 'has no agent that Systems Manager knows' },
    ]);
  });

  it('changes nothing where no agent is left, so that the drill is refused', () => {
    expect(instanceCpu.changes(request({ instances: [instance('i-1')], agents: [] })).changes).toEqual([]);
    expect(
      instanceKillProcess.changes(request({ instances: [instance('i-1')], agents: [], params: { process: 'nginx' } }))
        .changes,
    ).toEqual([]);
  });

  it('lasts as long as its step can, and says which step sent it', () => {
    const { changes } = instanceCpu.changes(
      request({ instances: [instance('i-1')], agents: [online('i-1')], params: { percent: 30 } }),
    );
    expect(changes.map(({ resource }) => resource.id)).toEqual(['instance-cpu-3-1']);
    expect(commands(changes)[0]?.parameters).toEqual({
      CPU: '0',
      LoadPercent: '30',
      InstallDependencies: 'True',
      DurationSeconds: '300',
    });
  });

  it('names each instance in one command, and at most fifty in each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 180 }), (many) => {
        const ids = Array.from({ length: many }, (_, i) => `i-${i}`);
        const given = { instances: ids.map((id) => instance(id)), agents: ids.map(online) };
        const { changes } = instanceCpu.changes(request(given));
        const sent = commands(changes);
        expect(sent.flatMap(({ instances }) => instances).sort()).toEqual([...ids].sort());
        expect(Math.max(...sent.map(({ instances }) => instances.length))).toBeLessThanOrEqual(50);
        expect(new Set(changes.map(({ resource }) => resource.id)).size).toBe(Math.ceil(many / 50));
      }),
    );
  });
});

describe('a slow zone', () => {
  const subnets = [
    subnet('a', 'us-east-1a', '10.1.0.0/20'),
    subnet('b', 'us-east-1b', '10.1.16.0/20'),
    subnet('c', 'us-east-1c', '10.1.32.0/20'),
  ];

  it('is slow to the subnets that its VPC has in the other zones, and to nothing else', () => {
    const { changes } = azSlow.changes(request({ instances: [instance('i-1')], agents: [online('i-1')], subnets }));
    const [sent] = commands(changes);
    expect(sent?.document).toBe('AWSFIS-Run-Network-Latency-Sources');
    expect(sent?.parameters).toMatchObject({ Sources: '10.1.16.0/20,10.1.32.0/20', DelayMilliseconds: '200' });
  });

  it('leaves instances alone whose VPC is in no other zone', () => {
    const instances = [instance('i-1', 'vpc-2')];
    const { changes, leftAlone } = azSlow.changes(request({ instances, agents: [online('i-1')], subnets }));
    expect(changes).toEqual([]);
    expect(leftAlone).toEqual([
      { what: 'instance us-east-1/i-1', why: 'stands in a VPC that has no subnet in another zone' },
    ]);
  });
});
