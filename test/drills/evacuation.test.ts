import { describe, expect, it } from 'vitest';
import { drillOn, openBench, planOn, readExperiment } from '../support/sim-drill.js';

const ROLE = { role: 'arn:aws:iam::123456789012:role/fis', stopAlarms: [] };

describe('a zone that goes dark and is then evacuated', () => {
  it.each([
    ['subnets', 'SetSubnetsCommand'],
    ['zonal-shift', 'StopExperimentCommand'],
  ])('by %s is whole before traffic comes back to it, and its groups heal only after that', async (by, back) => {
    const undoing = ['ReplaceNetworkAclAssociationCommand', back, 'ResumeProcessesCommand'];
    const sent: string[] = [];
    const around = async <T>(command: string, answer: () => Promise<T>): Promise<T> => {
      sent.push(command);
      return answer();
    };
    const bench = openBench({ around });
    const experiment = readExperiment('gorilla-us-east-1a', ['rollback.within=2m']);
    const method = [
      { kind: 'fault' as const, fault: 'az-blackout', params: {} },
      { kind: 'fault' as const, fault: 'az-evacuate', params: { by } },
      { kind: 'hold' as const, forMs: 30_000 },
    ];
    const plan = await planOn(bench, { ...experiment, method, fis: ROLE });
    let began = 0;
    const { result } = await drillOn(bench, plan, (event) => {
      if (event.type === 'phase' && event.phase === 'rollback') began = sent.length;
      return false;
    });
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    const order = [...new Set(sent.slice(began).filter((command) => undoing.includes(command)))];
    expect(order).toEqual(undoing);
  });
});
