import type { Difference } from './known-differences.js';

const EMULATORS = ['moto', 'ministack', 'localemu'] as const;

/** What the emulators' CloudWatch does differently. */
export const METRIC_DIFFERENCES: readonly Difference[] = [
  {
    clouds: ['ministack', 'localemu'],
    case: 'metrics/empty-window',
    shows: /expected 'not refused'/,
    reason: 'takes any window',
  },
  {
    clouds: EMULATORS,
    case: 'metrics/same-ids',
    shows: /expected 'not refused'/,
    reason: 'takes any ids',
  },
  {
    clouds: EMULATORS,
    case: 'metrics/odd-period',
    shows: /expected 'not refused'/,
    reason: 'takes any period',
  },
  {
    clouds: EMULATORS,
    case: 'metrics/unknown-statistic',
    shows: /'(not refused|InternalError)' to match/,
    reason: 'takes any statistic, or breaks down at it',
  },
  {
    clouds: ['ministack'],
    case: 'metrics/descending',
    shows: /to deeply equal/,
    reason: 'always answers oldest first',
  },
  {
    clouds: ['moto', 'ministack'],
    case: 'metrics/dimensions',
    shows: /\[ \[ 5 \], \[\], \[ 5 \] \]/,
    reason: 'without dimensions it reads all of them together',
  },
  {
    clouds: ['moto'],
    case: 'metrics/namespaces',
    shows: /\[ \[ 11 \], \[ 11 \] \]/,
    reason: 'forgets the namespace as soon as there are dimensions',
  },
  {
    clouds: ['moto', 'ministack'],
    case: 'metrics/pages',
    shows: /expected 1 to be 3/,
    reason: 'answers everything at once, whatever MaxDatapoints says',
  },
  {
    clouds: ['moto', 'localemu'],
    case: 'percentiles/of-values',
    shows: /SyntaxError|InternalError/,
    reason: 'has no percentiles and breaks down at one',
  },
  {
    clouds: ['moto'],
    case: 'alarms/evaluates-itself',
    shows: /expected 'OK' to be 'ALARM'/,
    reason: 'its alarms change only when they are told to',
  },
];
