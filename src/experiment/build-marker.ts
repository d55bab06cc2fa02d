import type { BucketPlace, Marker } from '../model/experiment.js';
import type { Problems } from './problems.js';
import type { ExperimentFile } from './schema.js';

type MarkerFile = NonNullable<ExperimentFile['replication']>['marker'];

/** A marker in the form in which the rest of kong uses it. */
export function buildMarker({ from, to, prefix, lead }: MarkerFile): Marker {
  return { from: placeOf(from), to: placeOf(to), prefix, leadMs: lead };
}

/** Finds markers that could not tell anything: one bucket for both sides, or no second look before the fault. */
export function checkMarker({ replication, poll }: ExperimentFile, problems: Problems): void {
  if (!replication) return;
  const { from, to, lead } = replication.marker;
  const path = ['replication', 'marker'];
  if (from === to) problems.add([...path, 'to'], `${to} is where the markers are written`, 'name the other side');
  if (poll !== undefined && lead < 2 * poll) {
    problems.add(path, 'the lead of the marker is shorter than two polls', 'write a longer lead: 30s');
  }
}

function placeOf(text: string): BucketPlace {
  const at = text.indexOf('/');
  return { region: text.slice(0, at), bucket: text.slice(at + 1) };
}
