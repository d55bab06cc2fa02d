import { azBlackout } from './az-blackout.js';
import type { Fault } from './fault.js';
import { instanceStop } from './instance-stop.js';
import { instanceTerminate } from './instance-terminate.js';
import { regionDark } from './region-dark.js';

/** Every fault that an experiment may name. */
export const FAULTS: readonly Fault[] = [azBlackout, instanceStop, instanceTerminate, regionDark];

/** A fault by its name. */
export function faultNamed(name: string): Fault | undefined {
  return FAULTS.find((fault) => fault.name === name);
}
