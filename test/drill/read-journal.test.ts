import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createdIds, touchedAttributes } from '../../src/drill/attributes.js';
import { readJournal } from '../../src/drill/read-journal.js';
import type { JournalEntry } from '../../src/model/journal.js';

const at = '2026-01-01T00:00:00.000Z';
const record = { type: 'record', region: 'global', id: 'Z1/api/A/use1' } as const;
const acl = { type: 'network-acl', region: 'r', id: 'deny-vpc-1' } as const;
const lines = (entries: readonly unknown[]): string => entries.map((entry) => JSON.stringify(entry)).join('\n');

const entries: readonly JournalEntry[] = [
  {
    at,
    type: 'begin',
    version: 1,
    run: 'r1',
    experiment: 'e',
    on: 'sim',
    where: 'w',
    endpoint: null,
    account: '1',
    regions: ['r'],
  },
  {
    at,
    type: 'intent',
    change: 'c1',
    attribute: 'networkAcl.exists',
    resource: acl,
    before: null,
    after: { vpc: 'vpc-1' },
  },
  { at, type: 'done', change: 'c1', created: 'acl-9' },
  { at, type: 'intent', change: 'c2', attribute: 'record.weight', resource: record, before: 50, after: 38 },
  { at, type: 'done', change: 'c2' },
  { at, type: 'intent', change: 'c3', attribute: 'record.weight', resource: record, before: 50, after: 25 },
];

describe('a journal', () => {
  it('says which lines are not whole, and uses the rest', () => {
    const text = `${lines(entries)}\n{"at":"2026-01-01T00:00:00.000Z","type":"intent","chan`;
    const read = readJournal(text);
    expect(read.entries).toHaveLength(entries.length);
    expect(read.broken).toEqual([{ line: 7, why: 'is not whole JSON' }]);
  });

  it('does not act on an entry with an attribute that no driver has', () => {
    const read = readJournal(
      lines([{ at, type: 'intent', change: 'c1', attribute: 'bank.balance', resource: record, before: 1, after: 2 }]),
    );
    expect(read.entries).toEqual([]);
    expect(read.broken[0]?.why).toContain('not an entry');
  });

  it('never throws, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = readJournal(text);
        expect(read.entries.length + read.broken.length).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        readJournal(text);
      }),
    );
  });
});

describe('what a run touched', () => {
  it('keeps the first value before, and every value that it set, of an attribute that was set in steps', () => {
    const weight = touchedAttributes(entries).find((item) => item.attribute === 'record.weight');
    expect(weight).toMatchObject({ change: 'c2', before: 50, ours: [38, 25], confirmed: false, undone: false });
  });

  it('knows the ids of what was created', () => {
    expect(createdIds(entries)).toEqual(new Map([['deny-vpc-1', 'acl-9']]));
  });

  it('takes an attribute as put back when any of its changes was undone', () => {
    const undone = touchedAttributes([...entries, { at, type: 'undone', change: 'c2', how: 'written' }]);
    expect(undone.filter((item) => !item.undone).map((item) => item.attribute)).toEqual(['networkAcl.exists']);
  });

  it('begins anew when an attribute is touched again after it was put back', () => {
    const again: JournalEntry = {
      at,
      type: 'intent',
      change: 'c9',
      attribute: 'record.weight',
      resource: record,
      before: 60,
      after: 0,
    };
    const touched = touchedAttributes([...entries, { at, type: 'undone', change: 'c2', how: 'written' }, again]);
    expect(touched.find((item) => item.attribute === 'record.weight')).toMatchObject({
      before: 60,
      ours: [0],
      undone: false,
    });
  });
});
