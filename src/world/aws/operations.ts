import { attachOperations } from './autoscaling/attach.js';
import { changeOperations } from './autoscaling/change.js';
import { describeOperations } from './autoscaling/describe.js';
import { refreshOperations } from './autoscaling/refresh.js';
import { standbyOperations } from './autoscaling/standby.js';
import { alarmOperations } from './cloudwatch/alarms.js';
import type { MetricStore } from './cloudwatch/metric-store.js';
import { cloudWatchOperations } from './cloudwatch/metrics.js';
import { securityRuleOperations } from './ec2/authorize.js';
import { tagOperations } from './ec2/ec2-tags.js';
import { instanceAttributeOperations } from './ec2/instance-attributes.js';
import { instanceOperations } from './ec2/instances.js';
import { interfaceOperations } from './ec2/interfaces.js';
import { networkAclOperations } from './ec2/network-acls.js';
import { peeringOperations } from './ec2/peerings.js';
import { placeOperations } from './ec2/places.js';
import { routeTableOperations } from './ec2/route-tables.js';
import { routeOperations } from './ec2/routes.js';
import { securityGroupOperations } from './ec2/security-groups.js';
import { elastiCacheOperations } from './elasticache/caches.js';
import { balancerOperations } from './elb/balancers.js';
import { listenerOperations } from './elb/listeners.js';
import { registrationOperations } from './elb/registration.js';
import { fisOperations } from './fis/operations.js';
import type { Operations } from './operation.js';
import { rdsOperations } from './rds/databases.js';
import { recordOperations } from './route53/change.js';
import { healthOperations } from './route53/health.js';
import { zoneOperations } from './route53/zones.js';
import { bucketOperations } from './s3/buckets.js';
import { bucketSettings } from './s3/bucket-settings.js';
import { listOperations } from './s3/list-objects.js';
import { versionOperations } from './s3/list-versions.js';
import { objectOperations } from './s3/objects.js';
import { replicationOperations } from './s3/replication.js';
import type { SimService } from './sim-call.js';
import { commandOperations } from './ssm/command-operations.js';
import { commandViews } from './ssm/command-views.js';
import { parameterOperations } from './ssm/parameters.js';
import { stsOperations } from './sts.js';

const ec2Operations: Operations = {
  ...placeOperations,
  ...networkAclOperations,
  ...instanceOperations,
  ...instanceAttributeOperations,
  ...interfaceOperations,
  ...securityGroupOperations,
  ...securityRuleOperations,
  ...routeTableOperations,
  ...routeOperations,
  ...peeringOperations,
  ...tagOperations,
};

/** Every operation that is simulated, by service. Anything else is refused by name. */
export function allOperations(metrics: MetricStore): Readonly<Record<SimService, Operations>> {
  return {
    EC2: ec2Operations,
    AutoScaling: {
      ...describeOperations,
      ...changeOperations,
      ...standbyOperations,
      ...attachOperations,
      ...refreshOperations,
    },
    CloudWatch: { ...cloudWatchOperations(metrics), ...alarmOperations },
    Route53: { ...zoneOperations, ...recordOperations, ...healthOperations },
    ElasticLoadBalancingV2: { ...balancerOperations, ...registrationOperations, ...listenerOperations },
    STS: stsOperations,
    SSM: { ...commandOperations, ...commandViews, ...parameterOperations },
    S3: {
      ...bucketOperations,
      ...bucketSettings,
      ...replicationOperations,
      ...versionOperations,
      ...objectOperations,
      ...listOperations,
    },
    Fis: fisOperations,
    RDS: rdsOperations,
    ElastiCache: elastiCacheOperations,
  };
}
