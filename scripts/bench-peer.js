/**
 * kong beside Chaos Toolkit, in the same run: both take the power from a zone of the same world in moto, and put it
 * back. What is counted is what arrives at a proxy before moto; after each run the world must be as it was.
 *
 *     npm run bench:peer               18 and 999 instances, then 4,998; some minutes
 *     npm run bench:peer -- small      18 instances only
 *
 * Installs both the peer and moto into .cache/peer/ (wants python3 with venv, and PyPI).
 */
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startMetrics, startMoto, startProxy } from './bench-rig.js';
import { installPeer } from './bench-peer/install.js';
import { runKong, runPeer, SCENARIOS } from './bench-peer/runs.js';
import { REGION, seed, snapshot } from './bench-peer/seed.js';

/** Targets are for the whole of a loss of power, and for the part of the network alone. */
const SIZES = [
  { name: 'small', instances: 18, subnets: 1, runs: 5, calls: 25, ratio: 0.5 },
  { name: 'large', instances: 999, subnets: 34, runs: 3, calls: 110, seconds: 4 },
  { name: 'huge', instances: 4_998, subnets: 34, runs: 1, only: ['power'] },
];

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rows = [['', 'kong', 'of them gates, watching', 'peer', 'ratio', 'target']];

/** Runs a tool so often, and proves after each run that nothing is left changed. */
async function measure(times, port, act) {
  const before = await snapshot(port);
  const all = [];
  for (let n = 0; n < times; n++) {
    const done = await act().catch((error) => ({ calls: [], seconds: NaN, gaveUp: true, error }));
    const after = await snapshot(port);
    const changed = after.filter((line) => !before.includes(line)).length;
    all.push({ ...done, changed });
    if (changed > 0) break;
  }
  return all;
}

function report({ instances, subnets, calls, ratio, seconds }, scenario, { kong, peer }) {
  const of = (runs, value) => median(runs.map(value));
  const what = `${instances.toLocaleString('en')} instances, ${subnets} of ${3 * subnets} subnets, ${scenario}`;
  const [own, theirs] = [of(kong, (run) => run.calls.length), of(peer, (run) => run.calls.length)];
  const beside = `${of(kong, (run) => run.asking)} + ${of(kong, (run) => run.watching)}`;
  rows.push([`${what}: calls`, own, beside, theirs, ratioOf(own, theirs), verdict(own, calls)]);
  const drill = of(kong, (run) => run.calls.length - run.asking - run.watching);
  rows.push(['  without gates and watching', drill, '', theirs, ratioOf(drill, theirs), verdict(drill, calls)]);
  const [ownTime, theirTime] = [of(kong, (run) => run.seconds), of(peer, (run) => run.seconds)];
  const limit = seconds ?? (ratio === undefined ? undefined : ratio * theirTime);
  const times = [ownTime, theirTime].map((time) => time.toFixed(2));
  rows.push(['  seconds', times[0], '', times[1], ratioOf(ownTime, theirTime), verdict(ownTime, limit)]);
  rows.push(['  ended well, nothing left changed', ended(kong), '', ended(peer), '', '']);
}

const ratioOf = (own, theirs) => (own / theirs).toFixed(2);

function verdict(value, limit) {
  if (limit === undefined) return '';
  return `${value <= limit ? 'within' : 'OVER'} ${Number.isInteger(limit) ? limit : limit.toFixed(2)}`;
}

function ended(runs) {
  const well = runs.filter((run) => run.gaveUp !== true && run.changed === 0).length;
  const left = runs.reduce((sum, run) => sum + run.changed, 0);
  return `${well} of ${runs.length}${left === 0 ? '' : `, ${left} left changed`}`;
}

/** A world of this size, broken by one of the tools so often as the size says. */
async function runsOf(tool, size, { scenario, bin }) {
  const moto = await startMoto(path.join(bin, 'python'));
  const proxy = await startProxy(moto.port);
  await seed(moto.port, size);
  const metrics = startMetrics(moto.port, REGION);
  await pause(2_500);
  try {
    const act = tool === 'kong' ? () => runKong(proxy, scenario) : () => runPeer(proxy, scenario, bin);
    const done = await measure(size.runs, moto.port, act);
    for (const { error } of done) if (error) console.error(error.message);
    return done;
  } finally {
    await metrics.stop();
    proxy.stop();
    moto.stop();
  }
}

/** Each in a moto of its own: what one leaves behind is not the other's. */
async function compare(size, bin) {
  for (const name of size.only ?? Object.keys(SCENARIOS)) {
    const how = { scenario: SCENARIOS[name], bin };
    report(size, name, { kong: await runsOf('kong', size, how), peer: await runsOf('peer', size, how) });
  }
}

// the SDK would warn of its own plans for Node 20 among the figures
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const wanted = process.argv.slice(2);
const loadBefore = loadavg()[0];
const bin = installPeer();
for (const size of SIZES) {
  if (wanted.length > 0 && !wanted.includes(size.name)) continue;
  console.error(`${size.instances} instances…`);
  await compare(size, bin);
}
const load = `load ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`;
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${load}`);
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
for (const [what, ...cells] of rows) {
  const aligned = cells.map((cell, n) => String(cell).padStart(widths[n + 1]));
  console.log([what.padEnd(widths[0]), ...aligned].join('  ').trimEnd());
}
