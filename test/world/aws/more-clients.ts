import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { FisClient } from '@aws-sdk/client-fis';
import { S3Client } from '@aws-sdk/client-s3';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { makeClients } from '../../../src/aws/clients.js';
import type { Clock } from '../../../src/model/ports.js';
import { answerFrom, simPlugin, type Answering } from '../../../src/world/aws/middleware.js';
import { EAST } from './small-world.js';

/** Clients beside those that a small world comes with. */
export interface MoreClients {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ssm: SSMClient;
  readonly s3: S3Client;
  readonly fis: () => Promise<FisClient>;
}

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Clients of one region that a small world answers. */
export function moreClients(
  { sim, clock }: { readonly sim: Answering; readonly clock: Clock },
  region: string = EAST,
): MoreClients {
  const cloud = makeClients({
    endpoint: undefined,
    profile: undefined,
    credentials: CREDENTIALS,
    install: (stack, at) => answerFrom(stack, at, sim, clock),
  });
  const s3 = new S3Client({ region, credentials: CREDENTIALS, maxAttempts: 1 });
  s3.middlewareStack.use(simPlugin(sim, clock, region));
  return { elb: cloud.elb(region), ssm: cloud.ssm(region), s3, fis: () => cloud.fis(region) };
}
