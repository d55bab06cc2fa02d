import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownFaults } from '../../src/cli/known-faults.js';
import { parseExperiment, type Parsed } from '../../src/experiment/parse.js';
import type { Params } from '../../src/model/param.js';

const PARAMS: Params = {
  percent: { kind: 'percent', min: 1, max: 100, default: 80, means: 'how much' },
  delay: { kind: 'duration', min: 1, max: 10_000, default: 200, means: 'how late' },
  port: { kind: 'whole', min: 1, max: 65_535, optional: 'every port', means: 'which port' },
  signal: { kind: 'choice', of: ['SIGTERM', 'SIGKILL'], default: 'SIGTERM', means: 'by which signal' },
  by: { kind: 'choice', of: ['signal', 'port'], default: 'signal', means: 'which way' },
  late: { kind: 'whole', min: 1, max: 9, default: 5, means: 'how late', appliesWhen: { by: 'port' } },
  grace: { kind: 'whole', min: 1, max: 9, optional: 'none', means: 'how long', appliesWhen: { port: true } },
  process: { kind: 'text', pattern: '[\\w.-]{1,15}', example: 'nginx', means: 'what is killed' },
};
const VALID = readFileSync('experiments/monkey-stop.yaml', 'utf8');
const known = { faults: [{ name: 'stress', scopes: ['instance'], params: PARAMS }] };

function parse(step: string): Parsed {
  const text = VALID.replaceAll('fault: instance-stop', `fault: ${step}`).replaceAll(
    'restore: instance-stop',
    'restore: stress',
  );
  return parseExperiment(text, 'x.yaml', { known });
}

function problems(step: string): readonly string[] {
  const parsed = parse(step);
  return parsed.ok ? [] : parsed.problems.map(({ message, fix }) => `${message} | ${fix ?? ''}`);
}

describe('a fault’s parameters', () => {
  it.each([
    ['percentage: 80%', 'stress has no parameter percentage', 'did you mean percent?'],
    ['percent: 80', 'percent of stress is no whole number of per cent: 80', 'write 1% to 100%'],
    ['percent: 0%', "percent of stress can't be 0%", 'write 1% to 100%'],
    ['percent: 101%', "percent of stress can't be 101%", 'write 1% to 100%'],
    ['delay: 200', 'delay of stress is no duration: 200', 'write 1ms to 10s'],
    ['delay: 11s', "delay of stress can't be 11s", 'write 1ms to 10s'],
    ['port: 80.5', 'port of stress is no whole number: 80.5', 'write 1 to 65535'],
    ['port: "80"', 'port of stress is no whole number: 80', 'write 1 to 65535'],
    ['port: true', 'port of stress is no whole number: true', 'write 1 to 65535'],
    ['signal: SIGKIL', "signal of stress can't be SIGKIL", 'did you mean SIGKILL?'],
    ['process: "a; rm -rf /"', "process of stress can't be a; rm -rf /", 'write one like nginx'],
  ])('are refused where they are %s', (written, message, fix) => {
    const also = written.startsWith('process') ? '' : ', process: nginx';
    expect(problems(`{ name: stress, ${written}${also} }`)).toEqual([`${message} | ${fix}`]);
  });

  it.each([
    ['late: 3', 'late of stress goes with by: port, and this is by: signal', 'take late away, or write by: port'],
    [
      'by: signal, late: 5',
      'late of stress goes with by: port, and this is by: signal',
      'take late away, or write by: port',
    ],
    ['grace: 3', 'grace of stress goes with port, and port is not given', 'take grace away, or write port'],
    ['by: prot, late: 3', "by of stress can't be prot", 'did you mean port?'],
  ])('are refused where they would have no effect: %s', (written, message, fix) => {
    expect(problems(`{ name: stress, process: nginx, ${written} }`)).toEqual([`${message} | ${fix}`]);
  });

  it('are taken where they have one', () => {
    expect(problems('{ name: stress, process: nginx, by: port, late: 3, port: 80, grace: 3 }')).toEqual([]);
  });

  it('are refused where one is left out that has no default', () => {
    expect(problems('stress')).toEqual(['stress needs process: what is killed | { name: stress, process: nginx }']);
  });

  it('are filled in where they have a default, and left out where none is needed', () => {
    const parsed = parse('{ name: stress, delay: 1s, process: nginx }');
    const step = parsed.ok ? parsed.experiment.method.find(({ kind }) => kind === 'fault') : undefined;
    expect(step).toMatchObject({ params: { percent: 80, delay: 1_000, signal: 'SIGTERM', process: 'nginx' } });
  });

  it('are read as they are written, for every percentage within the bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (percent) => {
        const parsed = parse(`{ name: stress, percent: ${percent}%, process: nginx }`);
        const step = parsed.ok ? parsed.experiment.method.find(({ kind }) => kind === 'fault') : undefined;
        expect(step).toMatchObject({ params: { percent } });
      }),
      { numRuns: 20 },
    );
  });
});

describe('a parameter of a fault that goes with one way of it alone', () => {
  const own = { faults: knownFaults() };

  it.each([
    ['edge-down-us-east-1', 'edge-down, by: targets, status: 404', 'status of edge-down goes with by: rule'],
    ['gorilla-evacuate-us-east-1a', 'az-evacuate, by: zonal-shift, addresses: keep', 'addresses of az-evacuate goes'],
  ])('is refused in %s with { name: %s }', (experiment, fault, message) => {
    const text = readFileSync(`experiments/${experiment}.yaml`, 'utf8');
    const written = text.replace(/^  - fault: .*$/m, `  - fault: { name: ${fault} }`);
    const parsed = parseExperiment(written, 'x.yaml', { known: own });
    expect(parsed.ok ? [] : parsed.problems.map((one) => one.message)).toEqual([expect.stringContaining(message)]);
    const line = written.split('\n').findIndex((one) => one.startsWith('  - fault:')) + 1;
    expect(parsed.ok ? [] : parsed.problems).toMatchObject([{ line }]);
  });

  it('is told on its page with what it goes with', () => {
    const page = readFileSync('docs/faults/edge-down.md', 'utf8');
    expect(page).toContain('the status that members get; only with by: rule');
  });
});
