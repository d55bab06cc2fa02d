/**
 * What kong costs on this machine, now: medians of several runs of the built CLI, each beside its target.
 *
 *     npm run bench
 *     npm run bench -- abort      how fast a drill over the wire comes back; needs the tests' moto
 *     npm run bench -- tallies    only how much the tests last tried to break, and what stayed broken
 *
 * A figure is worth as much as the machine was quiet: the spread, the load and the processor's own time are printed
 * with it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const kong = path.join(root, 'bin/kong.js');
const scratch = mkdtempSync(path.join(tmpdir(), 'kong-bench-'));
const usageFile = path.join(scratch, 'usage');

const world = (name) => ['--world', path.join(root, `worlds/${name}.yaml`)];
/** Chaos Kong with a longer hold, so that it takes fifteen minutes of the world's time. */
const DRILL = ['drill', 'chaos-kong-us-east-1', '--set', 'method.2.hold=10m', '--speed', 'max', '--format', 'json'];

/**
 * Kilobytes at the peak and processor seconds, in user and in system mode. GNU time sees a process from outside;
 * without it the process itself writes them down as it ends.
 */
const hasGnuTime = /GNU/.test(String(spawnSync('/usr/bin/time', ['--version']).stdout));
const WRITE_USAGE = [
  "import { writeFileSync } from 'node:fs';",
  "process.on('exit', () => {",
  '  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();',
  '  const usage = [maxRSS, userCPUTime / 1e6, systemCPUTime / 1e6];',
  `  writeFileSync(${JSON.stringify(usageFile)}, usage.join(' '));`,
  '});',
].join('\n');

