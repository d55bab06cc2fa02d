import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import type { WritePermit } from '../aws/guard.js';
import type { IrreversibleChange } from '../model/change.js';

/**
 * Ends instances for good. There is no way back: recovery is what the Auto Scaling group does by itself.
 *
 * One call an instance: in a mixed call, one with termination protection would save some of the others.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export async function terminateInstance(change: IrreversibleChange, cloud: Cloud, permit: WritePermit): Promise<void> {
  await cloud
    .ec2(change.resource.region)
    .send(permit.for(new TerminateInstancesCommand({ InstanceIds: [change.resource.id] })));
}
