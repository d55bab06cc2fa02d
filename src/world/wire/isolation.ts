import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { Cloud } from '../../aws/cloud.js';
import { messageOf } from '../../model/errors.js';
import type { World } from '../world.js';
import { isUnknownThere } from './peerings.js';

/** A parameter by which a region is told something, and its two values. */
interface Told {
  readonly parameter: string;
  readonly on: string;
  readonly off: string;
}

/**
 * Puts the parameters that a world's services read into each of its regions; one that is there is left as it is.
 *
 * @returns what the emulator has no such thing for: nobody can be told there
 */
export async function seedIsolation(world: World, cloud: Cloud): Promise<readonly string[]> {
  const seeded = toldIn(world).flatMap(({ parameter, off }) =>
    world.regions.map(async ({ name: region }) => {
      try {
        if ((await valueIn(region, parameter, cloud)) !== undefined) return [];
        const made = { Name: parameter, Value: off, Type: 'String' } as const;
        await cloud.ssm(region).send(new PutParameterCommand(made));
        return [];
      } catch (error) {
        if (!isUnknownThere(error)) throw error;
        return [`no parameter ${parameter} in ${region}: ${messageOf(error)}`];
      }
    }),
  );
  return (await Promise.all(seeded)).flat();
}

/** The regions whose services are told to keep to themselves. */
export function readIsolated(world: World, cloud: Cloud): Promise<readonly string[]> {
  return readTold(world.traffic.isolation, world, cloud);
}

/** The regions whose services are told to keep back what is written there. */
export function readHeldBack(world: World, cloud: Cloud): Promise<readonly string[]> {
  return readTold(world.traffic.replication.pause, world, cloud);
}

async function readTold(told: Told | undefined, world: World, cloud: Cloud): Promise<readonly string[]> {
  if (!told) return [];
  const read = world.regions.map(async ({ name: region }) => {
    try {
      return (await valueIn(region, told.parameter, cloud)) === told.on ? [region] : [];
    } catch (error) {
      if (!isUnknownThere(error)) throw error;
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

/** Takes them out of a region again. */
export async function removeIsolation(world: World, region: string, cloud: Cloud): Promise<void> {
  for (const { parameter: Name } of toldIn(world)) {
    if ((await valueIn(region, Name, cloud)) === undefined) continue;
    await cloud.ssm(region).send(new DeleteParameterCommand({ Name }));
  }
}

function toldIn({ traffic }: World): readonly Told[] {
  return [traffic.isolation, traffic.replication.pause].flatMap((one) => one ?? []);
}

async function valueIn(region: string, name: string, cloud: Cloud): Promise<string | undefined> {
  const { Parameters: [parameter] = [] } = await cloud.ssm(region).send(new GetParametersCommand({ Names: [name] }));
  return parameter?.Value;
}
