import type { Files } from '../../src/model/ports.js';

/** A disk in memory, that can be full, and that outlives the drill which wrote to it. */
export class MemoryFiles implements Files {
  readonly contents = new Map<string, string>();
  /** Called before each change of the disk; throws where the disk does. */
  beforeWrite: (path: string) => void = () => undefined;

  read(path: string): string | undefined {
    return this.contents.get(path);
  }

  write(path: string, text: string): void {
    this.beforeWrite(path);
    this.contents.set(path, text);
  }

  append(path: string, text: string): void {
    this.beforeWrite(path);
    this.contents.set(path, (this.contents.get(path) ?? '') + text);
  }

  createNew(path: string, text: string): boolean {
    this.beforeWrite(path);
    if (this.contents.has(path)) return false;
    this.contents.set(path, text);
    return true;
  }

  replace(path: string, { from, to }: { readonly from: string; readonly to: string | undefined }): boolean {
    if (this.contents.get(path) !== from) return false;
    if (to === undefined) this.remove(path);
    else this.write(path, to);
    return true;
  }

  list(path: string): readonly string[] {
    const prefix = `${path}/`;
    const names = [...this.contents.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length).split('/')[0] ?? '');
    return [...new Set(names)].sort();
  }

  remove(path: string): void {
    for (const name of [...this.contents.keys()])
      if (name === path || name.startsWith(`${path}/`)) this.contents.delete(name);
  }
}
