import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { MiddlewareStack } from '@smithy/types';
import type { Cloud } from './cloud.js';

/** How the clients of one cloud are made. */
export interface ClientOptions {
  /** Undefined: Amazon itself, or what the SDK's own AWS_ENDPOINT_URL says. */
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
  /** Fixed credentials; undefined: the SDK's own chain. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Puts middleware around each client as it is made. */
  readonly install: <I extends object, O extends object>(stack: MiddlewareStack<I, O>, region: string) => void;
}

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
  const fis = once(
    async (region) => {
      const { FisClient } = await import('@aws-sdk/client-fis');
      const client = new FisClient(configOf(region, options));
      install(client.middlewareStack, region);
      return client;
    },
    () => undefined,
  );
  const s3 = once(
    async (region) => {
      const { S3Client } = await import('@aws-sdk/client-s3');
      // in the path a bucket needs no name of its own, which an endpoint on this machine could not have
      const client = new S3Client({ ...configOf(region, options), forcePathStyle: options.endpoint !== undefined });
      install(client.middlewareStack, region);
      return client;
    },
    () => undefined,
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
    ec2,
    autoScaling,
    cloudWatch,
    elb,
    fis,
    s3,
    ssm,
    route53: () => route53(GLOBAL_REGION),
    sts: () => sts(GLOBAL_REGION),
  };
}

function once<C>(create: (region: string) => C, install: (client: C, region: string) => void): (region: string) => C {
  const clients = new Map<string, C>();
  return (region) => {
    const known = clients.get(region);
    if (known) return known;
    const client = create(region);
    install(client, region);
    clients.set(region, client);
    return client;
  };
}

function configOf(region: string, options: ClientOptions): BaseConfig {
  return {
    region,
    maxAttempts: 1,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    ...(options.profile ? { profile: options.profile } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000 },
  };
}

interface BaseConfig {
  readonly region: string;
  readonly maxAttempts: number;
  readonly endpoint?: string;
  readonly profile?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
}
