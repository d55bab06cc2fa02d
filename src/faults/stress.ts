import { MOST_INSTANCES, type SentCommand } from '../model/sent-command.js';
import { chunks } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import { commandable } from './agents.js';
import type { Fault, FaultChanges, FaultRequest, ProtoChange } from './fault.js';
import { pickInstances, type Picked } from './pick.js';

/** What the Fault Injection Service lets its own actions last: https://docs.aws.amazon.com/fis/latest/userguide/actions.html */
const LONGEST_SECONDS = 12 * 3_600;

type Chosen = Picked['chosen'][number];

/** One document that runs for as long as the step can last. */
export interface Stress {
  /** The fault's name: part of the commands' handles. */
  readonly fault: string;
  readonly document: string;
  /** Without `DurationSeconds`: that is the method's. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The parameter that every document of the kind has: what it needs may not be there yet. */
export const INSTALL = {
  kind: 'choice',
  of: ['True', 'False'],
  default: 'True',
  means: 'whether what the document needs is installed where it is missing; it stays there',
} as const;

/** What each of these faults can't do, whatever its document. */
export const STRESS_FIDELITY = [
  'Linux alone (Amazon Linux 2 and 2023, Ubuntu, RHEL 8 and 9, CentOS 9), with an agent that runs as root',
  'where the document has to install what it needs first, it bites only after that, and what it installed stays',
  'an agent that can’t be reached does not hear of the rollback: the document then ends by its own clock',
] as const;

/** What faults have in common that run a document on drawn instances. */
export const BY_COMMAND: Pick<Fault, 'scopes' | 'attributes' | 'irreversible' | 'needs'> = {
  scopes: ['instance', 'az', 'region'],
  attributes: ['ssmCommand.running'],
  irreversible: [],
  needs: ['agents'],
};

/** Runs a document on the drawn instances. */
export function stressPicked(request: FaultRequest, stress: Stress): FaultChanges {
  const reachable = commandable(request);
  const { chosen, drawn, passedOver } = pickInstances(reachable.request);
  const leftAlone = [...passedOver, ...reachable.leftAlone];
  return { drawn, leftAlone, changes: commandsFor(chosen, stress, request) };
}

/**
 * A command for each fifty instances of a region. Its duration is the longest that the step can last with its rollback:
 * not shorter than the step, and not much longer than the drill, whatever becomes of kong.
 *
 * @throws KongError BAD_EXPERIMENT above twelve hours
 * @param suffix - tells commands of one step and region apart, where there are several kinds
 */
export function commandsFor(
  chosen: readonly Chosen[],
  { fault, document, parameters }: Stress,
  { step, lastsSeconds }: Pick<FaultRequest, 'step' | 'lastsSeconds'>,
  suffix = '',
): readonly ProtoChange[] {
  if (lastsSeconds > LONGEST_SECONDS) {
    const most = `${LONGEST_SECONDS / 3_600}h`;
    throw new KongError('BAD_EXPERIMENT', `${fault} would last ${lastsSeconds}s, and can last at most ${most}`, {
      fix: 'restore it sooner, or shorten the holds after it',
    });
  }
  const regions = [...new Set(chosen.map(({ region }) => region))];
  return regions.flatMap((region) => {
    const ids = chosen.filter((one) => one.region === region).map(({ id }) => id);
    return chunks([...ids].sort(), MOST_INSTANCES).map((instances, index): ProtoChange => {
      const after: SentCommand = {
        document,
        parameters: { ...parameters, DurationSeconds: String(lastsSeconds) },
        instances,
      };
      const id = `${fault}-${step + 1}${suffix}-${index + 1}`;
      const resource = { type: 'command', region, id } as const;
      return { kind: 'reversible', attribute: 'ssmCommand.running', resource, before: null, after };
    });
  });
}
