import { CreateNetworkAclCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CallLog } from '../../src/aws/calls.js';
import { permitFor, UnpermittedWrite } from '../../src/aws/guard.js';
import { Limiter } from '../../src/aws/limiter.js';
import { applyPolicy } from '../../src/aws/middleware.js';
import { isMutating } from '../../src/aws/operations.js';
import { realClock } from '../../src/host/clock.js';
import { seededRandom } from '../../src/host/random.js';
import { Cancelled } from '../../src/model/errors.js';

/** A real client whose answers come from a function at the SDK's own seam. */
function client(answer: () => object): { ec2: EC2Client; log: CallLog } {
  const ec2 = new EC2Client({
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const log = new CallLog();
  applyPolicy(ec2.middlewareStack, 'us-east-1', {
    clock: realClock,
    random: { next: () => 0 },
    log,
    limiter: new Limiter(),
    attempts: { throttled: 3, other: 2 },
  });
  ec2.middlewareStack.add(() => () => Promise.resolve({ output: { $metadata: {}, ...answer() }, response: {} }), {
    step: 'initialize',
    priority: 'low',
  });
  return { ec2, log };
}

const never = new AbortController().signal;
const throttle = (): never => {
  throw Object.assign(new Error('slow down'), { name: 'RequestLimitExceeded' });
};

describe('the mutation guard', () => {
  it('throws on a mutating command that no driver sent', async () => {
    const { ec2, log } = client(() => ({}));
    await expect(ec2.send(new CreateNetworkAclCommand({ VpcId: 'vpc-1' }))).rejects.toThrow(UnpermittedWrite);
    expect(log.counts().write).toBe(0);
  });

  it('permits nothing where nothing was journaled', async () => {
    const { ec2 } = client(() => ({}));
    const permit = permitFor({ changes: [] }, never);
    await expect(ec2.send(permit.for(new CreateNetworkAclCommand({ VpcId: 'vpc-1' })))).rejects.toThrow(
      UnpermittedWrite,
    );
  });

  it('does not send a permitted call once its step was cancelled', async () => {
    const { ec2, log } = client(() => ({}));
    const abort = new AbortController();
    const permit = permitFor({ changes: ['c1'] }, abort.signal);
    abort.abort();
    await expect(ec2.send(permit.for(new CreateNetworkAclCommand({ VpcId: 'vpc-1' })))).rejects.toThrow(Cancelled);
    expect(log.counts().write).toBe(0);
  });

  it('lets reads through, and journaled writes', async () => {
    const { ec2, log } = client(() => ({ Vpcs: [] }));
    await ec2.send(new DescribeVpcsCommand({}));
    await ec2.send(permitFor({ changes: ['c1'] }, never).for(new CreateNetworkAclCommand({ VpcId: 'vpc-1' })));
    expect(log.counts()).toMatchObject({ read: 1, write: 1, throttled: 0 });
  });

  it('knows every command that kong sends as a read or a write', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const used = new Set(
      sources.flatMap((name) => readFileSync(`src/${name}`, 'utf8').match(/\b[A-Z]\w+Command(?=\()/g) ?? []),
    );
    const reads = [...used].filter((name) => !isMutating(name));
    expect(used.size).toBeGreaterThan(20);
    expect(reads.every((name) => /^(Describe|Get|Head|List)/.test(name))).toBe(true);
    for (const name of [
      'StopInstancesCommand',
      'TerminateInstancesCommand',
      'ChangeResourceRecordSetsCommand',
      'SuspendProcessesCommand',
    ]) {
      expect(used).toContain(name);
      expect(isMutating(name)).toBe(true);
    }
  });
});

describe('retries', () => {
  it("gives up on a throttled call after its attempts, counts them, and says so in kong's words", async () => {
    const { ec2, log } = client(throttle);
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ code: 'THROTTLED', exitCode: 5 });
    expect(log.counts()).toEqual({ read: 3, write: 0, throttled: 3, byOperation: { DescribeVpcs: 3 } });
  });

  it('sends again what was throttled, and succeeds', async () => {
    let calls = 0;
    const { ec2 } = client(() => (++calls < 3 ? throttle() : { Vpcs: [{ VpcId: 'vpc-1' }] }));
    await expect(ec2.send(new DescribeVpcsCommand({}))).resolves.toMatchObject({ Vpcs: [{ VpcId: 'vpc-1' }] });
  });

  it('does not repeat what was refused', async () => {
    let calls = 0;
    const { ec2 } = client(() => {
      calls++;
      throw Object.assign(new Error('no'), { name: 'UnauthorizedOperation' });
    });
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(calls).toBe(1);
  });
});

describe('seeded chance', () => {
  it('is the same for the same seed, and within [0, 1)', () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 100 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).every((value) => value >= 0 && value < 1)).toBe(true);
  });
});
