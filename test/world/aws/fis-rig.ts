import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateExperimentTemplateCommand,
  GetExperimentCommand,
  StartExperimentCommand,
  type CreateExperimentTemplateCommandInput,
  type Experiment,
  type FisClient,
} from '@aws-sdk/client-fis';
import type { SimBehaviour } from '../../../src/world/aws/behaviour.js';
import { moreClients } from './more-clients.js';
import { openSmall, present, type Small } from './small-world.js';

/** A small world with a client of the Fault Injection Service. */
export interface Rig extends Small {
  readonly fis: FisClient;
}

/** A small world of its own. */
export async function open(behaviour: Partial<SimBehaviour> = {}): Promise<Rig> {
  const small = openSmall(behaviour);
  return { ...small, fis: await moreClients(small).fis() };
}

type Template = CreateExperimentTemplateCommandInput;
type Action = NonNullable<Template['actions']>[string];
type Target = NonNullable<Template['targets']>[string];

export const PLAYBACK: Target = {
  resourceType: 'aws:ec2:instance',
  resourceTags: { team: 'streaming' },
  selectionMode: 'ALL',
};
export const ZONE_A: Target = {
  resourceType: 'aws:ec2:subnet',
  parameters: { availabilityZoneIdentifier: 'us-east-1a' },
  selectionMode: 'ALL',
};
export const STOP: Action = {
  actionId: 'aws:ec2:stop-instances',
  parameters: { startInstancesAfterDuration: 'PT3M' },
  targets: { Instances: 'some' },
};
export const CUT: Action = {
  actionId: 'aws:network:disrupt-connectivity',
  parameters: { duration: 'PT2M', scope: 'all' },
  targets: { Subnets: 'some' },
};
export const WAIT: Action = { actionId: 'aws:fis:wait', parameters: { duration: 'PT5M' } };

export function template(action: Action, target?: Target, more: Partial<Template> = {}): Template {
  return {
    description: 'a test',
    roleArn: 'arn:aws:iam::123456789012:role/fis',
    stopConditions: [{ source: 'none' }],
    ...(target ? { targets: { some: target } } : {}),
    actions: { it: action },
    ...more,
  };
}

export async function start({ fis }: Rig, input: Template): Promise<string> {
  const { experimentTemplate } = await fis.send(new CreateExperimentTemplateCommand(input));
  const { experiment } = await fis.send(new StartExperimentCommand({ experimentTemplateId: experimentTemplate?.id }));
  return present(experiment?.id);
}

export async function experiment({ fis }: Rig, id: string): Promise<Experiment> {
  return present((await fis.send(new GetExperimentCommand({ id }))).experiment);
}

export const statusOf = async (rig: Rig, id: string): Promise<string | undefined> =>
  (await experiment(rig, id)).state?.status;

export async function stopped({ ec2 }: Rig): Promise<readonly string[]> {
  const Filters = [{ Name: 'instance-state-name', Values: ['stopping', 'stopped'] }];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => present(InstanceId)));
}
