import { describe, expect, it } from 'vitest';
import { readExperiment } from '../../support/sim-drill.js';
import { gatesFor, withGroup } from './asked.js';

const gorilla = readExperiment('gorilla-us-east-1a');
const kong = readExperiment('kong-us-east-1');
const monkey = readExperiment('monkey-playback');

describe('groups.desired', () => {
  it('refuses where a member is not in service, or not healthy', async () => {
    for (const ill of [{ lifecycle: 'Standby' }, { healthy: false }]) {
      const ailing = withGroup('us-east-1', 'edge', ({ members }) => ({
        members: members.map((member, index) => (index === 0 ? { ...member, ...ill } : member)),
      }));
      const gate = await gatesFor(gorilla, { inventory: ailing });
      expect(gate('groups.desired')).toMatchObject({
        passed: false,
        code: 'REFUSED',
        message: 'us-east-1/edge has 5 of 6 in service',
      });
    }
  });

  it('refuses where a survivor of a dark region is not whole', async () => {
    const ailing = withGroup('us-west-2', 'playback', ({ members }) => ({ members: members.slice(1) }));
    const gate = await gatesFor(kong, { inventory: ailing });
    expect(gate('groups.desired').message).toBe('us-west-2/playback has 5 of 6 in service');
  });

  it('does not ask about groups that a drill on an instance does not hit', async () => {
    const ailing = withGroup('us-east-1', 'edge', ({ members }) => ({ members: members.slice(1) }));
    expect((await gatesFor(monkey, { inventory: ailing }))('groups.desired').passed).toBe(true);
  });

  it('passes where all is well', async () => {
    expect((await gatesFor(kong))('groups.desired')).toEqual({
      name: 'groups.desired',
      code: 'REFUSED',
      passed: true,
      message: '6 groups have as many in service as they want',
    });
  });
});

describe('groups.settled', () => {
  it('refuses while a group launches or ends instances', async () => {
    const moving = withGroup('us-east-1', 'edge', ({ members }) => ({
      members: [...members, { id: 'i-0new', zone: 'us-east-1a', lifecycle: 'Pending:Wait', healthy: true }],
    }));
    const gate = await gatesFor(gorilla, { inventory: moving });
    expect(gate('groups.settled')).toMatchObject({ passed: false, message: 'us-east-1/edge has 1 Pending:Wait' });
    expect(gate('groups.desired').passed).toBe(true);
  });

  it('passes where nothing moves', async () => {
    expect((await gatesFor(gorilla))('groups.settled').passed).toBe(true);
  });
});

describe('groups.healthy', () => {
  it('refuses where a member is unhealthy', async () => {
    const ailing = withGroup('us-east-1', 'edge', ({ members }) => ({
      members: members.map((member, index) => ({ ...member, healthy: index > 1 })),
    }));
    const gate = await gatesFor(gorilla, { inventory: ailing });
    expect(gate('groups.healthy').passed).toBe(false);
    expect(gate('groups.healthy').message).toContain('us-east-1/edge has 2 unhealthy');
  });

  it('refuses where a zone that the group reaches into has nothing in service', async () => {
    const ailing = withGroup('us-east-1', 'edge', ({ members }) => ({
      members: members.map((member) => ({ ...member, zone: 'us-east-1a' })),
    }));
    expect((await gatesFor(gorilla, { inventory: ailing }))('groups.healthy')).toMatchObject({
      passed: false,
      message: 'us-east-1/edge has nothing in service in us-east-1b, us-east-1c',
    });
  });

  it('passes with a warning where someone else has suspended a process', async () => {
    const held = withGroup('us-east-1', 'edge', () => ({ suspended: ['Launch'] }));
    const { passed, message } = (await gatesFor(gorilla, { inventory: held }))('groups.healthy');
    expect(passed).toBe(true);
    expect(message).toContain('by someone else, and left as it is: us-east-1/edge has Launch suspended');
  });
});

describe('groups.refresh', () => {
  it('refuses while an instance refresh of a group that is hit is under way', async () => {
    const refreshes = { known: true, value: [{ region: 'us-east-1', group: 'edge', status: 'InProgress' }] } as const;
    const gate = await gatesFor(gorilla, { circumstances: { refreshes } });
    expect(gate('groups.refresh')).toMatchObject({
      passed: false,
      message: 'us-east-1/edge has an instance refresh InProgress',
    });
  });

  it('refuses where nobody knows', async () => {
    const gate = await gatesFor(gorilla, { circumstances: { refreshes: { known: false, why: 'access denied' } } });
    expect(gate('groups.refresh')).toMatchObject({ passed: false, message: 'not known: access denied' });
  });

  it('passes where there is none, as in the simulated world', async () => {
    expect((await gatesFor(gorilla))('groups.refresh').passed).toBe(true);
  });
});
