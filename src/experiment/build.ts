import type { Experiment, Expectation, AbortRule, Sli, Threshold } from '../model/experiment.js';
import { buildBlastRadius } from './build-blast.js';
import { buildConditions } from './build-conditions.js';
import { checkEngine, checkFisRole } from './build-engine.js';
import { checkEscape } from './build-escape.js';
import { buildMarker, checkMarker } from './build-marker.js';
import { buildMethod } from './build-method.js';
import { checkObserved } from './build-observe.js';
import { buildSli } from './build-sli.js';
import type { Known } from './known.js';
import type { Parsed } from './parse.js';
import { Problems } from './problems.js';
import type { ExperimentFile } from './schema.js';
import { parseThreshold, UNITS } from './threshold.js';
import type { YamlDocument } from './yaml.js';
import { inOrder, suggestion } from './zod-problems.js';

/** Ties the parts of a file together: names that are used are defined, units fit, steps follow one another. */
export function buildExperiment(file: ExperimentFile, document: YamlDocument, known: Known): Parsed {
  const problems = new Problems(document);
  const blastRadius = buildBlastRadius(file.blastRadius, problems);
  const { scope, survivors, select: { domains } } = file.blastRadius;
  const dark = darkRegion(file.blastRadius);
  const slis = Object.entries(file.slis).map(([id, sli]) => buildSli(id, sli, { problems, dark }));
  const table = { slis, unread: [] };
  const steadyState = file.steadyState.map((one, index) =>
    buildExpectation(one, table, { path: ['steadyState', index], problems }));
  const when = file.abort.when.map((one, index) => buildRule(one, table, { path: ['abort', 'when', index], problems }));
  const conditions = buildConditions(file, table, problems);
  const byFis = file.engine === 'fis';
  const method = buildMethod(file.method, { scope, dark, whole: true, survivors, domains, byFis, known, problems });
  if (byFis) checkEngine(file.method, known, problems);
  checkFisRole(file, method, { known, problems });
  checkMarker(file, problems);
  checkObserved(file, table, problems);
  checkEscape(method, { isEscape: file.escape, scope, problems });
  if (problems.found.length > 0 || blastRadius === undefined) return { ok: false, problems: inOrder(problems.found) };
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
    ...(file.escape ? { escape: true as const } : {}),
    ...(conditions === undefined ? {} : { conditions }),
    ...(file.replication === undefined ? {} : { marker: buildMarker(file.replication.marker) }),
    ...(file.engine === 'fis' ? { engine: file.engine } : {}),
    ...(file.fis === undefined ? {} : { fis: file.fis }),
  };
  return { ok: true, experiment, warnings: [] };
}

/** The region in which nothing can be read, and to which nothing can go, once the fault strikes. */
export function darkRegion({ scope, region }: ExperimentFile['blastRadius']): string | undefined {
  return scope === 'region' ? region : undefined;
}

/** The SLIs that thresholds may name. */
export interface SliTable {
  readonly slis: readonly Sli[];
  /** Ids of SLIs that are there and could not be read: what names them can't be checked. */
  readonly unread: readonly string[];
}

interface At {
  readonly path: readonly PropertyKey[];
  readonly problems: Problems;
}

/** Stands in for what could not be read; an experiment with a problem is never returned. */
const NO_THRESHOLD: Threshold = { text: '', op: '<', limit: { kind: 'absolute', value: 0 } };

/** An expectation whose SLI is there, and whose unit is the SLI's. */
export function buildExpectation(
  { sli, expect, settle }: ExperimentFile['steadyState'][number],
  table: SliTable,
  at: At,
): Expectation {
  return { sli, expect: thresholdOf(sli, expect, table, { ...at, path: [...at.path, 'expect'] }), settleMs: settle };
}

/** An abort rule that can fire. */
export function buildRule(
  { sli, breach, for: forHow }: ExperimentFile['abort']['when'][number],
  table: SliTable,
  at: At,
): AbortRule {
  const [count = 1, of = 1] = forHow.split(/\s+of\s+/).map(Number);
  if (count < 1 || count > of || of > 1_000) {
    at.problems.add([...at.path, 'for'], `"${forHow}" can never be: ${count} of ${of} datapoints`, 'write "3 of 5"');
  }
  return { sli, breach: thresholdOf(sli, breach, table, { ...at, path: [...at.path, 'breach'] }), count, of };
}

function thresholdOf(id: string, text: string, { slis, unread }: SliTable, { path, problems }: At): Threshold {
  if (unread.includes(id)) return NO_THRESHOLD;
  const sli = slis.find((one) => one.id === id);
  if (!sli) {
    problems.add([...path.slice(0, -1), 'sli'], `no SLI ${id} is defined: this can never fire`, suggestion(id, [...slis.map((one) => one.id), ...unread]).fix);
    return NO_THRESHOLD;
  }
  const unit = UNITS.find((one) => one === sli.unit) ?? 'none';
  const threshold = parseThreshold(text, unit);
  if (!('message' in threshold)) return threshold;
  problems.add(path, threshold.message, threshold.fix);
  return NO_THRESHOLD;
}
