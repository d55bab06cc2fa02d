import { describe, expect, it } from 'vitest';
import type { Change } from '@aws-sdk/client-route-53';
import type { Write } from '../../src/changes/driver.js';
import { recordBatches } from '../../src/changes/record-batches.js';

function upserts(count: number, values: readonly string[]): Parameters<typeof recordBatches>[0] {
  return Array.from({ length: count }, (_, i) => {
    const write: Write = {
      change: `c${i}`,
      resource: { type: 'record', region: 'global', id: `Z1/n${i}.example.com/A/east` },
      before: 1,
      after: 0,
      memo: null,
      to: 'after',
    };
    const ResourceRecords = values.map((Value) => ({ Value }));
    const change: Change = {
      Action: 'UPSERT',
      ResourceRecordSet: { Name: `n${i}.example.com.`, Type: 'A', Weight: 0, ResourceRecords },
    };
    return { write, change };
  });
}

describe('batches of record changes', () => {
  it('hold 500 UPSERTs of one value, which count twice', () => {
    const batches = recordBatches(upserts(1_201, ['192.0.2.1']));
    expect(batches.map(({ length }) => length)).toEqual([500, 500, 201]);
  });

  it('hold fewer of records with several values', () => {
    const batches = recordBatches(upserts(300, ['192.0.2.1', '192.0.2.2', '192.0.2.3']));
    expect(batches.map(({ length }) => length)).toEqual([166, 134]);
  });

  it('hold at most 32,000 characters of values, counted twice as well', () => {
    const batches = recordBatches(upserts(100, ['x'.repeat(200)]));
    expect(batches.map(({ length }) => length)).toEqual([80, 20]);
  });

  it('count an alias as one, keep the order, and leave nothing out', () => {
    const writes = upserts(501, []);
    const batches = recordBatches(writes);
    expect(batches.map(({ length }) => length)).toEqual([500, 1]);
    expect(batches.flat()).toEqual(writes);
  });
});
