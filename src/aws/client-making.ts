import type { MiddlewareStack } from '@smithy/types';

/** How the clients of one cloud are made. */
export interface ClientOptions {
  /** Undefined: Amazon itself, or what the SDK's own AWS_ENDPOINT_URL says. */
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
  /** Fixed credentials; undefined: the SDK's own chain. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Puts middleware around each client as it is made. */
  readonly install: <I extends object, O extends object>(stack: MiddlewareStack<I, O>, region: string) => void;
}

/** Makes one client a region, when it is first asked for. */
export function once<C>(
  create: (region: string) => C,
  install: (client: C, region: string) => void,
): (region: string) => C {
  const clients = new Map<string, C>();
  return (region) => {
    const known = clients.get(region);
    if (known) return known;
    const client = create(region);
    install(client, region);
    clients.set(region, client);
    return client;
  };
}

/** How every client is set up. */
export function configOf(region: string, options: ClientOptions): BaseConfig {
  return {
    region,
    maxAttempts: 1,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    ...(options.profile ? { profile: options.profile } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000 },
  };
}

interface BaseConfig {
  readonly region: string;
  readonly maxAttempts: number;
  readonly endpoint?: string;
  readonly profile?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
}
