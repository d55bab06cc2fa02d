import type { World } from '../world.js';

/** One population as one region knows it on a usual day. */
export interface Home {
  readonly name: string;
  /** Share of the population that the region serves, 0..1. */
  readonly home: number;
  /** How much the population weighs among others. */
  readonly weight: number;
}

/** Who is at home in a region: what the world file's own DNS weights say, before anything was shifted. */
export function homesOf(region: string, world: World): readonly Home[] {
  return world.traffic.populations.map(({ name, peakRps, domains }) => ({
    name,
    weight: peakRps,
    home: domains.reduce((sum, domain) => sum + domain.share * shareAt(region, domain.name, world), 0),
  }));
}

/**
 * Of the members of a population whose home is not in this region, the share whose home is dark: 0..1.
 *
 * @param homes - by region: the share of the population that is at home there
 * @param up - by region: whether it answers
 */
export function homeDarkFrom(own: number, homes: readonly number[], up: readonly boolean[]): number {
  let elsewhere = 0;
  let dark = 0;
  for (const [region, home] of homes.entries()) {
    if (region === own) continue;
    elsewhere += home;
    if (up[region] !== true) dark += home;
  }
  return elsewhere > 0 ? dark / elsewhere : 0;
}

function shareAt(region: string, name: string, world: World): number {
  const answers = world.domains.find((domain) => domain.name === name)?.answers ?? [];
  const total = answers.reduce((sum, answer) => sum + answer.weight, 0);
  const here = answers.filter((answer) => answer.region === region);
  if (total === 0) return here.length / Math.max(1, answers.length);
  return here.reduce((sum, answer) => sum + answer.weight, 0) / total;
}

/** Instances on a usual day, in each region, of the group that caches. */
export function usualNodesOf(world: World): number {
  const { cache, services } = world.traffic;
  const group = services.find(({ name }) => name === cache.service)?.group;
  return world.groups.find(({ name }) => name === group)?.desired ?? 0;
}
