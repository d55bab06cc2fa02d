import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/json.js';
import { resourceText } from '../../src/report/change-rows.js';
import { valueText } from '../../src/report/value-text.js';

const LISTENER = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/edge/b867/9856';
const PROCESSES = ['AZRebalance', 'AddToLoadBalancer', 'AlarmNotification', 'HealthCheck', 'InstanceRefresh'].concat([
  'Launch',
  'ReplaceUnhealthy',
  'ScheduledActions',
  'Terminate',
]);

describe('a value in a plan', () => {
  it.each<[Json, string, string]>([
    [{ description: null }, 'sg-a#tcp#443-443#sg-b', 'lets tcp 443 in from sg-b'],
    [{ description: 'to edge' }, 'sg-a#udp#1-9#10.0.0.0/8', 'lets udp 1-9 in from 10.0.0.0/8 (to edge)'],
    [{ description: null }, 'sg-a#-1#all#pl-1', 'lets everything in from pl-1'],
    [{ description: null }, 'sg-a', '{"description":null}'],
    [{ priority: 1, status: '503' }, LISTENER, 'answers 503 before all rules'],
    [{ kind: 'peering', id: 'pcx-1' }, 'rtb-1#10.2.0.0/16', 'peering pcx-1'],
    [{ kind: 'other', id: 'x-1' }, 'rtb-1#10.2.0.0/16', 'x-1'],
    [PROCESSES, 'edge', 'all processes'],
    [PROCESSES.slice(0, 4), 'edge', '[AZRebalance, AddToLoadBalancer, AlarmNotification, HealthCheck]'],
    [null, 'edge', 'none'],
  ])('%j of %s is said as %s', (value, resource, words) => {
    expect(valueText(value, { resource })).toBe(words);
  });

  it('is cut where there is no room for it', () => {
    expect(valueText(['a', 'b', 'c'], { resource: 'edge', limit: 1 })).toBe('[a, … 2 more]');
  });

  it('names every instance that a command runs on', () => {
    const instances = ['i-1', 'i-2', 'i-3', 'i-4'];
    const value = { document: 'D', parameters: { DurationSeconds: '60' }, instances };
    expect(valueText(value, { resource: 'c' })).toContain('on [i-1, i-2, i-3, i-4], ends by itself after 1m');
  });
});

describe('a listener in a plan', () => {
  it('is told by its load balancer', () => {
    const ref = { type: 'listener' as const, region: 'us-east-1' };
    expect(resourceText({ ...ref, id: LISTENER })).toBe('listener us-east-1/edge (app/edge/b867/9856)');
    expect(resourceText({ ...ref, id: 'odd' })).toBe('listener us-east-1/odd');
  });
});
