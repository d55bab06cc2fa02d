import type { InstanceAgent } from '../model/inventory.js';
import type { FaultRequest, TargetRegion } from './fault.js';

/** How the reasons begin for which an instance is out of a command's reach. */
export const UNREACHED = ['has no agent', 'has an agent that is not online', 'runs '] as const;

/** A request with those instances alone that a command can reach, and why the others are left alone. */
export interface Commandable {
  readonly request: FaultRequest;
  readonly leftAlone: readonly { readonly what: string; readonly why: string }[];
}

/** Leaves out instances on which no command can run: the documents need an agent that answers, on Linux. */
export function commandable(request: FaultRequest): Commandable {
  const judged = request.targets.regions.map((target) => ({ target, why: whyNotIn(target, request) }));
  const regions = judged.map(({ target, why }) => ({
    ...target,
    instances: target.instances.filter((instance) => why.get(instance.id) === undefined),
  }));
  return {
    request: { ...request, targets: { ...request.targets, regions } },
    leftAlone: judged.flatMap(({ target: { region }, why }) =>
      [...why].map(([id, reason]) => ({ what: `instance ${region}/${id}`, why: reason })),
    ),
  };
}

function whyNotIn({ region, instances }: TargetRegion, { inventory }: FaultRequest): ReadonlyMap<string, string> {
  const { agents = [] } = inventory.regions.find((one) => one.region === region) ?? {};
  const byId = new Map(agents.map((agent) => [agent.instance, agent]));
  return new Map(
    instances
      // one that does not run is left alone for that
      .filter(({ state }) => state === 'running')
      .flatMap(({ id }) => {
        const why = whyNot(byId.get(id));
        return why === undefined ? [] : [[id, why] as const];
      }),
  );
}

function whyNot(agent: InstanceAgent | undefined): string | undefined {
  if (!agent) return 'has no agent that Systems Manager knows';
  if (agent.status !== 'Online') return `has an agent that is not online, but ${agent.status}`;
  return agent.platform === 'Linux' ? undefined : `runs ${agent.platform}, and the documents are for Linux`;
}
