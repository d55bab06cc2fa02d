import type { Files } from '../model/ports.js';

/** An experiment file as it is found by name. */
export interface ExperimentFile {
  readonly file: string;
  /** The file's name without its ending. */
  readonly base: string;
  /** What the experiment calls itself. */
  readonly name: string;
  readonly text: string;
}

/** The experiment files of some folders, the first folder's first; a base that stands in two counts once. */
export function listExperiments(folders: readonly string[], files: Files): readonly ExperimentFile[] {
  const found = folders.flatMap((folder) =>
    files
      .list(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => toFile(files, `${folder}/${name}`, name.replace(/\.ya?ml$/, ''))),
  );
  return [...new Map(found.reverse().map((file) => [file.base, file])).values()].reverse();
}

function toFile(files: Files, file: string, base: string): ExperimentFile {
  const text = files.read(file) ?? '';
  return { file, base, text, name: /^name:\s*['"]?([\w./-]+)/m.exec(text)?.[1] ?? base };
}
