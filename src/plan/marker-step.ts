import { markerId } from '../changes/marker-name.js';
import type { ProtoChange } from '../faults/fault.js';
import { formatDuration } from '../model/duration.js';
import type { Experiment, Step } from '../model/experiment.js';
import type { Forecast } from '../model/plan.js';

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

/** The same with the markers that are written while the method goes on. */
export function withMarkers(forecast: Forecast, { marker }: Experiment): Forecast {
  return marker ? { ...forecast, writeCalls: forecast.writeCalls + written(marker.everyMs, forecast) } : forecast;
}

/** What a person should know of the markers before they are written; nothing where there are none. */
export function markerNotes({ marker }: Experiment, forecast: Forecast): readonly string[] {
  if (!marker) return [];
  const { from, to, prefix, everyMs } = marker;
  const many = `about ${written(everyMs, forecast)} small objects, one every ${formatDuration(everyMs)},`;
  return [
    `markers: ${many} below ${prefix} in ${from.region}/${from.bucket}, looked for in ${to.region}/${to.bucket}; ` +
      'all are deleted at the end, on both sides',
  ];
}

function written(everyMs: number, { methodSeconds }: Forecast): number {
  return Math.ceil((methodSeconds * 1_000) / everyMs);
}
