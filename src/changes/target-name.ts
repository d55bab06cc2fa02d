import { KongError } from '../model/errors.js';

/** One target of one target group. */
export interface TargetName {
  readonly targetGroup: string;
  readonly instance: string;
  readonly port: number;
}

/** How a change names a target: `ARN#i-0123#443`. */
export function targetId({ targetGroup, instance, port }: TargetName): string {
  return [targetGroup, instance, String(port)].join('#');
}

/**
 * The target that a change names.
 * @throws KongError BAD_PLAN
 */
export function targetOf(id: string): TargetName {
  const [targetGroup, instance, port] = id.split('#');
  if (targetGroup === undefined || instance === undefined || port === undefined) {
    throw new KongError('BAD_PLAN', `${id} does not name a target: ARN#INSTANCE#PORT`);
  }
  return { targetGroup, instance, port: Number(port) };
}
