import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../src/plan/permissions-statements.js';
import { actionsIn } from '../plan/iam.js';
import { newHome } from './home.js';

const documentOf = (text: string): PolicyDocument => JSON.parse(text) as PolicyDocument;

describe('kong policy', () => {
  it('refuses a target that is none, and a part that there is not', async () => {
    const { kong } = newHome();
    const unknown = await kong(['policy', 'us-esat-1']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('did you mean us-east-1');
    for (const part of ['2', '0', 'x']) {
      const exit = await kong(['policy', 'us-east-1a', '--part', part]);
      expect(exit.code, part).toBe(2);
      expect(exit.stdout).toBe('');
    }
    expect((await kong(['policy'])).code).toBe(2);
  });

  it.each(['text', 'json'])('prints the bare document to stdout as %s, and what to know to stderr', async (format) => {
    const { kong } = newHome();
    const { code, stdout, stderr } = await kong(['policy', 'us-east-1a', '--format', format]);
    expect(code).toBe(0);
    expect(documentOf(stdout).Version).toBe('2012-10-17');
    expect(Object.keys(documentOf(stdout))).toEqual(['Version', 'Statement']);
    expect(stderr).toContain('of the 6144 characters');
    expect(stderr).toContain('simulated world');
  });

  it('is silent beside the document with -q', async () => {
    expect((await newHome().kong(['policy', 'us-east-1a', '-q'])).stderr).toBe('');
  });

  it('of a saved plan is that of its experiment', async () => {
    const { kong } = newHome();
    await kong(['plan', 'us-east-1a', '--out', 'plan.json']);
    const saved = await kong(['policy', 'plan.json', '-q']);
    expect(saved.stdout).toBe((await kong(['policy', 'us-east-1a', '-q'])).stdout);
    expect(saved.code).toBe(0);
  });

  it('takes several targets, and asks for the opt-in tag that kong.yaml names', async () => {
    const { kong, home } = newHome();
    writeFileSync(path.join(home, 'kong.yaml'), 'version: 1\noptIn: { key: drills, value: welcome }\n');
    const { stdout } = await kong(['policy', 'us-east-1a', 'chaos-monkey-stop', '-q']);
    expect(actionsIn(documentOf(stdout))).toEqual(
      expect.arrayContaining(['ec2:ReplaceNetworkAclAssociation', 'ec2:StopInstances']),
    );
    expect(stdout).toContain('"aws:ResourceTag/drills": "welcome"');
    expect(stdout).not.toContain('kong:opt-in');
  });

  it('that is too long for IAM is said to be, and printed in parts that are not', async () => {
    const { kong } = newHome();
    const all = readdirSync('experiments').map((file) => path.resolve('experiments', file));
    const whole = await kong(['policy', ...all]);
    const parts = Number(/attach (\d+)/.exec(whole.stderr)?.[1]);
    expect(parts, whole.stderr).toBeGreaterThan(1);
    const printed = [];
    for (let part = 1; part <= parts; part++) {
      const { stdout, code } = await kong(['policy', ...all, '--part', String(part), '-q']);
      expect(code).toBe(0);
      expect(stdout.replace(/\s/g, '').length).toBeLessThanOrEqual(6_144);
      printed.push(documentOf(stdout));
    }
    const actions = printed.flatMap(actionsIn);
    expect([...new Set(actions)].sort()).toEqual(actionsIn(documentOf(whole.stdout)));
  });
});
