import type { SliTable } from './build.js';
import type { Problems } from './problems.js';
import type { ExperimentFile } from './schema.js';
import { suggestion } from './zod-problems.js';

/**
 * The SLI by which an observation sees traffic leave: it is there, tells regions apart, and is judged by nobody: it is
 * read in the dark region too, which is asked nothing any more.
 */
export function checkObserved(
  { method, blastRadius, steadyState, abort }: ExperimentFile,
  { slis }: SliTable,
  problems: Problems,
): void {
  for (const [index, { observe }] of method.entries()) {
    const id = observe?.traffic;
    if (id === undefined) continue;
    const path = ['method', index, 'observe', 'traffic'];
    const sli = slis.find((one) => one.id === id);
    if (!sli)
      problems.add(
        path,
        `no SLI ${id} is defined`,
        suggestion(
          id,
          slis.map((one) => one.id),
        ).fix,
      );
    else if (sli.per !== 'region') {
      problems.add(path, `${id} is one for all regions, and each region's traffic is compared`, 'give it per: region');
    } else if (sli.unit !== 'count') {
      problems.add(path, `${id} is in ${sli.unit}, and traffic is counted`, 'name an SLI whose unit is count');
    }
    if (blastRadius.scope !== 'region') {
      problems.add(path, 'traffic leaves a region, and this scope is none', 'take traffic away, or use scope: region');
    }
    if ([...steadyState, ...abort.when].some((one) => one.sli === id)) {
      problems.add(path, `${id} is judged too, and the dark region's is to go`, 'name an SLI that nothing else judges');
    }
  }
}
