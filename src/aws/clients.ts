import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { configOf, once, type ClientOptions } from './client-making.js';
import type { Cloud } from './cloud.js';
import { lazyClients } from './lazy-clients.js';

/** Where the global services are called: Route 53 has one endpoint. */
const GLOBAL_REGION = 'us-east-1';

/** Makes each client once, when it is first asked for. */
export function makeClients(options: ClientOptions): Cloud {
  const { install } = options;
  const ec2 = once(
    (region) => new EC2Client(configOf(region, options)),
    (c, region) => install(c.middlewareStack, region),
  );
  const autoScaling = once(
    (region) => new AutoScalingClient(configOf(region, options)),
    (client, region) => install(client.middlewareStack, region),
  );
  const cloudWatch = once(
    (region) => new CloudWatchClient(configOf(region, options)),
    (client, region) => install(client.middlewareStack, region),
  );
  const elb = once(
    (region) => new ElasticLoadBalancingV2Client(configOf(region, options)),
    (client, region) => install(client.middlewareStack, region),
  );
  const ssm = once(
    (region) => new SSMClient(configOf(region, options)),
    (client, region) => install(client.middlewareStack, region),
  );
  const route53 = once(
    (region) => new Route53Client(configOf(region, options)),
    (client, region) => install(client.middlewareStack, region),
  );
  const sts = once(
    (region) => new STSClient(configOf(region, options)),
    (c, region) => install(c.middlewareStack, region),
  );
  return {
    ...lazyClients(options),
    ec2,
    autoScaling,
    cloudWatch,
    elb,
    ssm,
    route53: () => route53(GLOBAL_REGION),
    sts: () => sts(GLOBAL_REGION),
  };
}
