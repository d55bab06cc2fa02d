import type { Json } from '../../model/json.js';
import type { AlarmRow } from './alarm-rows.js';
import type { ListenerRow, LoadBalancerRow, TargetGroupRow } from './balancer-rows.js';
import type { BucketRow, ObjectRow, ReplicaRow, VersionRow } from './bucket-rows.js';
import type { CommandRow, ParameterRow } from './command-rows.js';
import type { DatabaseRow } from './database-rows.js';
import type { FisExperimentRow, FisTemplateRow } from './fis-rows.js';
import type { HealthCheckRow } from './health-rows.js';
import type { PeeringRow, RouteTableRow, SecurityGroupRow } from './network-rows.js';
import type { RefreshRow } from './refresh-rows.js';
import type {
  AclRow,
  ActivityRow,
  DnsChangeRow,
  GroupRow,
  InstanceRow,
  MetaRow,
  RecordRow,
  Rows,
  SubnetRow,
  VpcRow,
  ZoneRow,
} from './rows.js';
import { Table } from './table.js';

/** One row that changed: enough, in order, to have the same world again. */
export interface RowChange {
  readonly table: string;
  readonly id: string;
  /** Null: removed. */
  readonly row: Json;
}

type Tables = { readonly [K in keyof Rows]: Table<Rows[K]> };

/** All state of the simulated AWS but its metrics. */
export class Store implements Tables {
  readonly vpcs = new Table<VpcRow>('vpcs', has(['id', 'region', 'cidr', 'tags']));
  readonly subnets = new Table<SubnetRow>(
    'subnets',
    has(['id', 'region', 'vpc', 'zone', 'cidr', 'acl', 'association']),
  );
  readonly acls = new Table<AclRow>('acls', has(['id', 'region', 'vpc', 'isDefault', 'entries', 'token']));
  readonly securityGroups = new Table<SecurityGroupRow>(
    'securityGroups',
    has(['id', 'region', 'vpc', 'name', 'rules']),
  );
  readonly routeTables = new Table<RouteTableRow>(
    'routeTables',
    has(['id', 'region', 'vpc', 'routes', 'associations', 'token']),
  );
  readonly peerings = new Table<PeeringRow>('peerings', has(['id', 'requester', 'accepter', 'status']));
  readonly loadBalancers = new Table<LoadBalancerRow>(
    'loadBalancers',
    has(['id', 'region', 'name', 'subnets', 'shiftedFrom']),
  );
  readonly targetGroups = new Table<TargetGroupRow>('targetGroups', has(['id', 'region', 'name', 'port']));
  readonly listeners = new Table<ListenerRow>('listeners', has(['id', 'region', 'loadBalancer', 'rules']));
  readonly instances = new Table<InstanceRow>(
    'instances',
    has(['id', 'subnet', 'state', 'dueMs', 'servesMs', 'member', 'securityGroups', 'targets']),
  );
  readonly groups = new Table<GroupRow>(
    'groups',
    has(['id', 'min', 'max', 'desired', 'subnets', 'suspended', 'scaledMs', 'targetGroups']),
  );
  readonly activities = new Table<ActivityRow>('activities', has(['id', 'group', 'startedMs', 'status']));
  readonly zones = new Table<ZoneRow>('zones', has(['id', 'name', 'tags']));
  readonly records = new Table<RecordRow>('records', has(['id', 'zone', 'name', 'type', 'values', 'served', 'syncMs']));
  readonly dnsChanges = new Table<DnsChangeRow>('dnsChanges', has(['id', 'submittedMs', 'syncMs']));
  readonly healthChecks = new Table<HealthCheckRow>(
    'healthChecks',
    has(['id', 'version', 'threshold', 'up', 'streak']),
  );
  readonly refreshes = new Table<RefreshRow>('refreshes', has(['id', 'group', 'status', 'old', 'left']));
  readonly commands = new Table<CommandRow>('commands', has(['id', 'region', 'document', 'invocations', 'dueMs']));
  readonly parameters = new Table<ParameterRow>('parameters', has(['id', 'region', 'name', 'value', 'version']));
  readonly alarms = new Table<AlarmRow>('alarms', has(['id', 'region', 'name', 'state', 'treatMissing']));
  readonly fisTemplates = new Table<FisTemplateRow>('fisTemplates', has(['id', 'region', 'plan']));
  readonly fisExperiments = new Table<FisExperimentRow>(
    'fisExperiments',
    has(['id', 'region', 'plan', 'status', 'actions', 'dueMs']),
  );
  readonly buckets = new Table<BucketRow>('buckets', has(['id', 'region', 'tags', 'versioning', 'replication']));
  readonly objects = new Table<ObjectRow>('objects', has(['id', 'bucket', 'key', 'body', 'etag', 'version']));
  readonly versions = new Table<VersionRow>('versions', has(['id', 'bucket', 'key', 'version', 'madeMs', 'object']));
  readonly replicas = new Table<ReplicaRow>('replicas', has(['id', 'source', 'dueMs', 'object', 'over']));
  readonly databases = new Table<DatabaseRow>('databases', has(['id', 'region', 'kind', 'nodes', 'writer', 'failing']));
  readonly meta = new Table<MetaRow>('meta', has(['id', 'nowMs', 'ids', 'draws']));
  private readonly tables: ReadonlyMap<string, AnyTable> = new Map([
    ['vpcs', anyTable(this.vpcs)],
    ['subnets', anyTable(this.subnets)],
    ['acls', anyTable(this.acls)],
    ['securityGroups', anyTable(this.securityGroups)],
    ['routeTables', anyTable(this.routeTables)],
    ['peerings', anyTable(this.peerings)],
    ['loadBalancers', anyTable(this.loadBalancers)],
    ['targetGroups', anyTable(this.targetGroups)],
    ['listeners', anyTable(this.listeners)],
    ['instances', anyTable(this.instances)],
    ['groups', anyTable(this.groups)],
    ['activities', anyTable(this.activities)],
    ['zones', anyTable(this.zones)],
    ['records', anyTable(this.records)],
    ['dnsChanges', anyTable(this.dnsChanges)],
    ['healthChecks', anyTable(this.healthChecks)],
    ['refreshes', anyTable(this.refreshes)],
    ['commands', anyTable(this.commands)],
    ['parameters', anyTable(this.parameters)],
    ['alarms', anyTable(this.alarms)],
    ['fisTemplates', anyTable(this.fisTemplates)],
    ['fisExperiments', anyTable(this.fisExperiments)],
    ['buckets', anyTable(this.buckets)],
    ['objects', anyTable(this.objects)],
    ['versions', anyTable(this.versions)],
    ['replicas', anyTable(this.replicas)],
    ['databases', anyTable(this.databases)],
    ['meta', anyTable(this.meta)],
  ]);

