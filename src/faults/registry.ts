import { azBlackout } from './az-blackout.js';
import { azEvacuate } from './az-evacuate.js';
import { azPowerLoss } from './az-power-loss.js';
import { azSlow } from './az-slow.js';
import { dbFailover } from './db-failover.js';
import { dependencyDeny } from './dependency-deny.js';
import { edgeDown } from './edge-down.js';
import type { Fault } from './fault.js';
import { fis } from './fis.js';
import { instanceCpu } from './instance-cpu.js';
import { instanceDetach } from './instance-detach.js';
import { instanceDisk } from './instance-disk.js';
import { instanceIsolate } from './instance-isolate.js';
import { instanceKillProcess } from './instance-kill-process.js';
import { instanceLatency } from './instance-latency.js';
import { instanceLoss } from './instance-loss.js';
import { instanceMemory } from './instance-memory.js';
import { instanceReboot } from './instance-reboot.js';
import { instanceStandby } from './instance-standby.js';
import { instanceStop } from './instance-stop.js';
import { instanceTerminate } from './instance-terminate.js';
import { linkCut } from './link-cut.js';
import { regionDark } from './region-dark.js';
import { regionDrain } from './region-drain.js';
import { replicationPause } from './replication-pause.js';

/** Every fault that an experiment may name. */
export const FAULTS: readonly Fault[] = [
  azBlackout,
  azEvacuate,
  azPowerLoss,
  azSlow,
  dbFailover,
  dependencyDeny,
  edgeDown,
  fis,
  instanceCpu,
  instanceDetach,
  instanceDisk,
  instanceIsolate,
  instanceKillProcess,
  instanceLatency,
  instanceLoss,
  instanceMemory,
  instanceReboot,
  instanceStandby,
  instanceStop,
  instanceTerminate,
  linkCut,
  regionDark,
  regionDrain,
  replicationPause,
];

/** A fault by its name. */
export function faultNamed(name: string): Fault | undefined {
  return FAULTS.find((fault) => fault.name === name);
}
