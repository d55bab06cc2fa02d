import type { S3Client } from '@aws-sdk/client-s3';
import type { Cloud } from '../../src/aws/cloud.js';
import type { Clock } from '../../src/model/ports.js';

/** What can stand in for AWS here. */
export type CloudName = 'simulator' | 'moto' | 'ministack' | 'localemu';

/** What the contract is about; a cloud is held to some areas or to all. */
export type Area =
  | 'drivers'
  /** Needs regions of three zones. */
  | 'zones'
  | 'ec2'
  | 'auto-scaling'
  | 'records'
  | 'metrics'
  | 'percentiles'
  | 'alarms'
  | 'commands'
  | 'parameters'
  | 'buckets'
  | 'experiments'
  | 'databases'
  | 'identity'
  | 'scale';

/** A cloud with an account of its own, in which a case may do what it likes. */
export interface CloudUnderTest {
  readonly name: CloudName;
  /** The SDK's own clients, with nothing around them. */
  readonly aws: Cloud;
  /** A client that kong's cloud does not have: the state store makes its own. */
  readonly s3: S3Client;
  /** The same under kong's rules: guard, limiter, retries and kong's errors. For drivers and listings. */
  readonly kong: Cloud;
  /** The time that the cloud lives by: virtual in the simulator. */
  readonly clock: Clock;
  /** How long the cloud gets for what it does by itself; milliseconds of its own clock. */
  readonly patienceMs: number;
  /** A region's VPC with a subnet a zone; the same one each time. */
  network(region: string): Promise<Network>;
  /** Ids of a group's members; the group is made when it is first asked for. */
  group(region: string, name: GroupName): Promise<readonly string[]>;
  /** A target group of a region, in which the members of `web` are registered. */
  targetGroup(region: string): Promise<string>;
  /** A listener that forwards to that target group. */
  listener(region: string): Promise<string>;
  /** A load balancer of a region that is in three zones, by its ARN: for cases of the area `zones`. */
  wideBalancer(region: string): Promise<string>;
  /** Has databases in a region, each with its writer in the first zone: `accounts`, `ledger` and `sessions`. */
  databases(region: string): Promise<unknown>;
  /** Joins the VPCs of the two regions by a peering, where they are not yet, with a route each way. */
  peer(): Promise<unknown>;
  /** Id of the hosted zone with the world's records in it. */
  zone(): Promise<string>;
  /** Has this many instances run in a region's first subnet. */
  fleet(region: string, count: number): Promise<void>;
}

/** One VPC as it is at first. */
export interface Network {
  readonly vpc: string;
  readonly acl: string;
  /** In the order of the zones. */
  readonly subnets: readonly string[];
}

/** `web`: 2 to 8 members, 4 at first. `api`: 1 to 4, 2 at first. */
export type GroupName = 'web' | 'api';

/** One statement about AWS, made through the SDK alone. */
export interface Case {
  /** For the table of differences. */
  readonly id: string;
  readonly title: string;
  readonly area: Area;
  run(cloud: CloudUnderTest): Promise<void>;
}

/** A statement without its area. */
export type Statement = Omit<Case, 'area'>;

/** The statements of one area. */
export function casesOf(area: Area, statements: readonly Statement[]): readonly Case[] {
  return statements.map((statement) => ({ ...statement, area }));
}
