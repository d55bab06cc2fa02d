import type { Area, CloudName } from './cloud.js';
import { METRIC_DIFFERENCES } from './known-metric-differences.js';
import { SERVICE_DIFFERENCES } from './known-service-differences.js';

/** Something that a cloud does differently from AWS, and that kong has to live with there. */
export interface Difference {
  readonly clouds: readonly CloudName[];
  /** Id of the case that fails there. */
  readonly case: string;
  /** What the failure says: another failure is not this difference. */
  readonly shows: RegExp;
  readonly reason: string;
}

/** Which parts of the contract a cloud is held to, and why not to the others. */
export const HELD_TO: Readonly<Record<CloudName, { readonly areas: readonly Area[]; readonly why: string }>> = {
  simulator: {
    areas: [
      'drivers',
      'zones',
      'ec2',
      'auto-scaling',
      'records',
      'metrics',
      'percentiles',
      'alarms',
      'commands',
      'parameters',
      'buckets',
      'experiments',
      'databases',
      'identity',
      'scale',
    ],
    why: 'all of it',
  },
  moto: {
    areas: [
      'drivers',
      'zones',
      'ec2',
      'auto-scaling',
      'records',
      'metrics',
      'percentiles',
      'alarms',
      'commands',
      'parameters',
      'buckets',
      'experiments',
      'databases',
      'identity',
    ],
    why: 'ten thousand instances take minutes',
  },
  ministack: {
    areas: ['metrics', 'percentiles', 'alarms', 'identity', 'scale'],
    why: 'it has no Auto Scaling to speak of, its ACL filters match everything, and its dry runs are real',
  },
  localemu: {
    areas: [
      'drivers',
      'zones',
      'ec2',
      'auto-scaling',
      'records',
      'metrics',
      'percentiles',
      'alarms',
      'commands',
      'parameters',
      'buckets',
      'identity',
    ],
    why: 'ten thousand instances take minutes; it has no Fault Injection Service; databases are not asked of it',
  },
};

const MOTO_AND_FORK = ['moto', 'localemu'] as const;

/** Every difference that is known. One that is gone, or that shows otherwise, fails the suite. */
export const KNOWN_DIFFERENCES: readonly Difference[] = [
  ...METRIC_DIFFERENCES,
  ...SERVICE_DIFFERENCES,
  {
    clouds: ['simulator', 'moto', 'localemu'],
    case: 'asg/same-name-in-two-regions',
    shows: /expected 1 to be 2/,
    reason: 'not of the clouds but of kong: drivers answer by id alone, and groups in two regions may share a name',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'instance.state/gone',
    shows: /expected undefined to be an instance of KongError/,
    reason: 'starts a terminated instance without a word',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'instances/stop-terminated',
    shows: /expected 'not refused' to be 'IncorrectInstanceState'/,
    reason: 'stops what is terminated without a word',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'instances/start-terminated',
    shows: /expected 'not refused' to be 'IncorrectInstanceState'/,
    reason: 'starts what is terminated without a word',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'instances/unknown-filter',
    shows: /'(Error|InternalFailure)' to be 'InvalidParameterValue'/,
    reason: 'breaks down at a filter that it does not know',
  },
  {
    clouds: ['localemu'],
    case: 'instances/by-zone',
    shows: /expected \[\] to have a length of 2/,
    reason: 'its filter on the zone finds nobody',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'acl/old-association',
    shows: /'(Error|InternalError)' to be 'InvalidAssociationID.NotFound'/,
    reason: 'breaks down at an association that it does not know',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'acl/unknown-association',
    shows: /'(Error|InternalError)' to be 'InvalidAssociationID.NotFound'/,
    reason: 'breaks down at an association that it does not know',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'acl/swap-to-unknown',
    shows: /expected \[\] to have a length of 1/,
    reason: 'refuses the swap, but only after it has taken the subnet from its ACL',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'acl/describe-unknown',
    shows: /'InvalidRouteTableID.NotFound' to be/,
    reason: 'takes the name of the error from route tables',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'acl/by-id',
    shows: /XML parse error|InternalFailure/,
    reason: 'does not have this filter',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'acl/dry-run-create',
    shows: /expected 'not refused' to be 'DryRunOperation'/,
    reason: 'carries the dry run out',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'acl/closing-rules',
    shows: /expected \[\] to deep equally contain/,
    reason: 'leaves the closing rules out',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'acl/client-token',
    shows: /expected 'acl-\w+' to be 'acl-\w+'/,
    reason: 'makes another ACL for the same token; the tags find both',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'subnets/unknown-filter',
    shows: /'(Error|InternalFailure)' to be 'InvalidParameterValue'/,
    reason: 'breaks down at a filter that it does not know',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'tags/reserved',
    shows: /expected 'not refused'/,
    reason: 'has no reserved name space',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'groups/unknown-process',
    shows: /expected 'not refused'/,
    reason: 'suspends any name',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'groups/unknown-group',
    shows: /'(Error|InternalError)' to be 'ValidationError'/,
    reason: 'breaks down at a group that it does not know',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'groups/end-stranger',
    shows: /'(Error|InternalError)' to be 'ValidationError'/,
    reason: 'breaks down at an instance that no group has',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'groups/above-max',
    shows: /expected 'not refused'/,
    reason: 'keeps no group within its bounds',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'groups/min-above-max',
    shows: /expected 'not refused'/,
    reason: 'keeps no group within its bounds',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'groups/end-below-min',
    shows: /expected 'not refused'/,
    reason: 'keeps no group within its bounds',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'groups/suspended-launch',
    shows: /to have a length of 3 but got 4/,
    reason: 'notes suspended processes and does not heed them',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'groups/replaces-stopped',
    shows: /to not include 'i-\w+'/,
    reason: 'its groups do not look at their members',
  },
  {
    clouds: ['moto'],
    case: 'groups/spread',
    shows: /to deeply equal \[ 'us-east-1a'/,
    reason: "launches into the first of a group's zones alone",
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'groups/activities',
    shows: /expected false to be true/,
    reason: 'keeps no activities',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'records/weight-too-high',
    shows: /expected 'not refused'/,
    reason: 'takes any weight',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'records/delete-absent',
    shows: /'InvalidInput' to be 'InvalidChangeBatch'/,
    reason: 'refuses it by another name',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'records/create-twice',
    shows: /expected 'not refused'/,
    reason: 'takes it for an UPSERT',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'records/delete-other-value',
    shows: /expected 'not refused'/,
    reason: 'deletes by name and set identifier',
  },
  {
    clouds: MOTO_AND_FORK,
    case: 'records/pages',
    shows: /to have a length of 7 but got 21/,
    reason: 'goes on by name and type, so that it never gets past a name with several answers',
  },
];
