import { describe, expect, it } from 'vitest';
import { worldJson, worldText, type RegionSight, type WorldView } from '../../src/report/world-text.js';
import { HOSTILE } from './samples.js';

const DARK: RegionSight = {
  region: 'us-west-2',
  requestsPerSecond: 0,
  errorRatio: 0,
  cacheHitRatio: 0.95,
  replicationLagSeconds: 1.5,
  latencyMs: null,
  groups: [],
};

const NOBODY = ['us-east-1a', 'us-east-1b'].map((zone) => ({ zone, serving: 0, total: 0 }));

const EAST: RegionSight = {
  region: 'us-east-1',
  requestsPerSecond: 123_456.7,
  errorRatio: 0.000_21,
  cacheHitRatio: 0.9,
  replicationLagSeconds: null,
  latencyMs: { p50: 37.4, p95: 89, p99: 148.6 },
  groups: [
    {
      name: 'web',
      instanceType: 't3.large',
      min: 3,
      max: 6,
      utilisation: 0.84,
      zones: [
        { zone: 'us-east-1a', serving: 1, total: 2 },
        { zone: 'us-east-1b', serving: 1, total: 1 },
      ],
    },
    { name: 'batch', instanceType: 't3.large', min: 0, max: 1, utilisation: null, zones: NOBODY },
  ],
};

const VIEW: WorldView = {
  name: 'shop',
  account: '123456789012',
  at: '2026-03-06T02:00:00.000Z',
  historySeconds: 900,
  requestsPerSecond: 123_456.7,
  unreachedPerSecond: 0,
  regions: [EAST, DARK],
  populations: [{ name: 'customers', peakRequestsPerSecond: 600, domains: [{ name: 'www.shop.example', share: 1 }] }],
  entry: 'web',
  services: [
    {
      name: 'web',
      group: 'web',
      timeMs: 8,
      calls: [{ service: 'db', perRequest: 0.5, timeoutMs: 150, retries: 1, home: true, fallback: true }],
    },
    { name: 'db', group: 'web', timeMs: 10, calls: [] },
  ],
  answers: [
    { domain: 'www.shop.example', region: 'us-east-1', weight: 0, ttlSeconds: 60 },
    { domain: 'www.shop.example', region: 'us-west-2', weight: 0, ttlSeconds: 60 },
  ],
  flaws: [],
};

const text = (view: WorldView): string => worldText(view, { colour: false });

describe('worldText', () => {
  it.each(HOSTILE)('makes the name %j harmless wherever it stands', (name) => {
    const hostile = text({ ...VIEW, name, regions: [{ ...EAST, region: name }], flaws: [name], entry: name });
    expect(hostile).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(hostile.split('\n')).toHaveLength(text({ ...VIEW, regions: [EAST], flaws: ['one'] }).split('\n').length);
  });

  it('shows regions with their groups, how busy each is, and who does not serve', () => {
    expect(text(VIEW).split('\n').slice(0, 10)).toEqual([
      'WORLD  shop: 2 regions, 2 zones, 2 groups, 3 instances',
      '  2026-03-06 02:00:00Z, after 15m of traffic, account 123456789012',
      '  members send 123,457 req/s',
      '',
      'us-east-1  123,457 req/s, 0.021 % fail, cache hits 90 %',
      '  latency p50 37 ms, p95 89 ms, p99 149 ms',
      '  GROUP  TYPE        a  b  MIN  MAX  CPU',
      '  web    t3.large  1/2  1    3    6  ████████░░ 84 %',
      '  batch  t3.large    0  0    0    1',
      '',
    ]);
  });

  it('says so where nobody is answered, and how many reach nobody', () => {
    const dark = text({ ...VIEW, unreachedPerSecond: 12 });
    expect(dark).toContain('  members send 123,457 req/s, 12 req/s reach nobody\n');
    expect(dark).toContain('us-west-2  0 req/s, 0 % fail, cache hits 95 %, lag 1.5 s\n  nobody was answered\n');
  });

  it('draws who calls whom, and how', () => {
    expect(text(VIEW)).toContain(
      [
        'Services (members reach web first)',
        '  web  8ms on web',
        '    → db  50 % of requests, at most 150ms, 1 retry, at home, has a default',
        '  db  10ms on web',
      ].join('\n'),
    );
  });

  it('knows that weights which are all 0 are answered as if they were equal', () => {
    expect(text(VIEW)).toContain(
      [
        '  www.shop.example  TTL 1m',
        '    us-east-1  0  █████░░░░░ 50 %',
        '    us-west-2  0  █████░░░░░ 50 %',
      ].join('\n'),
    );
  });

  it('names flaws only where there are some', () => {
    expect(text(VIEW)).not.toContain('Flaws');
    expect(text({ ...VIEW, flaws: ['cold-caches', 'no-headroom'] })).toContain('Flaws\n  cold-caches, no-headroom\n');
  });
});

describe('worldJson', () => {
  it('is the view, with the name of its schema', () => {
    expect(JSON.parse(worldJson(VIEW))).toEqual({ schema: 'kong/world/v1', ...VIEW });
  });
});
