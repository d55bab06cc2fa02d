import { describe, expect, it } from 'vitest';
import { instanceIsolate } from '../../src/faults/instance-isolate.js';
import { seededRandom } from '../../src/host/random.js';

const NONE = { tags: {}, groups: [], domains: [] };
const common = { zone: 'us-east-1a', group: undefined, state: 'running', vpc: 'vpc-1', interfaces: 1 };

/** What it makes of two instances of which one is in no security group, as emulators have them. */
function changesOf(): ReturnType<typeof instanceIsolate.changes> {
  const instances = [
    { ...common, id: 'i-1', securityGroups: [] },
    { ...common, id: 'i-2', securityGroups: ['sg-1'] },
  ];
  return instanceIsolate.changes({
    scope: { kind: 'instance', region: 'us-east-1', pick: { kind: 'count', count: 2, per: 'all' } },
    targets: { regions: [{ region: 'us-east-1', subnets: [], groups: [], instances }], leftAlone: [] },
    inventory: { account: '1', regions: [], records: [] },
    select: NONE,
    params: {},
    step: 0,
    lastsSeconds: 60,
    random: seededRandom(1),
  });
}

describe('instance-isolate', () => {
  it('leaves alone an instance in no security group: there would be no way back', () => {
    const why = 'is in no security group that it could be put back into';
    expect(changesOf().leftAlone).toEqual([{ what: 'i-1', why }]);
  });

  it('isolates the others', () => {
    const isolated = changesOf().changes.filter((change) => change.attribute === 'instance.securityGroups');
    expect(isolated.map(({ resource }) => resource.id)).toEqual(['i-2']);
  });
});
