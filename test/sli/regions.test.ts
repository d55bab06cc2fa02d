import { describe, expect, it } from 'vitest';
import type { BlastRadius, Experiment, Scope } from '../../src/model/experiment.js';
import { survivorsOf, watchedRegions } from '../../src/sli/regions.js';
import { experiment, sli } from './fixtures.js';

const ALL = ['us-east-1', 'us-west-2', 'eu-west-1'];
const EVERY_REGION = sli('starts');
const GLOBAL = sli('starts', { per: 'global' });

const within = (scope: Scope, survivors: readonly string[] = []): Experiment => {
  const blastRadius: BlastRadius = { ...experiment().blastRadius, scope, survivors };
  return experiment({ blastRadius });
};

const DARK = { kind: 'region', region: 'us-east-1' } as const;
const ZONE = { kind: 'az', region: 'us-east-1', zone: 'us-east-1a' } as const;
const LINK = { kind: 'link', regions: ['us-east-1', 'us-west-2'] } as const;

describe('the regions in which an SLI is read', () => {
  it('never include the dark one by themselves', () => {
    expect(watchedRegions(EVERY_REGION, within(DARK), ALL)).toEqual(['us-west-2', 'eu-west-1']);
    expect(watchedRegions(GLOBAL, within(DARK), ALL)).toEqual(['us-west-2']);
    expect(watchedRegions(GLOBAL, within(DARK), ['us-east-1'])).toEqual([]);
  });

  it('are the survivors that the experiment names', () => {
    expect(survivorsOf(within(DARK, ['eu-west-1']), ALL)).toEqual(['eu-west-1']);
    expect(watchedRegions(EVERY_REGION, within(DARK, ['eu-west-1']), ALL)).toEqual(['eu-west-1']);
    expect(watchedRegions(GLOBAL, within(DARK, ['eu-west-1']), ALL)).toEqual(['eu-west-1']);
  });

  it('begin where a zone, an instance or a link is', () => {
    expect(watchedRegions(EVERY_REGION, within(ZONE), ALL)).toEqual(['us-east-1']);
    expect(watchedRegions(EVERY_REGION, within(ZONE, ['us-west-2']), ALL)).toEqual(['us-east-1', 'us-west-2']);
    expect(watchedRegions(EVERY_REGION, within(LINK, ['us-west-2']), ALL)).toEqual(['us-east-1', 'us-west-2']);
  });

  it('come down to one for a global SLI: its own, else a survivor, else where the scope is', () => {
    const own = { ...GLOBAL, region: 'eu-west-1' };
    expect(watchedRegions(own, within(DARK), ALL)).toEqual(['eu-west-1']);
    expect(watchedRegions(GLOBAL, within(ZONE, ['us-west-2']), ALL)).toEqual(['us-west-2']);
    expect(watchedRegions(GLOBAL, within(ZONE), ALL)).toEqual(['us-east-1']);
  });

  it('are not lost by a scope that darkens no region', () => {
    expect(survivorsOf(within(ZONE), ALL)).toEqual(ALL);
  });
});
