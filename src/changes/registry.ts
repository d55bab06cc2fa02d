import type { AttributeKind } from '../model/change.js';
import { asgDesiredCapacity } from './asg-desired-capacity.js';
import { asgMinSize } from './asg-min-size.js';
import { asgSubnets } from './asg-subnets.js';
import { asgSuspendedProcesses } from './asg-suspended-processes.js';
import { balancerSubnets } from './balancer-subnets.js';
import type { Driver } from './driver.js';
import { fisExperimentRunning } from './fis-experiment-running.js';
import { fisTemplateExists } from './fis-template-exists.js';
import { instanceState } from './instance-state.js';
import { healthCheckForced } from './health-check-forced.js';
import { hookCalled } from './hook-called.js';
import { instanceSecurityGroups } from './instance-security-groups.js';
import { instanceStandby } from './instance-standby.js';
import { ingressRuleExists } from './ingress-rule-exists.js';
import { listenerRuleExists } from './listener-rule-exists.js';
import { markerWritten } from './marker-written.js';
import { networkAclExists } from './network-acl-exists.js';
import { recordWeight } from './record-weight.js';
import { replicationRuleStatus } from './replication-rule-status.js';
import { routeIsolation, routeTarget } from './route-target.js';
import { securityGroupExists } from './security-group-exists.js';
import { ssmIsolation, ssmParameter } from './ssm-parameter.js';
import { ssmCommandRunning } from './ssm-command-running.js';
import { subnetNetworkAcl } from './subnet-network-acl.js';
import { switchIsolation, switchValue } from './switch-value.js';
import { targetRegistration } from './target-registration.js';

/** Every attribute's driver. */
const DRIVERS: Readonly<Record<AttributeKind, Driver>> = {
  'networkAcl.exists': networkAclExists,
  'subnet.networkAcl': subnetNetworkAcl,
  'asg.suspendedProcesses': asgSuspendedProcesses,
  'asg.minSize': asgMinSize,
  'asg.desiredCapacity': asgDesiredCapacity,
  'asg.subnets': asgSubnets,
  'instance.state': instanceState,
  'instance.securityGroups': instanceSecurityGroups,
  'instance.standby': instanceStandby,
  'securityGroup.exists': securityGroupExists,
  'ingressRule.exists': ingressRuleExists,
  'target.registered': targetRegistration,
  'listenerRule.exists': listenerRuleExists,
  'balancer.subnets': balancerSubnets,
  'route.target': routeTarget,
  'route.isolation': routeIsolation,
  'replicationRule.status': replicationRuleStatus,
  'marker.written': markerWritten,
  'ssm.parameter': ssmParameter,
  'ssm.isolation': ssmIsolation,
  'switch.value': switchValue,
  'switch.isolation': switchIsolation,
  'hook.called': hookCalled,
  'record.weight': recordWeight,
  'healthCheck.forced': healthCheckForced,
  'ssmCommand.running': ssmCommandRunning,
  'fisTemplate.exists': fisTemplateExists,
  'fisExperiment.running': fisExperimentRunning,
};

/** The driver of an attribute. */
export function driverOf(attribute: AttributeKind): Driver {
  return DRIVERS[attribute];
}

/** Whether a name read from a file is an attribute that kong can write. */
export function isAttribute(name: string): name is AttributeKind {
  return Object.hasOwn(DRIVERS, name);
}
