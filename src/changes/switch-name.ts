/** A switch as changes name it: by its name, and a digest of how it is read and written. */
export interface SwitchName {
  readonly name: string;
  /** Hexadecimal digits. */
  readonly fingerprint: string;
}

/** One text for it: `edge-rules@5f3ab0c91d2e`. */
export function switchId({ name, fingerprint }: SwitchName): string {
  return `${name}@${fingerprint}`;
}

/** Reads it again. */
export function switchOf(id: string): SwitchName {
  const [name = '', fingerprint = ''] = id.split('@');
  return { name, fingerprint };
}
