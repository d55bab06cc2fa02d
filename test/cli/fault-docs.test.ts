import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pageOf } from '../../src/cli/fault-pages.js';
import { FAULTS } from '../../src/faults/registry.js';
import { faultPage } from '../../src/report/fault-page.js';

const EXPERIMENTS = readdirSync('experiments').map((file) => readFileSync(`experiments/${file}`, 'utf8'));

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
