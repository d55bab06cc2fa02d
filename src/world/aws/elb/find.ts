import { AwsFault } from '../aws-fault.js';
import type { TargetGroupRow } from '../balancer-rows.js';
import type { CallContext } from '../operation.js';
import type { PageRequest } from '../page.js';

interface PagedInput {
  readonly Marker?: string | undefined;
  readonly PageSize?: number | undefined;
}

/** How Elastic Load Balancing pages its lists. */
export function elbPage({ Marker, PageSize }: PagedInput, { sim }: CallContext): PageRequest {
  return { token: Marker, max: PageSize, pageSize: sim.behaviour.pageSize, badToken: 'ValidationError' };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * The rows that a call names, by Amazon resource name or by name; all where it names none.
 * @param code - the error for one that is not there
 */
export function picked<R extends Named>(
  rows: readonly R[],
  by: { readonly arns: readonly string[] | undefined; readonly names: readonly string[] | undefined },
  code: string,
): readonly R[] {
  const wanted = by.arns ?? by.names ?? [];
  if (wanted.length === 0) return rows;
  return wanted.map((one) => {
    const row = rows.find(({ id, name }) => one === id || one === name);
    if (row) return row;
    throw new AwsFault(code, `One or more of what was named was not found: '${one}'`);
  });
}

/**
 * A target group of the call's region by its Amazon resource name.
 * @throws AwsFault where there is none
 */
export function targetGroupOf(arn: string | undefined, { sim, region }: CallContext): TargetGroupRow {
  const row = sim.store.targetGroups.get(arn ?? '');
  if (row?.region !== region)
    throw new AwsFault('TargetGroupNotFoundException', `One or more target groups not found: '${arn ?? ''}'`);
  return row;
}
