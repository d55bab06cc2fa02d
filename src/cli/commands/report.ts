import { runFolder } from '../../drill/runs.js';
import { KongError } from '../../model/errors.js';
import type { Files } from '../../model/ports.js';
import type { Result } from '../../model/run.js';
import { jsonText } from '../../report/json.js';
import { historyText } from '../../report/history-text.js';
import { resultJson, resultMarkdown, resultText } from '../../report/result-text.js';
import type { CommonOptions } from '../options.js';
import { colourFor, columnsOf } from '../render.js';
import { thisOutside } from '../wire.js';

/** `kong report [RUN]`: a result that was written before, as `kong drill` printed it. */
export async function report(name: string | undefined, options: CommonOptions): Promise<number> {
  const outside = thisOutside(options);
  const results = readResults(options.state, outside.files);
  const result = name === undefined ? results.at(-1) : results.find((one) => one.run === name);
  if (!result) {
    const latest = results.at(-1);
    throw new KongError('UNKNOWN_RUN', name === undefined ? 'no run has ended yet' : `no run ${name} has ended here`, {
      fix: latest
        ? `the latest is ${latest.run}; kong history lists them`
        : 'kong drill us-east-1 makes one; check --state',
    });
  }
  const told = { colour: colourFor('stdout', options, outside), ...columnsOf(outside) };
  outside.terminal.out(render(result, options, told));
  return 0;
}

function render(
  result: Result,
  { format, state }: CommonOptions,
  told: { readonly colour: boolean; readonly width?: number },
): string {
  if (format === 'json' || format === 'ndjson') return resultJson(result);
  if (format === 'markdown') return resultMarkdown(result);
  return resultText(result, { ...told, folder: runFolder(state, result.run) });
}

/** `kong history`: one line for each run that ended, the latest last. */
export async function history(options: CommonOptions): Promise<number> {
  const outside = thisOutside(options);
  const results = readResults(options.state, outside.files);
  const json = options.format === 'json' || options.format === 'ndjson';
  outside.terminal.out(
    json
      ? jsonText({
          schema: 'kong/history/v1',
          runs: results.map(({ run, experiment, on, outcome, startedAt, summary }) => ({
            run,
            experiment,
            on,
            outcome,
            startedAt,
            summary,
          })),
        })
      : historyText(results, { colour: colourFor('stdout', options, outside) }),
  );
  return 0;
}

function readResults(state: string, files: Files): readonly Result[] {
  return files.list(`${state}/runs`).flatMap((run) => parse(files.read(`${runFolder(state, run)}/result.json`)) ?? []);
}

function parse(text: string | undefined): Result | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isResult(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Only kong writes that schema, and whole. */
function isResult(value: unknown): value is Result {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'kong/result/v1';
}
