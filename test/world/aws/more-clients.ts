import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { simPlugin, type Answering } from '../../../src/world/aws/middleware.js';
import type { Clock } from '../../../src/model/ports.js';
import { EAST } from './small-world.js';

/** Clients of services that kong's own cloud does not have. */
export interface MoreClients {
  readonly elb: ElasticLoadBalancingV2Client;
}

/** Clients of `us-east-1` that a small world answers. */
export function moreClients({ sim, clock }: { readonly sim: Answering; readonly clock: Clock }): MoreClients {
  const config = { region: EAST, credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };
  const elb = new ElasticLoadBalancingV2Client(config);
  elb.middlewareStack.use(simPlugin(sim, clock, EAST));
  return { elb };
}
