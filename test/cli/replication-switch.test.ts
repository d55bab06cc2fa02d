import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newHome, type Home } from './home.js';

const KONG_YAML = `version: 1
switches:
  replication:
    parameter: { name: /streaming/replication, region: us-east-1 }
    values: [running, paused]
`;
const METHOD = `rollback: { within: 60s }
method:
  - switch: { name: replication, to: paused }
  - hold: 1m
  - restore: replication
  - hold: 30s
`;

/** A folder with a switch by which a region of the simulated world keeps what is written there to itself. */
function switchable(): Home {
  const place = newHome();
  const whole = readFileSync('experiments/replication-pause-state.yaml', 'utf8');
  writeFileSync(path.join(place.home, 'kong.yaml'), KONG_YAML);
  writeFileSync(path.join(place.home, 'own.yaml'), whole.slice(0, whole.indexOf('objectives:')) + METHOD);
  return place;
}

interface Marked {
  readonly replication: {
    readonly beforeSeconds: number;
    readonly peakSeconds: number;
    readonly caughtUpSeconds: number;
  };
  readonly objectives: { readonly rpo: { readonly achievedSeconds: number } };
}

describe('a switch that pauses replication', () => {
  it('lets the other region fall behind, and catch up once it is set back', async () => {
    const { kong } = switchable();
    const { code, stdout } = await kong(['drill', 'own.yaml', '--quiet', '--speed', 'max', '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'held',
      replication: { peakSeconds: 61.5, caughtUpSeconds: 10, atEnd: 'caught-up' },
      objectives: { rpo: { achievedSeconds: 1.5 } },
    });
    expect(stdout).not.toContain('unreplicated-objects');
  });

  it('holds back the markers that services copy, until it is set back', async () => {
    const { kong } = switchable();
    const [from, to] = ['us-east-1/streaming-journal-us-east-1', 'us-west-2/streaming-journal-us-west-2'];
    const markers = `replication={ marker: { from: ${from}, to: ${to}, every: 2s, lead: 10s } }`;
    const where = ['--set', markers, '--quiet', '--speed', 'max', '--format', 'json'];
    const { code, stdout } = await kong(['drill', 'own.yaml', ...where]);
    expect(code).toBe(0);
    const { replication, objectives, ...result } = JSON.parse(stdout) as Marked;
    expect(result).toMatchObject({ outcome: 'held', rollback: { remaining: [] } });
    expect(replication).toMatchObject({ measuredBy: 'marker', atEnd: 'caught-up' });
    // never less than the lag, and more by no more than the time between two markers and the switch's own
    expect(replication.beforeSeconds).toBeGreaterThanOrEqual(1.5);
    expect(Math.max(replication.beforeSeconds, objectives.rpo.achievedSeconds)).toBeLessThanOrEqual(5);
    expect(replication.peakSeconds).toBeGreaterThanOrEqual(60);
    expect(replication.peakSeconds).toBeLessThanOrEqual(66);
    expect(replication.caughtUpSeconds).toBeLessThanOrEqual(5);
  });
});
