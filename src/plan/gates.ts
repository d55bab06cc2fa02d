import type { Gate } from '../model/plan.js';
import { allowedGates } from './gates/allowed.js';
import { calendarGates } from './gates/calendar.js';
import { escapeGates } from './gates/escape.js';
import { fisGates } from './gates/fis.js';
import type { GateRequest } from './gates/gate.js';
import { groupGates } from './gates/groups.js';
import { limitGates } from './gates/limits.js';
import { markerGates } from './gates/marker.js';
import { otherGates } from './gates/others.js';
import { resolverGates } from './gates/resolver.js';
import { roomGates } from './gates/room.js';
import { safetyGates } from './gates/safety.js';
import { sliGates } from './gates/slis.js';
import { switchGates } from './gates/switches.js';
import { targetGates } from './gates/target.js';
import { trafficGates } from './gates/traffic.js';

/**
 * Every reason not to begin, passed or not, each a pure function of the plan and of how things stand around it. What
 * could not be read refuses. Without circumstances only what the plan itself tells is asked.
 */
export function gatesOf(request: GateRequest): readonly Gate[] {
  const { circumstances } = request;
  const informed = circumstances && { ...request, circumstances };
  const gates = [
    ...allowedGates(request),
    ...(informed ? [...otherGates(informed), ...calendarGates(informed)] : []),
    ...targetGates(request),
    ...fisGates(request),
    ...limitGates(request),
    ...groupGates(request),
    ...trafficGates(request),
    ...resolverGates(request),
    ...switchGates(request),
    ...markerGates(request),
    ...roomGates(request),
    ...sliGates(request),
    ...safetyGates(request),
  ];
  return request.experiment.escape === true ? escapeGates(gates, request) : gates;
}
