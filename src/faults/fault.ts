import type { AttributeKind, IrreversibleKind } from '../model/change.js';
import type { Scope, Select } from '../model/experiment.js';
import type { Database } from '../model/database.js';
import type { Balancer, Bucket, Group, Inventory, InventoryPart } from '../model/inventory.js';
import type { Json } from '../model/json.js';
import type { Params, ParamValues } from '../model/param.js';
import type { Random } from '../model/ports.js';
import type { ResourceRef } from '../model/resource.js';

/**
 * A way in which a cloud breaks, as changes. A fault selects resources and names values; how to read and write an
 * attribute is its driver's business, and when to undo it the drill's.
 */
export interface Fault {
  /** What an operator calls it: `az-blackout`. */
  readonly name: string;
  readonly title: string;
  /** What it does to whom. */
  readonly does: string;
  /** What it does not simulate. */
  readonly fidelity: string;
  readonly scopes: readonly Scope['kind'][];
  /** By name: what each means, which values it takes, and what holds where it is left out. */
  readonly params: Params;
  /** Parameters of which there must be one, and one alone. */
  readonly exactlyOne?: readonly string[];
  /** Parameters that must not have the same value. */
  readonly different?: readonly string[];
  /** What it changes, and how: the drivers know the calls, what they cost and how they are undone. */
  readonly attributes: readonly AttributeKind[];
  readonly irreversible: readonly IrreversibleKind[];
  /** Whether the method must have shifted all traffic away before. */
  readonly afterShift?: boolean;
  /** Parts of the inventory that are read only for faults that need them. */
  readonly needs?: readonly InventoryPart[];
  /** The names of the buckets that are read for it, where it needs any. */
  buckets?(params: ParamValues): readonly string[];
  /** Those that only some values of its parameters need. */
  needsWith?(params: ParamValues): readonly InventoryPart[];
  /** Whether AWS FIS acts for it, by a role that kong has to name. */
  needsFisRole?(params: ParamValues): boolean;
  /** In the order in which they are applied. */
  changes(request: FaultRequest): FaultChanges;
}

/** What a fault chooses from. */
export interface FaultRequest {
  readonly scope: Scope;
  /** Only what may be touched: opted in, selected, in scope. */
  readonly targets: Targets;
  readonly inventory: Inventory;
  readonly select: Select;
  /** As `params` says, defaults filled in. */
  readonly params: ParamValues;
  /** Its place in the method, from 0: what it creates is told from what another step does. */
  readonly step: number;
  /** The longest that it can be there until it is undone, in seconds: what ends by itself ends then. */
  readonly lastsSeconds: number;
  readonly random: Random;
  /** Ids that a saved plan drew for this step: nobody else is hit now. Undefined: they are drawn. */
  readonly drawn?: readonly string[];
  /** The IAM role by which AWS FIS acts; undefined: nobody says. */
  readonly fisRole?: string;
  /** Alarms that make AWS FIS stop by itself, by name or ARN. */
  readonly stopAlarms?: readonly string[];
}

/** What a fault may touch, and what is in reach and left alone. */
export interface Targets {
  readonly regions: readonly TargetRegion[];
  readonly leftAlone: readonly { readonly what: string; readonly why: string }[];
}

/** What may be touched in one region. */
export interface TargetRegion {
  readonly region: string;
  readonly subnets: readonly {
    readonly id: string;
    readonly vpc: string;
    readonly zone: string;
    readonly acl: string;
  }[];
  readonly groups: readonly Pick<Group, 'name' | 'suspended' | 'min' | 'max' | 'desired' | 'members' | 'subnets'>[];
  readonly instances: readonly {
    readonly id: string;
    readonly zone: string;
    readonly group: string | undefined;
    readonly state: string;
    /** The step of the plan that terminates it before, as the plan counts; undefined: none does. */
    readonly endedBy?: number;
    readonly vpc: string | undefined;
    readonly securityGroups: readonly string[];
    readonly interfaces: number;
  }[];
  /** Undefined where the fault does not ask for them. */
  readonly balancers?: readonly Balancer[];
  readonly buckets?: readonly Bucket[];
  readonly databases?: readonly Database[];
}

/** A change as a fault names it: the plan gives it an id. */
export type ProtoChange =
  | {
      readonly kind: 'reversible';
      readonly attribute: AttributeKind;
      readonly resource: ResourceRef;
      readonly before: Json;
      readonly after: Json;
      readonly memo?: Json;
    }
  | {
      readonly kind: 'irreversible';
      readonly attribute: IrreversibleKind;
      readonly resource: ResourceRef;
      readonly loses: string;
      readonly memo?: Json;
    };

/** What a fault would do, and what it passed over. */
export interface FaultChanges {
  readonly changes: readonly ProtoChange[];
  /** Ids of the instances that it drew; absent where it draws none. */
  readonly drawn?: readonly string[] | undefined;
  /** Candidates that the fault itself passed over, each with the rule. */
  readonly leftAlone: readonly { readonly what: string; readonly why: string }[];
}
