import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { Cloud } from '../../aws/cloud.js';
import { messageOf } from '../../model/errors.js';
import type { World } from '../world.js';
import { isUnknownThere } from './peerings.js';

/**
 * Puts the parameter that a world's services read into each of its regions; one that is there is left as it is.
 *
 * @returns what the emulator has no such thing for: nobody can be isolated there
 */
export async function seedIsolation(world: World, cloud: Cloud): Promise<readonly string[]> {
  const { isolation } = world.traffic;
  if (!isolation) return [];
  const seeded = world.regions.map(async ({ name: region }) => {
    try {
      if ((await valueIn(region, isolation.parameter, cloud)) !== undefined) return [];
      const made = { Name: isolation.parameter, Value: isolation.off, Type: 'String' } as const;
      await cloud.ssm(region).send(new PutParameterCommand(made));
      return [];
    } catch (error) {
      if (!isUnknownThere(error)) throw error;
      return [`no parameter ${isolation.parameter} in ${region}: ${messageOf(error)}`];
    }
  });
  return (await Promise.all(seeded)).flat();
}

/** The regions whose services are told to keep to themselves. */
export async function readIsolated(world: World, cloud: Cloud): Promise<readonly string[]> {
  const { isolation } = world.traffic;
  if (!isolation) return [];
  const read = world.regions.map(async ({ name: region }) => {
    try {
      return (await valueIn(region, isolation.parameter, cloud)) === isolation.on ? [region] : [];
    } catch (error) {
      if (!isUnknownThere(error)) throw error;
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

/** Takes it out of a region again. */
export async function removeIsolation(world: World, region: string, cloud: Cloud): Promise<void> {
  const { isolation } = world.traffic;
  if (!isolation || (await valueIn(region, isolation.parameter, cloud)) === undefined) return;
  await cloud.ssm(region).send(new DeleteParameterCommand({ Name: isolation.parameter }));
}

async function valueIn(region: string, name: string, cloud: Cloud): Promise<string | undefined> {
  const { Parameters: [parameter] = [] } = await cloud.ssm(region).send(new GetParametersCommand({ Names: [name] }));
  return parameter?.Value;
}
