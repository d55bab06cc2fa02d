import { EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { CallLog } from '../../src/aws/calls.js';
import { isAmazon, rehearse, type Rehearsed } from '../../src/aws/dry-run.js';
import { UnpermittedWrite } from '../../src/aws/guard.js';
import { Limiter } from '../../src/aws/limiter.js';
import { applyPolicy } from '../../src/aws/middleware.js';
import { realClock } from '../../src/host/clock.js';

interface Wire {
  readonly ec2: EC2Client;
  /** The bodies of what left. */
  readonly sent: string[];
}

/** A real client under kong's rules, whose requests end in the test instead of on the network. */
function client(answer: { readonly status: number; readonly code: string }, endpoint?: string): Wire {
  const sent: string[] = [];
  const ec2 = new EC2Client({
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: {
      handle: async ({ body }: { readonly body: unknown }) => {
        sent.push(String(body));
        const error = `<Response><Errors><Error><Code>${answer.code}</Code><Message>said</Message></Error></Errors></Response>`;
        const response = { statusCode: answer.status, headers: {}, body: new TextEncoder().encode(error) };
        return { response };
      },
    },
  });
  applyPolicy(ec2.middlewareStack, 'us-east-1', {
    clock: realClock,
    random: { next: () => 0 },
    log: new CallLog(),
    limiter: new Limiter(),
    attempts: { throttled: 1, other: 1 },
  });
  return { ec2, sent };
}

function stop({ ec2 }: Wire, DryRun?: boolean): Promise<Rehearsed> {
  const command = new StopInstancesCommand({
    InstanceIds: ['i-0123456789abcdef0'],
    ...(DryRun === undefined ? {} : { DryRun }),
  });
  return rehearse(command, () => ec2.send(command));
}

describe('a rehearsed call', () => {
  it('never leaves for a host that is not Amazon, which might carry it out for real', async () => {
    for (const endpoint of ['http://127.0.0.1:4566', 'https://localstack.example.com']) {
      const wire = client({ status: 412, code: 'DryRunOperation' }, endpoint);
      expect(await stop(wire, true)).toMatchObject({ kind: 'unknown' });
      expect(wire.sent).toEqual([]);
    }
  });

  it('does not leave without DryRun', async () => {
    const wire = client({ status: 412, code: 'DryRunOperation' });
    await expect(stop(wire)).rejects.toThrow(UnpermittedWrite);
    expect(wire.sent).toEqual([]);
  });

  it('asks Amazon with DryRun, and takes its refusal to do it for a permission', async () => {
    const wire = client({ status: 412, code: 'DryRunOperation' });
    expect(await stop(wire, true)).toEqual({ kind: 'permitted' });
    expect(wire.sent).toHaveLength(1);
    expect(wire.sent[0]).toMatch(/Action=StopInstances.*DryRun=true|DryRun=true.*Action=StopInstances/s);
  });

  it('tells a denial from what is not known', async () => {
    expect(await stop(client({ status: 403, code: 'UnauthorizedOperation' }), true)).toMatchObject({ kind: 'denied' });
    expect(await stop(client({ status: 400, code: 'InvalidInstanceID.NotFound' }), true)).toMatchObject({
      kind: 'unknown',
    });
  });
});

describe('a host', () => {
  it('is Amazon by its whole name only', () => {
    expect(
      ['ec2.us-east-1.amazonaws.com', 'ec2.cn-north-1.amazonaws.com.cn', 'ec2.us-east-1.api.aws'].map(isAmazon),
    ).toEqual([true, true, true]);
    expect(['amazonaws.com.evil.example', 'notamazonaws.com', '127.0.0.1', ''].map(isAmazon)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
