import { KongError } from '../model/errors.js';

/** One destination in one route table. */
export interface RouteName {
  readonly table: string;
  readonly destination: string;
}

/** How a change names a route: `rtb-0123#10.2.0.0/16`. */
export function routeId({ table, destination }: RouteName): string {
  return `${table}#${destination}`;
}

/**
 * The route that a change names.
 * @throws KongError BAD_PLAN
 */
export function routeOf(id: string): RouteName {
  const [table, destination] = id.split('#');
  if (table === undefined || destination === undefined) {
    throw new KongError('BAD_PLAN', `${id} does not name a route: TABLE#DESTINATION`);
  }
  return { table, destination };
}
