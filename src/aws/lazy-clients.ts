import { configOf, once, type ClientOptions } from './client-making.js';
import type { Cloud } from './cloud.js';

/** Clients that few drills need: each is loaded when it is first asked for. */
export function lazyClients(options: ClientOptions): Pick<Cloud, 'fis' | 's3' | 'rds' | 'elastiCache'> {
  const { install } = options;
  const fis = once(
    async (region) => {
      const { FisClient } = await import('@aws-sdk/client-fis');
      const client = new FisClient(configOf(region, options));
      install(client.middlewareStack, region);
      return client;
    },
    () => undefined,
  );
  const s3 = once(
    async (region) => {
      const { S3Client } = await import('@aws-sdk/client-s3');
      // in the path a bucket needs no name of its own, which an endpoint on this machine could not have
      const client = new S3Client({ ...configOf(region, options), forcePathStyle: options.endpoint !== undefined });
      install(client.middlewareStack, region);
      return client;
    },
    () => undefined,
  );
  const rds = once(
    async (region) => {
      const { RDSClient } = await import('@aws-sdk/client-rds');
      const client = new RDSClient(configOf(region, options));
      install(client.middlewareStack, region);
      return client;
    },
    () => undefined,
  );
  const elastiCache = once(
    async (region) => {
      const { ElastiCacheClient } = await import('@aws-sdk/client-elasticache');
      const client = new ElastiCacheClient(configOf(region, options));
      install(client.middlewareStack, region);
      return client;
    },
    () => undefined,
  );
  return { fis, s3, rds, elastiCache };
}
