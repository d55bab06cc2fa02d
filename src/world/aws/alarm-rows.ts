import type { Tags } from '../../model/inventory.js';

/** What an alarm says. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** How an alarm compares a value with its threshold. */
export type AlarmComparison =
  'GreaterThanThreshold' | 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold' | 'LessThanOrEqualToThreshold';

/** A metric alarm; `id` is `REGION/NAME`. */
export type AlarmRow = {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly description: string | null;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `p99`, …: as CloudWatch names it. */
  readonly statistic: string;
  readonly unit: string | null;
  readonly periodMs: number;
  readonly periods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: AlarmComparison;
  readonly treatMissing: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
  readonly actionsEnabled: boolean;
  readonly actions: {
    readonly alarm: readonly string[];
    readonly ok: readonly string[];
    readonly none: readonly string[];
  };
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonJson: string | null;
  /** When the state last became another one, when it was last set, and when the rest last changed. */
  readonly changedMs: number;
  readonly updatedMs: number;
  readonly configuredMs: number;
  readonly tags: Tags;
};
