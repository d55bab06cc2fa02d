import type { Experiment, Expectation, AbortRule, Sli, Threshold } from '../model/experiment.js';
import { buildBlastRadius } from './build-blast.js';
import { buildMethod } from './build-method.js';
import { buildSli } from './build-sli.js';
import type { Known } from './known.js';
import type { Parsed } from './parse.js';
import { Problems } from './problems.js';
import type { ExperimentFile } from './schema.js';
import { parseThreshold, UNITS } from './threshold.js';
import type { YamlDocument } from './yaml.js';
import { suggestion } from './zod-problems.js';

/** Ties the parts of a file together: names that are used are defined, units fit, steps make sense after one another. */
export function buildExperiment(file: ExperimentFile, document: YamlDocument, known: Known): Parsed {
  const problems = new Problems(document);
  const blastRadius = buildBlastRadius(file.blastRadius, problems);
  const slis = Object.entries(file.slis).map(([id, sli]) => buildSli(id, sli, problems));
  const steadyState = file.steadyState.map((one, index) => buildExpectation(one, slis, { path: ['steadyState', index], problems }));
  const when = file.abort.when.map((one, index) => buildRule(one, slis, { path: ['abort', 'when', index], problems }));
  const method = buildMethod(file.method, { scope: file.blastRadius.scope, survivors: file.blastRadius.survivors, known, problems });
  if (problems.found.length > 0 || blastRadius === undefined) return { ok: false, problems: problems.found };
  const shortest = Math.min(...slis.map((sli) => sli.periodMs));
  const experiment: Experiment = {
    name: file.name,
    hypothesis: file.hypothesis,
    owner: file.owner,
    blastRadius,
    slis,
    steadyState,
    abort: { missingDataMs: file.abort.missingData, when },
    pollMs: file.poll ?? Math.max(1_000, shortest),
    baselineMs: file.baseline,
    objectives: { rtoMs: file.objectives.rto, rpoMs: file.objectives.rpo },
    rollbackWithinMs: file.rollback.within,
    method,
  };
  return { ok: true, experiment, warnings: [] };
}

interface At {
  readonly path: readonly PropertyKey[];
  readonly problems: Problems;
}

/** Stands in for what could not be read; an experiment with a problem is never returned. */
const NO_THRESHOLD: Threshold = { text: '', op: '<', limit: { kind: 'absolute', value: 0 } };

function buildExpectation({ sli, expect, settle }: ExperimentFile['steadyState'][number], slis: readonly Sli[], at: At): Expectation {
  return { sli, expect: thresholdOf(sli, expect, slis, { ...at, path: [...at.path, 'expect'] }), settleMs: settle };
}

function buildRule({ sli, breach, for: forHow }: ExperimentFile['abort']['when'][number], slis: readonly Sli[], at: At): AbortRule {
  const [count = 1, of = 1] = forHow.split(/\s+of\s+/).map(Number);
  if (count < 1 || count > of || of > 1_000) {
    at.problems.add([...at.path, 'for'], `"${forHow}" can never be: ${count} of ${of} datapoints`, 'write "3 of 5"');
  }
  return { sli, breach: thresholdOf(sli, breach, slis, { ...at, path: [...at.path, 'breach'] }), count, of };
}

function thresholdOf(id: string, text: string, slis: readonly Sli[], { path, problems }: At): Threshold {
  const sli = slis.find((one) => one.id === id);
  if (!sli) {
    problems.add([...path.slice(0, -1), 'sli'], `no SLI ${id} is defined: this can never fire`, suggestion(id, slis.map((one) => one.id)).fix);
    return NO_THRESHOLD;
  }
  const unit = UNITS.find((one) => one === sli.unit) ?? 'none';
  const threshold = parseThreshold(text, unit);
  if (!('message' in threshold)) return threshold;
  problems.add(path, threshold.message, threshold.fix);
  return NO_THRESHOLD;
}
