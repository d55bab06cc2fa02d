import { RebootInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import type { WritePermit } from '../aws/guard.js';
import { failOver } from './fail-over.js';
import type { IrreversibleChange, IrreversibleKind } from '../model/change.js';
import type { Clock } from '../model/ports.js';
import { killProcess } from './process-kill.js';

/** What an act needs: the cloud, the right to act, and the time by which it waits for its answer. */
export interface Acting {
  readonly cloud: Cloud;
  readonly permit: WritePermit;
  readonly clock: Clock;
}

type Act = (change: IrreversibleChange, acting: Acting) => Promise<void>;

/**
 * What can be done but not undone: recovery is what the system does by itself.
 *
 * One call an instance: in a mixed call, one that is protected would save some of the others.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html
 */
const ACTS: Readonly<Record<IrreversibleKind, Act>> = {
  'instance.terminate': async ({ resource }, { cloud, permit }) => {
    await cloud.ec2(resource.region).send(permit.for(new TerminateInstancesCommand({ InstanceIds: [resource.id] })));
  },
  'database.failover': failOver,
  'cache.failover': failOver,
  'instance.reboot': async ({ resource }, { cloud, permit }) => {
    await cloud.ec2(resource.region).send(permit.for(new RebootInstancesCommand({ InstanceIds: [resource.id] })));
  },
  'process.kill': killProcess,
};

/**
 * Does what can't be undone.
 *
 * @throws KongError whose `unanswered` says whether it may have been done all the same
 */
export async function actIrreversibly(change: IrreversibleChange, acting: Acting): Promise<void> {
  await ACTS[change.attribute](change, acting);
}
