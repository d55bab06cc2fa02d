/** An instance refresh: an Auto Scaling group replaces its members little by little. */
export type RefreshRow = {
  readonly id: string;
  /** `REGION/NAME` of the group. */
  readonly group: string;
  readonly status: 'Pending' | 'InProgress' | 'Cancelling' | 'Successful' | 'Cancelled';
  readonly reason: string | null;
  readonly startedMs: number;
  readonly endedMs: number | null;
  /** Of the desired capacity. */
  readonly minHealthyPercent: number;
  readonly warmupMs: number;
  readonly skipsMatching: boolean;
  /** Members that were there at its start, and must go. */
  readonly old: readonly string[];
  /** How many of these are left. */
  readonly left: number;
};
