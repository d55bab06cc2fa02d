import type { ExperimentTemplate } from '@aws-sdk/client-fis';
import type { Cloud } from '../aws/cloud.js';
import { fisTemplateSchema } from '../experiment/fis-template.js';
import type { FisTemplate } from '../model/fis-template.js';
import { KongError } from '../model/errors.js';
import type { NamedFisTemplate, RegionInventory } from '../model/inventory.js';

/**
 * Templates by their ids, one call each; one that is not there is left out: it may be another region's.
 *
 * @throws KongError as the call does
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_GetExperimentTemplate.html
 */
export async function readFisTemplates(
  ids: readonly string[] | undefined,
  region: string,
  cloud: Cloud,
): Promise<Pick<RegionInventory, 'fisTemplates'>> {
  if (ids === undefined || ids.length === 0) return {};
  const { GetExperimentTemplateCommand } = await import('@aws-sdk/client-fis');
  const client = await cloud.fis(region);
  const read = await Promise.all(
    ids.map(async (id): Promise<readonly NamedFisTemplate[]> => {
      try {
        const { experimentTemplate } = await client.send(new GetExperimentTemplateCommand({ id }));
        return [{ id, template: templateFrom(id, experimentTemplate) }];
      } catch (error) {
        if (!(error instanceof KongError) || error.code !== 'NOT_FOUND') throw error;
        return [];
      }
    }),
  );
  return { fisTemplates: read.flat() };
}

function templateFrom(id: string, template: ExperimentTemplate | undefined): FisTemplate {
  const read = fisTemplateSchema.safeParse(template);
  if (read.success) return read.data;
  throw new KongError('AWS_SERVICE', `the template ${id} of AWS FIS is not as its documentation says`);
}
