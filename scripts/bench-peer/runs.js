/** One run of each tool, as a process of its own, through the proxy that counts. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { root, WATCHED } from '../bench-rig.js';
import { REGION, ZONE } from './seed.js';

/** What is compared: what each tool is asked to do to the zone. */
export const SCENARIOS = {
  power: { fault: 'az-power-loss', peer: ['asg', 'network', 'instance'] },
  network: { fault: 'az-blackout', peer: ['network'] },
};
const HOLD_MS = 1_000;
/** What kong reads to judge how the system fares. */
const WATCHING = ['GetMetricData'];
/** What it asks before it breaks anything: who it is, and what speaks against it. */
const ASKING = ['GetCallerIdentity', 'DescribeInstanceRefreshes', 'experiments'];

/** A short one: only what it costs is measured. */
const experimentOf = (fault) => `version: 1
name: bench-gorilla
hypothesis: It costs little to break a zone and to mend it.
owner: bench@example.com
blastRadius:
  scope: az
  az: ${ZONE}
  select: { tags: { AZ_FAILURE: ["True"] } }
  limits: { instances: 10000, share: 100% }
${WATCHED}abort:
  missingData: 2m
  when:
    - { sli: latency, breach: "> 500ms", for: 1 of 1 }
poll: 5s
baseline: 10s
rollback: { within: 30m }
method:
  - fault: ${fault}
  - hold: ${HOLD_MS}ms
  - restore: ${fault}
`;

/** A drill by kong: calls, and seconds from the start of the process until everything was put back and read again. */
export async function runKong(proxy, { fault }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'kong-bench-'));
  const file = path.join(folder, 'gorilla.yaml');
  writeFileSync(file, experimentOf(fault));
  const args = ['drill', file, '--on', 'aws', '--endpoint-url', proxy.endpoint, '--format', 'json'];
  const exit = await run(process.execPath, [path.join(root, 'bin/kong.js'), ...args], { proxy, folder });
  const result = exit.stdout === '' ? undefined : JSON.parse(exit.stdout);
  rmSync(folder, { recursive: true });
  if (exit.code !== 0) throw new Error(`kong ended with ${exit.code}: ${result?.summary ?? ''}\n${exit.stderr}`);
  const recovery = result.phases.find((phase) => phase.name === 'recovery');
  const waitedMs = Date.parse(recovery.endedAt) - Date.parse(recovery.startedAt);
  const of = (names) => exit.calls.filter((action) => names.includes(action)).length;
  return {
    calls: exit.calls,
    watching: of(WATCHING),
    asking: of(ASKING),
    seconds: (exit.ms - waitedMs - HOLD_MS) / 1_000,
    wholeSeconds: exit.ms / 1_000,
  };
}

/** The same by Chaos Toolkit. `gaveUp`: an action or a rollback of it failed. */
export async function runPeer(proxy, { peer }, bin) {
  const folder = mkdtempSync(path.join(tmpdir(), 'peer-bench-'));
  writeFileSync(path.join(folder, 'gorilla.json'), JSON.stringify(peerExperiment(peer, folder)));
  const args = ['--no-version-check', '--no-log-file', 'run', '--rollback-strategy', 'always', 'gorilla.json'];
  const exit = await run(path.join(bin, 'chaos'), args, { proxy, folder });
  const journal = JSON.parse(readFileSync(path.join(folder, 'journal.json'), 'utf8'));
  rmSync(folder, { recursive: true });
  const failed = [...journal.run, ...journal.rollbacks].filter((activity) => activity.status !== 'succeeded');
  return { calls: exit.calls, seconds: exit.ms / 1_000, gaveUp: failed.length > 0 };
}

function peerExperiment(parts, folder) {
  const activity = (name, kind) => {
    const state_path = path.join(folder, `${name}.json`);
    const tags = [{ Key: 'AZ_FAILURE', Value: 'True' }];
    const own = name === 'asg' ? { tags } : { failure_type: name };
    const fail = { az: ZONE, dry_run: false, state_path, ...own };
    return {
      type: 'action',
      name: `${kind} ${name}`,
      provider: {
        type: 'python',
        module: `azchaosaws.${name === 'asg' ? 'asg' : 'ec2'}.actions`,
        func: kind,
        arguments: kind === 'fail_az' ? fail : { state_path },
      },
    };
  };
  return {
    version: '1.0.0',
    title: 'Gorilla',
    description: 'A zone loses its power.',
    configuration: { aws_region: REGION },
    method: parts.map((name) => activity(name, 'fail_az')),
    rollbacks: [...parts].reverse().map((name) => activity(name, 'recover_az')),
  };
}

async function run(command, args, { proxy, folder }) {
  proxy.calls.length = 0;
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: proxy.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: REGION,
  };
  const began = performance.now();
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (said[name] += text));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { ...said, code, ms: performance.now() - began, calls: proxy.calls.map(({ action }) => action) };
}