/** Runs Node with some arguments to its end: wall seconds and what it said. */
function timed(command, args) {
  const began = performance.now();
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: scratch,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = (performance.now() - began) / 1_000;
  if (error) throw error;
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status}\n${stderr}${stdout}`);
  return { seconds, stdout };
}

const node = (...args) => timed(process.execPath, args);

/** One whole drill in a process of its own, with a state folder of its own. */
function drill(name, ...more) {
  const state = mkdtempSync(path.join(scratch, 'state-'));
  const args = [kong, ...DRILL, ...world(name), '--state', state, ...more];
  const run = hasGnuTime
    ? timed('/usr/bin/time', ['-f', '%M %U %S', '-o', usageFile, process.execPath, ...args])
    : node('--import', `data:text/javascript,${encodeURIComponent(WRITE_USAGE)}`, ...args);
  rmSync(state, { recursive: true });
  const [kilobytes, user, system] = readFileSync(usageFile, 'utf8').trim().split(' ').map(Number);
  return {
    seconds: run.seconds,
    processorSeconds: user + system,
    mebibytes: kilobytes / 1_024,
    result: JSON.parse(run.stdout),
  };
}

/** Microseconds that one second of a world costs: an hour of history against a minute of it. */
function tickCost(name) {
  const show = (history) =>
    node(kong, 'world', 'show', '--format', 'json', ...world(name), '--set', `world.history=${history}`).seconds;
  return (1_000_000 * (show('1h') - show('1m'))) / (3_600 - 60);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const times = (runs, run) => Array.from({ length: runs }, () => run());

const rows = [];
const loadBefore = loadavg()[0];

/** Adds a line: the median of some values, between which they were, and what they should stay under. */
function report(what, values, { unit, digits = 0, target }) {
  const text = (value) => value.toFixed(digits);
  const middle = median(values);
  rows.push([
    what,
    `${text(middle)} ${unit}`,
    `${text(Math.min(...values))} to ${text(Math.max(...values))}, ${values.length} runs`,
    target === undefined ? '' : `${middle <= target ? 'within' : 'OVER'} ${target} ${unit}`,
  ]);
}

function startUp() {
  // one after the other, so that a busy moment hits all of them
  const runs = times(15, () => ({
    bare: node('-e', '0').seconds,
    version: node(kong, '--version').seconds,
    validate: node(kong, 'validate', path.join(root, 'experiments/kong-us-east-1.yaml')).seconds,
  }));
  const all = (name) => runs.map((run) => 1_000 * run[name]);
  const bare = median(all('bare'));
  report('node -e 0', all('bare'), { unit: 'ms' });
  report('kong --version', all('version'), { unit: 'ms' });
  report('  against node -e 0', all('version').map((ms) => ms / bare), { unit: 'x', digits: 2, target: 1.3 });
  report('kong validate', all('validate'), { unit: 'ms' });
  report('  against node -e 0', all('validate').map((ms) => ms / bare), { unit: 'x', digits: 2 });
}

function drills(name, runs, { seconds, mebibytes }, ...more) {
  const done = times(runs, () => drill(name, ...more));
  const [{ result }] = done;
  const minutes = (Date.parse(result.endedAt) - Date.parse(result.startedAt)) / 60_000;
  const what = `drill in ${name} (${minutes.toFixed(1)} min, ${result.outcome})`;
  report(what, done.map((one) => one.seconds), { unit: 's', digits: 2, target: seconds });
  report('  of a processor', done.map((one) => one.processorSeconds), { unit: 's', digits: 2 });
  report('  peak memory', done.map((one) => one.mebibytes), { unit: 'MiB', target: mebibytes });
  report('  AWS calls: reads', done.map((one) => one.result.awsCalls.read), { unit: 'calls' });
  report('  AWS calls: writes', done.map((one) => one.result.awsCalls.write), { unit: 'calls' });
  report('  AWS calls: throttled', done.map((one) => one.result.awsCalls.throttled), { unit: 'calls' });
}

/** In one process with the proxy that sees the calls, so only on request: it takes some minutes. */
async function aborts() {
  const { benchAbort } = await import('./bench-abort.js');
  if (await benchAbort(report)) return;
  console.error('there is no moto: npm run test:emulators installs it');
  process.exitCode = 1;
}

/** What the tests left about themselves when they last ran: they fail where anything stays broken. */
function tallies() {
  const folder = path.join(root, '.cache/tallies');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const notes = files.map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
  for (const figure of new Set(['crash points', 'API faults', 'real kills', ...notes.map((note) => note.figure)])) {
    const own = notes.filter((note) => note.figure === figure);
    if (own.length === 0) {
      rows.push([`${figure} tried`, 'not yet', 'npm test counts them', '']);
      continue;
    }
    const tried = own.reduce((sum, note) => sum + note.tried, 0);
    const days = own.map((note) => note.at.slice(0, 10)).sort();
    const samples = own.filter((note) => note.every > 1).length;
    const whole = samples === 0 ? 'every point' : `${samples} of ${own.length} sweeps are samples`;
    const when = days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`;
    rows.push([`${figure} tried`, String(tried), `${whole}, ${when}`, 'left broken 0']);
  }
}

async function everything() {
  startUp();
  drills('streaming', 5, { seconds: 1.5, mebibytes: 150 });
  drills('fleet', 5, { seconds: 5, mebibytes: 400 }, '--set', 'blastRadius.limits.instances=5000');
  report('one tick, 54 instances (streaming)', times(5, () => tickCost('streaming')), { unit: 'µs' });
  report('one tick, 10,008 instances (fleet)', times(5, () => tickCost('fleet')), { unit: 'µs' });
  tallies();
}

try {
  if (process.argv.includes('abort')) await aborts();
  else if (process.argv.includes('tallies')) tallies();
  else await everything();
} finally {
  rmSync(scratch, { recursive: true });
}

const [model] = cpus();
const load = `load ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`;
console.log(`Node ${process.version}, ${cpus().length} × ${model?.model ?? 'unknown processor'}, ${load}`);
const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
for (const [what, value, ...rest] of rows) {
  const aligned = rest.map((text, i) => text.padEnd(widths[i + 2]));
  const cells = [what.padEnd(widths[0]), value.padStart(widths[1]), ...aligned];
  console.log(cells.join('  ').trimEnd());
}
