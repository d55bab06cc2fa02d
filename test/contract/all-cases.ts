import { alarmCases } from './cases/alarms.js';
import { autoScalingCases } from './cases/auto-scaling.js';
import { bucketCases } from './cases/buckets.js';
import { commandCases, parameterCases } from './cases/commands.js';
import { databaseCases } from './cases/databases.js';
import { driverCases } from './cases/drivers.js';
import { experimentCases } from './cases/experiments.js';
import { healingCases } from './cases/healing.js';
import { identityCases } from './cases/identity.js';
import { instanceCases } from './cases/instances.js';
import { metricCases, percentileCases } from './cases/metrics.js';
import { networkAclCases } from './cases/network-acls.js';
import { pagingCases } from './cases/paging.js';
import { placeCases } from './cases/places.js';
import { recordCases } from './cases/records.js';
import { refreshCases } from './cases/refreshes.js';
import { scaleCases } from './cases/scale.js';
import { versionCases } from './cases/versions.js';
import type { Case } from './cloud.js';

/** The whole contract. */
export const ALL_CASES: readonly Case[] = [
  ...driverCases,
  ...networkAclCases,
  ...placeCases,
  ...instanceCases,
  ...autoScalingCases,
  ...healingCases,
  ...recordCases,
  ...metricCases,
  ...percentileCases,
  ...alarmCases,
  ...commandCases,
  ...parameterCases,
  ...bucketCases,
  ...versionCases,
  ...experimentCases,
  ...refreshCases,
  ...databaseCases,
  ...identityCases,
  ...pagingCases,
  ...scaleCases,
];
