import type { Cloud } from '../aws/cloud.js';
import { isActive } from '../inventory/read-fis.js';
import { taggedExperiments } from './fis-experiment-running.js';
import { taggedTemplates } from './fis-template-exists.js';
import { tagged, type Tagged } from './tagged.js';

/**
 * Every template and active experiment of AWS FIS in one region that carries a run's tags. Reads only.
 *
 * @throws KongError as the calls do
 */
export async function taggedInFis(region: string, cloud: Cloud): Promise<readonly Tagged[]> {
  const [templates, experiments] = await Promise.all([
    taggedTemplates(region, cloud),
    taggedExperiments(region, cloud),
  ]);
  return [
    ...templates.map(({ id, tags, description }) =>
      tagged({
        ...{ attribute: 'fisTemplate.exists', type: 'fis-template', region, id, tags, after: id },
        foreign: description.startsWith('kong: ') ? undefined : 'its description is none that kong writes',
      }),
    ),
    ...experiments
      .filter(({ summary }) => isActive(summary.status))
      .map(({ id, tags, summary }) => {
        const after = summary.template;
        const what = { attribute: 'fisExperiment.running', type: 'fis-experiment', region, id, tags, after } as const;
        // what else its run did is in the tags of what that created
        return { ...tagged({ ...what, foreign: undefined }), undo: { items: [], leftOut: [] } };
      }),
  ];
}
