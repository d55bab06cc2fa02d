import { EAST, WEST } from '../contract-world.js';
import type { Planned, Subject } from './driver-subjects.js';

const parameters = { DurationSeconds: '600', LoadPercent: '50', CPU: '0', InstallDependencies: 'True' };

export const ssmCommand: Subject = {
  attribute: 'ssmCommand.running',
  area: 'commands',
  goneIsFine: true,
  prepare: async (cloud) =>
    Promise.all(
      [EAST, WEST].map(async (region): Promise<Planned> => {
        const instances = [...(await cloud.group(region, 'web'))].sort();
        const after = { document: 'AWSFIS-Run-CPU-Stress', parameters, instances };
        return { resource: { type: 'command', region, id: `cpu-${region}` }, after };
      }),
    ),
  gone: () => Promise.resolve({ type: 'command', region: EAST, id: 'never-sent' }),
};