  /**
   * The rows that changed since the last call.
   * @param meta - where the world stands, kept with them; nothing is kept where nothing else changed
   */
  takeChanges(meta: () => MetaRow): readonly RowChange[] {
    const changes = this.takeDirty();
    if (changes.length === 0) return changes;
    this.meta.put(meta());
    return [...changes, ...this.takeDirty()];
  }

  /** Puts back rows that were kept; the last of each id counts. */
  load(rows: readonly RowChange[]): void {
    const last = new Map(rows.map((change) => [`${change.table} ${change.id}`, change]));
    for (const { table, id, row } of last.values()) {
      if (row !== null) this.tables.get(table)?.load(id, row);
      else this.tables.get(table)?.unload(id);
    }
  }

  private takeDirty(): readonly RowChange[] {
    return [...this.tables].flatMap(([table, { takeDirty }]) => takeDirty().map(([id, row]) => ({ table, id, row })));
  }
}

interface AnyTable {
  readonly takeDirty: () => readonly (readonly [string, Json])[];
  readonly load: (id: string, row: Json) => void;
  readonly unload: (id: string) => void;
}

function anyTable<R extends { readonly id: string } & Json>(table: Table<R>): AnyTable {
  return {
    takeDirty: () => table.takeDirty(),
    load: (id, row) => table.load(id, row),
    unload: (id) => table.unload(id),
  };
}

/**
 * Whether a value has the fields without which a row is none; the file is kong's own, so a torn or foreign one is
 * all there is to find.
 */
function has<R extends object>(fields: readonly (keyof R & string)[]): (row: Json) => row is R & Json {
  return (row): row is R & Json => row !== null && typeof row === 'object' && fields.every((field) => field in row);
}
