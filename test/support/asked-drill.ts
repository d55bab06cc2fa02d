import type { NameSeen, ResolutionSeen, ResolverSettings } from '../../src/model/resolution.js';
import type { RunEvent } from '../../src/model/run.js';
import { leadsTo, openDnsServer, type DnsServer } from './dns-server.js';
import { drillOn, openBench, planOn, readExperiment, type Bench, type Drilled } from './sim-drill.js';
import { edgeOf, type React } from './weighted-answers.js';

/** Where the records of each region lead. */
export const EAST = edgeOf('us-east-1');
export const WEST = edgeOf('us-west-2');

/** A resolver that sends everybody to the dark region, whatever Route 53 says. */
export const stale: React = ({ name }) => leadsTo(name, EAST);

/** A name server as kong.yaml would have it. */
export function settingsOf({ address }: DnsServer, more: Partial<ResolverSettings> = {}): ResolverSettings {
  return { address, samples: 10, timeoutMs: 3_000, ...more };
}

/** A drill with what its resolver said. */
export interface AskedDrill extends Drilled {
  readonly names: readonly NameSeen[];
  readonly server: DnsServer;
}

export interface AskedOptions {
  readonly name?: string;
  readonly set?: readonly string[];
  readonly bench?: Bench;
}

/** A drill in the simulated world, whose resolver is real, and answers as a test says. */
export async function askedDrill(
  reacting: (bench: Bench) => React,
  { name = 'kong-us-east-1', set = [], bench = openBench() }: AskedOptions = {},
): Promise<AskedDrill> {
  const server = await openDnsServer(reacting(bench));
  const plan = await planOn(bench, readExperiment(name, set), settingsOf(server));
  const done = await drillOn(bench, plan);
  return { ...done, server, names: namesOf(done.result.resolution) };
}

/** The names that were asked for; none where nobody looked. */
export function namesOf(resolution: ResolutionSeen | undefined): readonly NameSeen[] {
  return resolution?.checked === true ? resolution.names : [];
}

/** All warnings of a run. */
export function warningsOf(events: readonly RunEvent[]): string {
  return events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])).join('\n');
}
