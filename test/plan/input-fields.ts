/** A command's input, whichever it is. */
export type Input = Readonly<Record<string, unknown>>;

/** A field that is a text; empty where it is none. */
export function text(input: Input, key: string): string {
  const value = input[key];
  return typeof value === 'string' ? value : '';
}

/** A field's texts. */
export function list(input: Input, key: string): readonly string[] {
  const value = input[key];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** A field's objects. */
export function objects(input: Input, key: string): readonly Input[] {
  const value = input[key];
  return Array.isArray(value) ? value.map((one) => Object(one) as Input) : [];
}
