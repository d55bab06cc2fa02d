import { GetParametersCommand, PutParameterCommand, type Parameter } from '@aws-sdk/client-ssm';
import type { Cloud } from '../aws/cloud.js';
import { chunks } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';
import { byRegion, relatePlain, writeEach, type Driver, type Write } from './driver.js';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const NAMES_A_CALL = 10;

/**
 * The text of a parameter in the Parameter Store, which services read as a switch. Only plain ones of type String: of
 * any other kind the type alone is told, so that no secret gets into a plan or a journal. Each write adds a version.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
function parameterDriver(attribute: 'ssm.parameter' | 'ssm.isolation', role: Driver['role']): Driver {
  return {
    attribute,
    role,
    gone: 'conflict',
    // PutParameter has 3 a second, of all that an account does with it
    callsPerSecond: 2,
    batchSize: NAMES_A_CALL,
    callsFor: (changes) => changes + Math.ceil(changes / NAMES_A_CALL),
    foreign: 'conflict',
    repeatable: true,
    batchKey: (resource) => resource.region,
    relate: relatePlain,

    async readMany(resources, { cloud }) {
      const read = byRegion(resources).map(([region, own]) => readIn(region, own, cloud));
      return new Map((await Promise.all(read)).flat());
    },

    async write(batch, { cloud, permit }) {
      const [first] = batch;
      if (!first) return [];
      const { region } = first.resource;
      const resources = batch.map(({ resource }) => resource);
      const there = new Map(await readIn(region, resources, cloud));
      return writeEach(batch, (write) => {
        const { id } = write.resource;
        // PutParameter would make it anew
        if (!there.has(id)) throw new KongError('NOT_FOUND', `parameter ${id} is not in ${region} any more`);
        const input = { Name: id, Value: textOf(write), Type: 'String', Overwrite: true } as const;
        return cloud.ssm(region).send(permit.for(new PutParameterCommand(input)));
      });
    },
  };
}

async function readIn(
  region: string,
  resources: readonly ResourceRef[],
  cloud: Cloud,
): Promise<readonly (readonly [string, Json])[]> {
  const names = [...new Set(resources.map(({ id }) => id))];
  const read = chunks(names, NAMES_A_CALL).map(async (some) => {
    const { Parameters = [] } = await cloud.ssm(region).send(new GetParametersCommand({ Names: [...some] }));
    return Parameters.map((parameter): readonly [string, Json] => [parameter.Name ?? '', valueOf(parameter)]);
  });
  return (await Promise.all(read)).flat();
}

/** A parameter by which traffic moves, or anything else that services read. */
export const ssmParameter: Driver = parameterDriver('ssm.parameter', 'traffic');

/** A parameter by which services stop calling what is broken. */
export const ssmIsolation: Driver = parameterDriver('ssm.isolation', 'isolation');

/** What can't be switched has no text: its kind stands in the place of it. */
function valueOf({ Type, DataType = 'text', Value = '' }: Parameter): Json {
  return Type === 'String' && DataType === 'text' ? Value : { type: Type === 'String' ? DataType : (Type ?? '') };
}

function textOf({ resource, to, before, after }: Write): string {
  const value = to === 'after' ? after : before;
  if (typeof value === 'string' && value !== '') return value;
  throw new KongError('BAD_PLAN', `parameter ${resource.id} can't be set to ${JSON.stringify(value)}: it holds a text`);
}
