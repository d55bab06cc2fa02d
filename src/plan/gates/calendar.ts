import type { Freeze, TimeWindow } from '../../model/conditions.js';
import { formatDuration } from '../../model/duration.js';
import { localTime } from '../../model/local-time.js';
import type { Gate } from '../../model/plan.js';
import { drillMs, gate, some, type InformedRequest } from './gate.js';

/**
 * Whether this is a time in which drills may run, by the machine's own clock, from its begin to the end that the plan
 * expects. The simulator has no calendar: there both pass.
 */
export function calendarGates(request: InformedRequest): readonly Gate[] {
  return [windowGate(request), freezeGate(request)];
}

function windowGate(request: InformedRequest): Gate {
  const { wallMs, site } = request.circumstances;
  const own = request.experiment.conditions?.windows ?? [];
  const sets = [
    { from: 'kong.yaml', windows: site.windows },
    { from: 'the experiment', windows: own },
  ].filter(({ windows }) => windows.length > 0);
  const named = { name: 'window', code: 'REFUSED', fix: 'come back in the window, or have it changed' } as const;
  if (sets.length === 0)
    return gate({ ...named, passed: true, message: 'no window is set: drills may run at any time' });
  if (wallMs === undefined) return gate({ ...named, passed: true, message: 'simulated: no real hour is asked for' });
  const endMs = wallMs + drillMs(request);
  const outside = sets.filter(({ windows }) => !areOpen(windows, wallMs, endMs));
  const wanted = outside.map(({ from, windows }) => `${from} allows ${some(windows.map(({ text }) => text))}`);
  const lasts = `from now, ${timeText(wallMs)}, for ${formatDuration(endMs - wallMs)}`;
  const passed = outside.length === 0;
  return gate({
    ...named,
    passed,
    message: passed ? `inside the window ${lasts}` : `${wanted.join('; ')}; it would go on ${lasts}`,
  });
}

function freezeGate(request: InformedRequest): Gate {
  const { wallMs, site } = request.circumstances;
  const named = {
    name: 'freeze',
    code: 'REFUSED',
    fix: 'wait for its end, or have kong.yaml freezes changed',
  } as const;
  if (site.freezes.length === 0) return gate({ ...named, passed: true, message: 'no freeze is set' });
  if (wallMs === undefined) return gate({ ...named, passed: true, message: 'simulated: no real day is asked for' });
  const endMs = wallMs + drillMs(request);
  const active = site.freezes.filter((freeze) => hasBegun(freeze, endMs) && !isOver(freeze, wallMs));
  const said = active.map(({ from, to, reason }) => `${reason}, from ${from} to ${to}`);
  const passed = active.length === 0;
  return gate({ ...named, passed, message: passed ? `no freeze of ${site.freezes.length} is on` : some(said) });
}

/** A day has begun where its date, there, is not after today's. */
function hasBegun({ from, timeZone }: Freeze, ms: number): boolean {
  return isDay(from) ? from <= localTime(ms, timeZone).date : Date.parse(from) <= ms;
}

function isOver({ to, timeZone }: Freeze, ms: number): boolean {
  return isDay(to) ? to < localTime(ms, timeZone).date : Date.parse(to) <= ms;
}

function isDay(moment: string): boolean {
  return !moment.includes('T');
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}

const MINUTE_MS = 60_000;

/** Whether some window is open at every minute of a stretch of time: they may follow on one another. */
function areOpen(windows: readonly TimeWindow[], fromMs: number, toMs: number): boolean {
  const minutes = Math.ceil((toMs - fromMs) / MINUTE_MS);
  const moments = Array.from({ length: minutes + 1 }, (_, index) => Math.min(fromMs + index * MINUTE_MS, toMs));
  return moments.every((ms) => windows.some((window) => isOpen(window, ms)));
}

function isOpen({ days, fromMinute, toMinute, timeZone }: TimeWindow, ms: number): boolean {
  const { day, minute } = localTime(ms, timeZone);
  if (toMinute > fromMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  const yesterday = (day + 6) % 7;
  return (days.includes(day) && minute >= fromMinute) || (days.includes(yesterday) && minute < toMinute);
}
