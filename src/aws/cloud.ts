import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { FisClient } from '@aws-sdk/client-fis';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';

/**
 * The AWS SDK's own clients, one per service and region, each with kong's middleware: call accounting, limiter and
 * retry, the mutation guard, and error translation. Callers just `send` commands; whether Amazon, an emulator or the
 * simulator answers can't be told from here.
 */
export interface Cloud {
  ec2(region: string): EC2Client;
  autoScaling(region: string): AutoScalingClient;
  cloudWatch(region: string): CloudWatchClient;
  elb(region: string): ElasticLoadBalancingV2Client;
  /** Loaded when it is first asked for: few drills need it. */
  fis(region: string): Promise<FisClient>;
  /** Loaded when it is first asked for, as above. */
  s3(region: string): Promise<S3Client>;
  /** The same. */
  rds(region: string): Promise<RDSClient>;
  elastiCache(region: string): Promise<ElastiCacheClient>;
  ssm(region: string): SSMClient;
  route53(): Route53Client;
  sts(): STSClient;
}
