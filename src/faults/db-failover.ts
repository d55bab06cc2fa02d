import { failOvers, together } from './fail-over.js';
import type { Fault } from './fault.js';

/** Has databases and caches fail over: do applications connect again, and how long does that take them? */
export const dbFailover: Fault = {
  name: 'db-failover',
  title: 'Databases fail over',
  does: [
    'Has the selected databases and caches whose writer is in scope promote a reader in another zone:',
    'FailoverDBCluster for clusters of RDS, RebootDBInstance with failover for Multi-AZ instances, TestFailover for',
    'replication groups of ElastiCache. Says afterwards where each writer is, and how long that took.',
  ].join(' '),
  fidelity: [
    'an orderly failover: what a writer has committed is there, as it might not be after a loss of power',
    'the writer does not come back by itself, nor does kong bring it: that would be another outage',
    'caches in cluster mode, databases in one zone, DocumentDB and Neptune stay',
  ].join('; '),
  scopes: ['az', 'region'],
  params: {},
  attributes: [],
  irreversible: ['cache.failover', 'database.failover'],
  needs: ['databases'],
  changes: (request) => together(request.targets.regions.map((target) => failOvers(target, request))),
};
