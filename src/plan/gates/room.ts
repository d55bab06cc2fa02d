import type { Gate } from '../../model/plan.js';
import { remaining } from '../concerned.js';
import { capacityRuleOf } from '../read-circumstances.js';
import { roomOf, type Room, type RoomVerdict } from '../room.js';
import { factGate, gate, percent, some, type GateRequest } from './gate.js';

/**
 * Whether what remains has room for what is lost: its load now and what arrives, over its capacity at the groups'
 * maximum, against 80 % or what `capacity` says. How much of it is there at once, before any group has grown, is said
 * beside it: that is what the drill itself will show.
 */
export function roomGates(request: GateRequest): readonly Gate[] {
  const { circumstances, experiment, inventory } = request;
  if (!circumstances) return [];
  const rule = capacityRuleOf(experiment, circumstances.site);
  const named = {
    name: 'survivors.room',
    code: 'REFUSED',
    fix: 'raise the maximum size of the group, or take less away',
  } as const;
  if (!circumstances.loads) return [gate({ ...named, passed: true, message: 'no instance is taken away' })];
  const alone = experiment.blastRadius.scope.kind === 'region' && remaining(experiment, inventory).length === 0;
  return [
    factGate(named, circumstances.loads, (loads) => {
      const verdict = roomOf(request, loads);
      if (alone && request.blast.instances > 0)
        return { passed: false, message: 'no surviving region is named that could take the load' };
      return judge(verdict, { limit: rule.limit, metric: rule.metric });
    }),
  ];
}

interface Against {
  readonly limit: number;
  readonly metric: string;
}

function judge(
  { rooms, unknown, homeless }: RoomVerdict,
  { limit, metric }: Against,
): { readonly passed: boolean; readonly message: string } {
  const missing = [
    ...(homeless.length > 0 ? [`no surviving region has a group for ${some(homeless)}`] : []),
    ...(unknown.length > 0
      ? [`not known how busy ${some(unknown)} ${unknown.length === 1 ? 'is' : 'are'}: no ${metric}`]
      : []),
  ];
  if (missing.length > 0) return { passed: false, message: missing.join('; ') };
  const [fullest] = [...rooms].sort((a, b) => fullness(b) - fullness(a));
  if (fullest === undefined) return { passed: true, message: 'no group loses capacity, or is given load' };
  return { passed: fullness(fullest) <= limit, message: roomText(fullest, limit) };
}

/** Load over capacity at the maximum; without any capacity, more than any limit. */
function fullness({ load, arriving, atMaximum }: Room): number {
  const work = load + arriving;
  if (work === 0) return 0;
  return atMaximum === 0 ? Infinity : work / atMaximum;
}

/** How full the fullest would be, at its maximum and before it has grown. */
function roomText(room: Room, limit: number): string {
  const { name, load, arriving, now, atMaximum } = room;
  const work = (amount: number): string => String(Number(amount.toFixed(1)));
  const sum = arriving > 0 ? `${work(load)} now + ${work(arriving)} arriving` : `${work(load)} now`;
  const full = fullness(room);
  const atOnce =
    now === 0 ? 'none is in service now' : `${percent((load + arriving) / now)} of the ${now} that serve now and stay`;
  const at = full === Infinity ? 'would have no instance left' : `would be at ${percent(full)} of its maximum`;
  return `${name} ${at} (work for ${sum}, of ${atMaximum} instances; ${atOnce}), limit ${percent(limit)}`;
}
