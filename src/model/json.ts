/** A value that survives a round trip through JSON: what journals, plans and events hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Reads JSON text; throws SyntaxError as JSON.parse does. */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  return isJson(value) ? value : null;
}

/** What JSON.parse returns is JSON, whatever its depth. */
function isJson(value: unknown): value is Json {
  return value === null || ['boolean', 'number', 'string', 'object'].includes(typeof value);
}

/** Whether two JSON values are the same, the order of object keys aside. */
export function sameJson(a: Json, b: Json): boolean {
  return canonical(a) === canonical(b);
}

/** One text per value, whatever the order in which an object's keys were written. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
