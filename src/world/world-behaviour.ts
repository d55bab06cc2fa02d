import { DEFAULT_BEHAVIOUR, type SimBehaviour } from './aws/behaviour.js';
import type { AwsFile } from './world-schema-aws.js';

/** How the simulated AWS of a world behaves: as its file says, else as ever. */
export function behaviourOf(file: AwsFile): Partial<SimBehaviour> {
  const usual = DEFAULT_BEHAVIOUR;
  return {
    pageSize: file.pageSize ?? usual.pageSize,
    readLagMs: file.readLag ?? usual.readLagMs,
    throttle: file.throttling === false ? {} : usual.throttle,
    withoutCapacity: file.withoutCapacity ?? usual.withoutCapacity,
    elbHealthChecks: file.elbHealthChecks ?? usual.elbHealthChecks,
    dnsSyncMs: file.dnsSync ?? usual.dnsSyncMs,
    lateMetrics: file.lateMetrics ? { ratio: file.lateMetrics.share, ms: file.lateMetrics.by } : usual.lateMetrics,
  };
}
