import { markerId } from '../changes/marker-name.js';
import type { ProtoChange } from '../faults/fault.js';
import { formatDuration } from '../model/duration.js';
import type { Experiment, Step } from '../model/experiment.js';

/** The step before all others, in which markers begin to be written, and the first should arrive; none without any. */
export function markerStep({ marker }: Experiment): readonly {
  readonly step: Step;
  readonly title: string;
  readonly made: { readonly batches: readonly (readonly ProtoChange[])[]; readonly leftAlone: readonly never[] };
}[] {
  if (!marker) return [];
  const { from, to, prefix, leadMs } = marker;
  const change: ProtoChange = {
    kind: 'reversible',
    attribute: 'marker.written',
    resource: {
      type: 'marker',
      region: from.region,
      id: markerId({ from: from.bucket, prefix, to }),
      name: `${from.region} → ${to.region}`,
    },
    before: null,
    after: 'written',
  };
  const title = `markers, ${formatDuration(leadMs)} ahead`;
  return [{ step: { kind: 'hold', forMs: leadMs }, title, made: { batches: [[change]], leftAlone: [] } }];
}
