import { describe, expect, it } from 'vitest';
import { readExperiment } from '../support/sim-drill.js';

const EAST = 'us-east-1/streaming-state-us-east-1';

describe('markers are refused', () => {
  it.each([
    [`to=${EAST}`, 'is where the markers are written', 'name the other side'],
    ['to=us-west-3/state', 'us-west-3 is neither what the drill hits nor a survivor', 'did you mean us-west-2?'],
    ['from=state', 'is no bucket in a region', 'write us-east-1/state-us-east-1'],
    ['prefix=kong', 'is no prefix of keys', 'write kong-marker/'],
    ['every=500ms', "markers can't be written every 500ms", 'write every: 1s or more'],
    ['every=10s', 'there is no time for two markers before the fault', 'write lead: 20s or more'],
  ])('with %s', (set, message, fix) => {
    const read = (): unknown => readExperiment('replication-pause-state', [`replication.marker.${set}`]);
    expect(read).toThrow(message);
    expect(read).toThrow(fix);
  });
});

describe('markers', () => {
  it('are written below a prefix, one every five seconds and half a minute ahead, unless it says otherwise', () => {
    const { marker } = readExperiment('split-brain', [
      `replication={ marker: { from: ${EAST}, to: us-west-2/streaming-state-us-west-2 } }`,
    ]);
    expect(marker).toEqual({
      from: { region: 'us-east-1', bucket: 'streaming-state-us-east-1' },
      to: { region: 'us-west-2', bucket: 'streaming-state-us-west-2' },
      prefix: 'kong-marker/',
      everyMs: 5_000,
      leadMs: 30_000,
    });
  });
});
