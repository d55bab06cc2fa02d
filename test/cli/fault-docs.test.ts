import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pageOf } from '../../src/cli/fault-pages.js';
import { FAULTS } from '../../src/faults/registry.js';
import { faultPage } from '../../src/report/fault-page.js';
import { runKong } from '../emulators/kong.js';

const EXPERIMENTS = readdirSync('experiments').map((file) => readFileSync(`experiments/${file}`, 'utf8'));

describe('kong faults NAME', () => {
  it('says what it takes to use it, in text and in JSON', async () => {
    const { stdout } = await runKong(['faults', 'edge-down'], { cwd: '.' });
    expect(stdout).toContain('  writes by: ec2:AuthorizeSecurityGroupIngress, ');
    expect(stdout).toContain('  calls: listenerRule.exists 2 for one change, 200 for a hundred; ');
    expect(stdout).toContain('  cost: AWS charges nothing for these calls.\n');
    expect(stdout).toContain('  example: kong drill edge-silent-us-east-1\n');
    const json = await runKong(['faults', 'fis', '--format', 'json'], { cwd: '.' });
    const cost: unknown = expect.stringContaining('$0.10');
    expect(JSON.parse(json.stdout)).toMatchObject({ faults: [{ cost, examples: ['gorilla-fis-action'] }] });
  });

  it('leaves that out of the list of all', async () => {
    expect((await runKong(['faults'], { cwd: '.' })).stdout).not.toMatch(/writes by|cost: /);
  });
});

describe('every fault', () => {
  it.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    '%s has the page that `npm run docs` writes',
    (name, fault) => {
      const committed = readFileSync(`docs/faults/${name}.md`, 'utf8');
      expect(committed.startsWith(faultPage(pageOf(fault)))).toBe(true);
      expect(committed).toContain('(../../experiments/');
    },
  );

  it.each(FAULTS.map(({ name }) => name))('%s is used by an experiment of this repository', (name) => {
    expect(EXPERIMENTS.filter((text) => new RegExp(`fault: (\\{ name: )?${name}\\b`).test(text))).not.toEqual([]);
  });

  it.each(FAULTS)(
    '$name names what it changes, and the permissions for it',
    ({ attributes, irreversible, ...fault }) => {
      expect(attributes.length + irreversible.length).toBeGreaterThan(0);
      const page = pageOf({ ...fault, attributes, irreversible });
      for (const part of [...page.attributes, ...page.irreversible])
        expect(part.writes, JSON.stringify(part)).not.toEqual([]);
    },
  );
});
