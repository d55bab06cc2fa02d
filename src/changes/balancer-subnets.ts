import {
  DescribeLoadBalancersCommand,
  SetSubnetsCommand,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { allPages } from '../inventory/paging.js';
import type { Json } from '../model/json.js';
import { mappingOf, mappingText } from '../inventory/balancer-mapping.js';
import { byRegion, relatePlain, writeEach, type Attribute, type Driver, type Relation } from './driver.js';

/** How long a network load balancer takes to leave a subnet; until then it can't come back into it. */
const LEAVES_SECONDS = 180;

/**
 * In which subnets, and so in which zones, a load balancer takes requests, as a sorted list of mappings. Its targets in
 * a zone that it left stay registered and get nothing. Setting them replaces all: every mapping is passed as it was,
 * with its Elastic IP and its private addresses.
 *
 * One that is on its way reads as `{ moving: [...] }`.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
 */
export const balancerSubnets: Driver = {
  attribute: 'balancer.subnets',
  role: 'traffic',
  gone: 'conflict',
  callsPerSecond: 5,
  batchSize: 1,
  callsFor: (changes) => changes,
  undoArrivesSeconds: (changes) => (changes.some(({ resource }) => isNetwork(resource.id)) ? LEAVES_SECONDS : 0),
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.id,
  relate: relateMappings,

  async readMany(resources, { cloud }) {
    const wanted = new Set(resources.map(({ id }) => id));
    const found = await Promise.all(
      byRegion(resources).map(([region]) =>
        // asked for by name, one that is gone would keep the others from being read
        allPages(async (marker) => {
          const answer = await cloud.elb(region).send(new DescribeLoadBalancersCommand({ Marker: marker }));
          return { items: answer.LoadBalancers ?? [], next: answer.NextMarker };
        }),
      ),
    );
    return new Map(
      found
        .flat()
        .filter(({ LoadBalancerArn: arn = '' }) => wanted.has(arn))
        .map((balancer): readonly [string, Json] => [balancer.LoadBalancerArn ?? '', valueOf(balancer)]),
    );
  },

  write: (batch, { cloud, permit }) =>
    writeEach(batch, ({ resource, before, after, to }) =>
      cloud
        .elb(resource.region)
        .send(
          permit.for(
            new SetSubnetsCommand({
              LoadBalancerArn: resource.id,
              SubnetMappings: textsOf(to === 'after' ? after : before).map(mappingOf),
            }),
          ),
        ),
    ),
};

function valueOf({ AvailabilityZones = [], State }: LoadBalancer): Json {
  const mappings = AvailabilityZones.map(mappingText).sort();
  return State?.Code === 'provisioning' ? { moving: mappings } : mappings;
}

function relateMappings(attribute: Attribute, current: Json): Relation {
  return Array.isArray(current) ? relatePlain(attribute, current) : 'moving';
}

function textsOf(value: Json): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** By its ARN: `…:loadbalancer/net/NAME/ID`. */
function isNetwork(arn: string): boolean {
  return arn.includes(':loadbalancer/net/');
}
