import type { Tags } from '../../model/inventory.js';

/** What a template's target selects. */
export type FisTarget = {
  readonly resourceType: string;
  readonly arns: readonly string[];
  readonly tags: Tags;
  readonly filters: readonly { readonly path: string; readonly values: readonly string[] }[];
  /** As they were given; what they ask for is in the filters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** `ALL`, `COUNT(n)` or `PERCENT(n)`. */
  readonly mode: string;
};

/** One action of a template. */
export type FisAction = {
  readonly actionId: string;
  readonly description: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  /** Key of the action's target, `Instances`, to the target's name. */
  readonly targets: Readonly<Record<string, string>>;
  readonly startAfter: readonly string[];
};

/** What a template and its experiments have in common. */
export type FisPlan = {
  readonly targets: Readonly<Record<string, FisTarget>>;
  readonly actions: Readonly<Record<string, FisAction>>;
  /** Amazon resource names of alarms. */
  readonly stopAlarms: readonly string[];
  readonly role: string;
  readonly emptyTargets: 'fail' | 'skip';
};

/** A template of the Fault Injection Service. */
export type FisTemplateRow = {
  readonly id: string;
  readonly region: string;
  readonly description: string;
  readonly plan: FisPlan;
  readonly tags: Tags;
  readonly token: string | null;
  readonly createdMs: number;
};

/** What an action leaves to be put back when it ends. */
export type FisUndo =
  | { readonly kind: 'start'; readonly instances: readonly string[] }
  | {
      readonly kind: 'acls';
      readonly swaps: readonly { readonly subnet: string; readonly before: string; readonly clone: string }[];
    }
  | { readonly kind: 'cancel'; readonly command: string }
  | { readonly kind: 'shift'; readonly balancers: readonly string[]; readonly zone: string };

/** One action of an experiment. */
export type FisRunning = {
  readonly status: 'pending' | 'running' | 'completed' | 'cancelled' | 'stopped' | 'failed' | 'skipped';
  readonly reason: string | null;
  readonly startedMs: number | null;
  /** When it ends by itself, or ended. */
  readonly endsMs: number | null;
  readonly undo: FisUndo | null;
};

/** An experiment of the Fault Injection Service. */
export type FisExperimentRow = {
  readonly id: string;
  readonly region: string;
  readonly template: string;
  readonly plan: FisPlan;
  /** Whether only its targets are chosen. */
  readonly preview: boolean;
  readonly status: 'initiating' | 'running' | 'completed' | 'stopping' | 'stopped' | 'failed';
  readonly reason: string;
  /** Ids by the target's name: chosen once, before the first action. */
  readonly chosen: Readonly<Record<string, readonly string[]>>;
  readonly actions: Readonly<Record<string, FisRunning>>;
  readonly tags: Tags;
  readonly token: string | null;
  readonly createdMs: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  /** When something about it changes by itself; null: nothing any more. */
  readonly dueMs: number | null;
};
