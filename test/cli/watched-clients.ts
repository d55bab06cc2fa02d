import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { FisClient } from '@aws-sdk/client-fis';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { onTestFinished, vi } from 'vitest';
import { run } from '../../src/cli/run.js';
import { isMutating } from '../../src/aws/operations.js';

const CLIENTS = [
  AutoScalingClient,
  CloudWatchClient,
  EC2Client,
  ElasticLoadBalancingV2Client,
  FisClient,
  Route53Client,
  S3Client,
  SSMClient,
  STSClient,
];

/** What a command line did, in this process. */
export interface WatchedRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every command that any client was asked to send, reads too, by its class's name. */
  readonly sent: readonly string[];
}

/** The SDK's own `send`, as every client inherits it. */
interface Sender {
  send(command: object, ...rest: readonly unknown[]): unknown;
}

/**
 * Runs kong with clients that can not send a mutating call: the SDK's own `send` throws, before any middleware and so
 * before kong's guard is asked. Until the test has ended.
 */
export async function runWatched(args: readonly string[]): Promise<WatchedRun> {
  const sent: string[] = [];
  const said = { stdout: '', stderr: '' };
  const undo = [...new Set(CLIENTS.map((client) => senderOf(client.prototype)))].map((sender) => watch(sender, sent));
  for (const name of ['stdout', 'stderr'] as const) {
    const spy = vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    });
    undo.push(() => spy.mockRestore());
  }
  const restore = (): void => undo.splice(0).forEach((one) => one());
  onTestFinished(restore);
  try {
    const code = await run(args, 'test');
    return { code, ...said, sent };
  } finally {
    restore();
  }
}

function watch(sender: Sender, sent: string[]): () => void {
  const send = sender.send;
  sender.send = function (this: Sender, command, ...rest) {
    const { name } = command.constructor;
    sent.push(name);
    if (isMutating(name)) throw new Error(`${name} was to be sent`);
    return send.call(this, command, ...rest);
  };
  return () => {
    sender.send = send;
  };
}

function senderOf(prototype: object): Sender {
  for (let one: unknown = prototype; typeof one === 'object' && one !== null; one = Object.getPrototypeOf(one)) {
    if (Object.hasOwn(one, 'send')) return one as Sender;
  }
  throw new Error('the SDK sends in another way by now');
}
