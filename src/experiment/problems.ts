import type { Diagnostic } from './diagnostic.js';
import type { PathProblem, YamlDocument } from './yaml.js';

/** Collects the problems of a file, each at its path. */
export class Problems {
  private readonly list: Diagnostic[] = [];
  private readonly document: YamlDocument;

  constructor(document: YamlDocument) {
    this.document = document;
  }

  get found(): readonly Diagnostic[] {
    return this.list;
  }

  add(path: readonly PropertyKey[], message: string, fix?: string): void {
    this.list.push(this.document.problemAt(path, { message, ...(fix === undefined ? {} : { fix }) }));
  }

  /** The same for the key at a path, or for one place within the text that stands there. */
  addAt(path: readonly PropertyKey[], problem: PathProblem): void {
    this.list.push(this.document.problemAt(path, problem));
  }
}
