import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEFT_OUT_TAG, readUndoTags, undoTags, type TaggedUndo } from '../../src/changes/undo-tags.js';

const PLACE = { region: 'us-east-1', handle: 'deny-vpc-1' };

function subnet(n: number, acl = 'acl-0123456789abcdef0'): TaggedUndo {
  const id = `subnet-${n.toString(16).padStart(17, '0')}`;
  const resource = { type: 'subnet', region: 'us-east-1', id } as const;
  return { attribute: 'subnet.networkAcl', resource, before: acl, ours: [{ $created: PLACE.handle }] };
}

function subnets(count: number): readonly TaggedUndo[] {
  return Array.from({ length: count }, (_, n) => subnet(n));
}

describe('undo tags', () => {
  it('say how much they do not hold, and what that is', () => {
    const { items, leftOut } = readUndoTags(undoTags(subnets(1_000), PLACE), PLACE);
    expect(items.length).toBeGreaterThan(300);
    expect(leftOut).toEqual([`${1_000 - items.length} of subnet.networkAcl`]);
  });

  it.each([
    'subnet.networkAcl',
    'subnet.networkAcl "acl-1" * -',
    'subnet.networkAcl "acl-1" [] - subnet-1',
    'subnet.networkAcl acl-1 * - subnet-1',
    'networkAcl.exists null [1] - deny',
    'toString "acl-1" * - subnet-1',
    'record.weight@evil.example/ 50 [0] - Z1/a/b',
    'subnet.networkAcl "acl-1" * - %E0%A4%A',
    '',
  ])('that someone wrote otherwise are named and not used: %j', (value) => {
    const read = readUndoTags({ 'kong:undo:1': value }, PLACE);
    expect(read).toEqual({ items: [], leftOut: ["the tag kong:undo:1, which can't be read"] });
  });

  it('are told from no tags at all', () => {
    expect(readUndoTags({ Name: 'kong' }, PLACE).leftOut).toEqual(['it has no tags of what is to be undone']);
  });

  it('can be read by a person', () => {
    expect(undoTags([subnet(1), subnet(2)], PLACE)).toEqual({
      'kong:undo:1': 'subnet.networkAcl "acl-0123456789abcdef0" * - subnet-00000000000000001 subnet-00000000000000002',
    });
  });

  it('hold as many subnets as a VPC may have', () => {
    expect(undoTags(subnets(200), PLACE)).not.toHaveProperty(LEFT_OUT_TAG);
  });

  it('hold whatever they were given, within the limits of AWS', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((text) => text.trim() !== '');
    const process = fc.constantFrom('Launch', 'Terminate', 'a name with spaces', '"quoted"', '%41');
    const item = fc.oneof(
      fc.nat(50).map((n) => subnet(n)),
      fc
        .record({ id: name, processes: fc.array(process, { minLength: 1 }) })
        .map(({ id, processes }): TaggedUndo => ({
          attribute: 'asg.suspendedProcesses',
          resource: { type: 'asg', region: 'us-west-2', id },
          before: [],
          ours: [processes],
        })),
      fc
        .record({ id: name, members: fc.array(name, { maxLength: 3 }) })
        .map(({ id, members }): TaggedUndo => ({
          attribute: 'asg.desiredCapacity',
          resource: { type: 'asg', region: 'us-east-1', id },
          before: 6,
          ours: [9, 12],
          memo: members,
        })),
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), (items) => {
        const tags = undoTags(items, PLACE);
        expect(Object.keys(tags).length).toBeLessThanOrEqual(41);
        for (const value of Object.values(tags)) expect(value.length).toBeLessThanOrEqual(256);
        const read = readUndoTags(tags, PLACE);
        const left = read.leftOut.reduce((sum, one) => sum + (Number.parseInt(one, 10) || 0), 0);
        expect(read.items.length + left).toBe(items.length);
        const given = items.map((one) => JSON.stringify(one));
        for (const one of read.items) expect(given).toContain(JSON.stringify(inOrder(one)));
      }),
    );
  });
});

/** With the keys as the test writes them. */
function inOrder({ attribute, resource, before, ours, memo }: TaggedUndo): TaggedUndo {
  return { attribute, resource, before, ours, ...(memo === undefined ? {} : { memo }) };
}
