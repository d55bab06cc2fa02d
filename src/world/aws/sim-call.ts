/** The services that the simulator answers for; the SDK's client names without `Client`. */
export type SimService =
  | 'EC2'
  | 'AutoScaling'
  | 'CloudWatch'
  | 'Route53'
  | 'ElasticLoadBalancingV2'
  | 'STS'
  | 'SSM'
  | 'S3'
  | 'Fis'
  | 'RDS'
  | 'ElastiCache';

/** One SDK command as it reaches the simulator. */
export interface SimCall {
  readonly service: SimService;
  /** The command's class name, `DescribeSubnetsCommand`. */
  readonly command: string;
  readonly region: string;
  /** The command's input, as the SDK types it. */
  readonly input: unknown;
  /** Virtual time of the call, milliseconds since the epoch. */
  readonly nowMs: number;
}

const SERVICES: readonly SimService[] = [
  'EC2',
  'AutoScaling',
  'CloudWatch',
  'Route53',
  'ElasticLoadBalancingV2',
  'STS',
  'SSM',
  'S3',
  'Fis',
  'RDS',
  'ElastiCache',
];

/** The service of an SDK client by its name, `EC2Client`; undefined: not simulated. */
export function serviceOf(clientName: string): SimService | undefined {
  const name = clientName.replace(/Client$/, '');
  return SERVICES.find((service) => service === name);
}
