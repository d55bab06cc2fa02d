import { changeOperations } from './autoscaling/change.js';
import { describeOperations } from './autoscaling/describe.js';
import type { MetricStore } from './cloudwatch/metric-store.js';
import { cloudWatchOperations } from './cloudwatch/metrics.js';
import { tagOperations } from './ec2/ec2-tags.js';
import { instanceOperations } from './ec2/instances.js';
import { networkAclOperations } from './ec2/network-acls.js';
import { placeOperations } from './ec2/places.js';
import type { Operations } from './operation.js';
import { recordOperations } from './route53/change.js';
import { zoneOperations } from './route53/zones.js';
import type { SimService } from './sim-call.js';
import { stsOperations } from './sts.js';

/** Every operation that is simulated, by service. Anything else is refused by name. */
export function allOperations(metrics: MetricStore): Readonly<Record<SimService, Operations>> {
  return {
    EC2: { ...placeOperations, ...networkAclOperations, ...instanceOperations, ...tagOperations },
    AutoScaling: { ...describeOperations, ...changeOperations },
    CloudWatch: cloudWatchOperations(metrics),
    Route53: { ...zoneOperations, ...recordOperations },
    STS: stsOperations,
  };
}
