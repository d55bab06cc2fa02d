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
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'held',
      replication: { measuredBy: 'marker', beforeSeconds: 2, peakSeconds: 62, caughtUpSeconds: 2, atEnd: 'caught-up' },
      objectives: { rpo: { achievedSeconds: 2 } },
      rollback: { remaining: [] },
    });
  });
});
