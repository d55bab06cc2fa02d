import type { Json } from '../../model/json.js';
import type { InfraView, LoadSink, MetricBatch, MetricSink } from '../ports.js';
import { notSimulated } from './aws-fault.js';
import { DEFAULT_BEHAVIOUR } from './behaviour.js';
import { buildWorld } from './build-world.js';
import { alarmDue } from './cloudwatch/evaluate-alarm.js';
import { MetricStore } from './cloudwatch/metric-store.js';
import { publishBatch } from './cloudwatch/metrics.js';
import { databaseDue } from './databases.js';
import { recordDue } from './dns.js';
import { experimentDue } from './fis/run.js';
import { instanceDue } from './fleet.js';
import { healthDue } from './health-checks.js';
import { refreshTurn } from './instance-refresh.js';
import type { Operation, Operations } from './operation.js';
import { allOperations } from './operations.js';
import { reconcile } from './reconcile.js';
import type { SimCall, SimService } from './sim-call.js';
import { SimState, type SimOptions } from './sim-state.js';
import { commandDue } from './ssm/commands.js';
import type { RowChange } from './store.js';
import { loadsOf, observeLoad, recallLoads, type Observation } from './target-tracking.js';
import { Throttle } from './throttle.js';
import type { Timer } from './timers.js';

/**
 * A little AWS that answers SDK commands inside the process, on virtual time. The same world file, seed and calls
 * give the same answers.
 *
 * What it knows and what it does not: docs/sim-contract.md.
 */
export class SimAws implements MetricSink, LoadSink {
  private readonly state: SimState;
  private readonly metrics = new MetricStore();
  private readonly operations: Readonly<Record<SimService, Operations>>;
  private readonly throttle: Throttle;
  private calls = 0;

  constructor(options: SimOptions, rows?: readonly RowChange[]) {
    const behaviour = { ...DEFAULT_BEHAVIOUR, ...options.world.behaviour, ...options.behaviour };
    this.state = new SimState(options, behaviour);
    this.throttle = new Throttle(behaviour.throttle);
    this.operations = allOperations(this.metrics);
    if (rows) this.state.resume(rows);
    else buildWorld(this.state);
  }

  /**
   * The world as its rows say, in another process: same answers, same ids to come. Metrics, tokens and lags are not
   * in the rows.
   * @param rows - all that {@link SimAws.takeChanges} ever gave, in order
   * @throws KongError where a row is not readable
   */
  static restore(options: SimOptions, rows: readonly RowChange[]): SimAws {
    return new SimAws(options, rows);
  }

  /** The world's time, milliseconds since the epoch. */
  get nowMs(): number {
    return this.state.nowMs;
  }

  /**
   * Answers one SDK command, after whatever was due by then.
   * @returns the command's output, as the SDK types it
   * @throws AwsFault as AWS would; `NotImplemented` for what is not simulated
   */
  handle(call: SimCall): object {
    this.advanceTo(call.nowMs);
    const { service, command, region } = call;
    const planned = this.state.behaviour.fault({ index: this.calls++, service, command, region });
    if (planned?.before) throw planned.before;
    this.throttle.take(call, this.state.nowMs);
    const operation = this.operationOf(service, command);
    const output = operation(call.input, { sim: this.state, region });
    if (planned?.after) throw planned.after;
    return output;
  }

  /** Lets the world live up to a moment. Going back does nothing. */
  advanceTo(nowMs: number): void {
    const { state } = this;
    for (let timer = state.timers.takeDue(nowMs); timer; timer = state.timers.takeDue(nowMs)) {
      state.nowMs = Math.max(state.nowMs, timer.atMs);
      this.fire(timer);
    }
    state.nowMs = Math.max(state.nowMs, nowMs);
  }

  /** What traffic sees of it now: the same object as long as nothing changed. */
  infra(): InfraView {
    return this.state.infra.at(this.state.nowMs);
  }

  publish(batch: MetricBatch): void {
    const { world, behaviour } = this.state;
    publishBatch(this.metrics, batch, { ...world.metrics, late: behaviour.lateMetrics });
  }

  observe(load: Observation): void {
    observeLoad(this.state, load);
  }

  /** The rows that changed since the last call, oldest table first; empty where none did. */
  takeChanges(): readonly RowChange[] {
    return this.state.store.takeChanges(() => this.state.meta());
  }

  /** Rows that changed elsewhere, as {@link SimAws.takeChanges} gave them: they take the place of those here. */
  load(rows: readonly RowChange[]): void {
    this.state.resume(rows);
  }

  /** How long its groups have been too busy, or not busy enough: what is in no row. */
  loads(): Json {
    return loadsOf(this.state);
  }

  /** Goes on from the loads of another. */
  recallLoads(loads: Json): void {
    recallLoads(this.state, loads);
  }

  /** Whether anything looks at the metrics by itself. */
  get watchesMetrics(): boolean {
    const [alarm] = this.state.store.alarms.all();
    return alarm !== undefined;
  }

  /** Takes over metrics of a time before its own. */
  prependMetrics(older: MetricStore): void {
    this.metrics.prepend(older);
  }

  private operationOf(service: SimService, command: string): Operation {
    const known = this.operations[service];
    const operation = Object.hasOwn(known, command) ? known[command] : undefined;
    if (!operation) throw notSimulated(`${service} ${command.replace(/Command$/, '')}`);
    return operation;
  }

  private fire({ kind, id }: Timer): void {
    const { state } = this;
    switch (kind) {
      case 'instance':
        return instanceDue(state, id);
      case 'group':
        state.attending(id);
        reconcile(state, id);
        return refreshTurn(state, id);
      case 'dns':
        return recordDue(state, id);
      case 'health':
        state.probing(id);
        return healthDue(state, id);
      case 'command':
        return commandDue(state, id);
      case 'alarm':
        state.lookingAt(id);
        return alarmDue(state, this.metrics, id);
      case 'experiment':
        return experimentDue(state, id);
      case 'database':
        return databaseDue(state, id);
    }
  }
}
