import * as z from 'zod';

/** Every key that a schema knows at a path, all alternatives together. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const start: readonly unknown[] = [schema];
  const there = path.reduce((nodes, part) => nodes.flatMap((node) => stepInto(node, part)), start);
  const keysOf = (node: unknown): readonly string[] => (node instanceof z.ZodObject ? Object.keys(node.shape) : []);
  return [...new Set(there.flatMap(unwrap).flatMap(keysOf))];
}

/** What a schema checks once what may be left out, has a default or is made into something else is peeled off. */
function unwrap(node: unknown): readonly unknown[] {
  if (node instanceof z.ZodUnion) return node.options.flatMap(unwrap);
  if (node instanceof z.ZodOptional || node instanceof z.ZodNullable) return unwrap(node.unwrap());
  if (node instanceof z.ZodDefault || node instanceof z.ZodPrefault) return unwrap(node.unwrap());
  if (node instanceof z.ZodPipe) return unwrap(node.in instanceof z.ZodTransform ? node.out : node.in);
  return node instanceof z.ZodLazy ? unwrap(node.unwrap()) : [node];
}

function stepInto(node: unknown, part: PropertyKey): readonly unknown[] {
  return unwrap(node).flatMap((one) => {
    if (one instanceof z.ZodArray) return [one.element];
    if (one instanceof z.ZodRecord) return [one.valueType];
    const inner: unknown = one instanceof z.ZodObject ? Reflect.get(one.shape, part) : undefined;
    return inner === undefined ? [] : [inner];
  });
}
