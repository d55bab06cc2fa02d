import type { BucketPlace, Marker } from '../model/experiment.js';
import { formatDuration } from '../model/duration.js';
import type { Problems } from './problems.js';
import type { ExperimentFile } from './schema.js';
import { suggestion } from './zod-problems.js';

type MarkerFile = NonNullable<ExperimentFile['replication']>['marker'];

const PATH = ['replication', 'marker'] as const;
/** Faster than that is a load of its own, and S3 itself takes longer. */
const LEAST_MS = 1_000;

/** A marker in the form in which the rest of kong uses it. */
export function buildMarker({ from, to, prefix, every, lead }: MarkerFile): Marker {
  return { from: placeOf(from), to: placeOf(to), prefix, everyMs: every, leadMs: lead };
}

/**
 * Finds markers that could not tell anything: one bucket for both sides, sides that the drill is not about, or no
 * second look before the fault.
 */
export function checkMarker({ replication, blastRadius }: ExperimentFile, problems: Problems): void {
  if (!replication) return;
  const { from, to, every, lead } = replication.marker;
  if (from === to) problems.add([...PATH, 'to'], `${to} is where the markers are written`, 'name the other side');
  checkRegions(replication.marker, blastRadius, problems);
  if (every < LEAST_MS) {
    const fix = `write every: ${formatDuration(LEAST_MS)} or more`;
    problems.add([...PATH, 'every'], `markers can't be written every ${formatDuration(every)}`, fix);
  }
  if (lead < 2 * every) {
    const fix = `write lead: ${formatDuration(2 * every)} or more`;
    problems.add([...PATH, 'lead'], 'there is no time for two markers before the fault', fix);
  }
}

/** Only there are names, tags and permissions asked for. */
function checkRegions(marker: MarkerFile, blast: ExperimentFile['blastRadius'], problems: Problems): void {
  const { region: own, az, link = [], survivors } = blast;
  const known = [...new Set([own, az?.slice(0, -1), ...link, ...survivors])].flatMap((one) => one ?? []);
  for (const side of ['from', 'to'] as const) {
    const { region } = placeOf(marker[side]);
    if (known.length === 0 || known.includes(region)) continue;
    const { fix } = suggestion(region, known);
    problems.add([...PATH, side], `${region} is neither what the drill hits nor a survivor`, fix);
  }
}

function placeOf(text: string): BucketPlace {
  const at = text.indexOf('/');
  return { region: text.slice(0, at), bucket: text.slice(at + 1) };
}
