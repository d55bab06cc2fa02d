import { describe, expect, it } from 'vitest';
import type { ProtoChange } from '../../src/faults/fault.js';
import { canFis, fisParts, type FisMaking } from '../../src/faults/fis-parts.js';
import { FAULTS } from '../../src/faults/registry.js';
import { lossOf } from '../../src/experiment/fis-actions.js';
import type { SentCommand } from '../../src/model/sent-command.js';

const REGION = 'us-gov-west-1';

function making(changes: readonly ProtoChange[], lastsMs = 200_000): FisMaking {
  const who = { role: 'arn:aws-us-gov:iam::1:role/fis', stopAlarms: [], account: '1', region: REGION };
  return { description: 'a test', changes, lastsMs, ...who };
}

function command(id: string, many: number): ProtoChange {
  const instances = Array.from({ length: many }, (_, index) => `i-${index}`);
  const parameters = { DurationSeconds: '290', LoadPercent: '50' };
  const after: SentCommand = { document: 'AWSFIS-Run-CPU-Stress', parameters, instances };
  const resource = { type: 'command', region: REGION, id } as const;
  return { kind: 'reversible', attribute: 'ssmCommand.running', resource, before: null, after };
}

describe('what AWS FIS carries out', () => {
  it('has no action for a process that is killed, nor for a failover', () => {
    const lost = { kind: 'irreversible', attribute: 'process.kill', loses: 'work' } as const;
    const resource = { type: 'instance', region: REGION, id: 'i-1' } as const;
    expect(() => fisParts(making([{ ...lost, resource }]))).toThrow('AWS FIS has no action for process.kill');
    const able = FAULTS.filter(canFis).map(({ name }) => name);
    expect(able).not.toContain('instance-kill-process');
    expect(able).not.toContain('db-failover');
  });

  it('runs at most fifty instances at once', () => {
    expect(() => fisParts(making([command('cpu', 51)]))).toThrow('50 at most, not 51');
  });

  it('is every stress inside instances, by its document', () => {
    const able = FAULTS.filter(canFis).map(({ name }) => name);
    const stress = ['cpu', 'memory', 'disk', 'latency', 'loss'].map((one) => `instance-${one}`);
    expect(able).toEqual(expect.arrayContaining([...stress, 'az-slow']));
  });

  it('lasts as long by the clock of its document as by that of its action, in whole minutes', () => {
    const { actions } = fisParts(making([command('instance-cpu-1-1', 2)])).template;
    const { actionId, parameters = {} } = actions['instance-cpu-1-1'] ?? {};
    expect(actionId).toBe('aws:ssm:send-command');
    expect(parameters).toMatchObject({
      documentArn: 'arn:aws-us-gov:ssm:us-gov-west-1::document/AWSFIS-Run-CPU-Stress',
      duration: 'PT4M',
    });
    expect(JSON.parse(parameters.documentParameters ?? '')).toEqual({ DurationSeconds: '240', LoadPercent: '50' });
  });

  it('names five instances in each action', () => {
    const { actions, targets = {} } = fisParts(making([command('cpu', 12)])).template;
    expect(Object.keys(actions)).toEqual(['cpu-1', 'cpu-2', 'cpu-3']);
    expect(Object.values(targets).map(({ resourceArns = [] }) => resourceArns.length)).toEqual([5, 5, 2]);
    expect(targets['to-cpu-3']?.resourceArns?.[0]).toBe('arn:aws-us-gov:ec2:us-gov-west-1:1:instance/i-10');
  });
});

describe('a document that AWS FIS runs', () => {
  it.each([
    ['AWSFIS-Run-Kill-Process', 'process.kill'],
    ['Our-Own', 'fis.action'],
    ['AWSFIS-Run-CPU-Stress', undefined],
  ])('%s loses %s', (document, loses) => {
    const documentArn = `arn:aws:ssm:us-east-1::document/${document}`;
    expect(lossOf({ actionId: 'aws:ssm:send-command', parameters: { documentArn } })).toBe(loses);
  });
});
