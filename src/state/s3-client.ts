import { S3Client } from '@aws-sdk/client-s3';
import type { WorkerSettings } from './wire-format.js';

/** Where S3 itself tells where a bucket is. */
const ANY_REGION = 'us-east-1';

/**
 * A client for one bucket. Without a region in the settings of the SDK it finds the bucket's own.
 *
 * @param settings - with an `endpoint`, buckets are addressed by path, and checksums are sent only where S3 needs them:
 *   not every S3 knows more
 * @param onDate - hears what time S3 says that it is, at every answer; milliseconds since the epoch
 */
export async function openClient(settings: WorkerSettings, onDate: (ms: number) => void): Promise<S3Client> {
  const client = newClient(settings, onDate, settings.region);
  try {
    await client.config.region();
    return client;
  } catch {
    return newClient(settings, onDate, ANY_REGION);
  }
}

function newClient(
  { endpoint, profile, credentials }: WorkerSettings,
  onDate: (ms: number) => void,
  region: string | undefined,
): S3Client {
  const client = new S3Client({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined
      ? {}
      : { endpoint, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' as const }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
    followRegionRedirects: true,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_500, requestTimeout: 2_500, throwOnRequestTimeout: true },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const date = dateOf(result.response);
      if (date !== undefined) onDate(date);
      return result;
    },
    { step: 'deserialize', name: 'kongReadsTheClock', priority: 'low' },
  );
  return client;
}

function dateOf(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined;
  const ms = Date.parse(String(headers.date));
  return Number.isNaN(ms) ? undefined : ms;
}
