/** A Route 53 health check of an endpoint. */
export type HealthCheckRow = {
  readonly id: string;
  /** The caller's reference: the same again is the same check. */
  readonly reference: string;
  /** Grows with each update. */
  readonly version: number;
  readonly type: 'HTTP' | 'HTTPS' | 'TCP';
  readonly fqdn: string | null;
  readonly address: string | null;
  readonly port: number;
  readonly path: string | null;
  readonly intervalMs: number;
  /** As many probes in a row must say otherwise before the status changes. */
  readonly threshold: number;
  readonly inverted: boolean;
  /** Not probed: always healthy, before it is inverted. */
  readonly disabled: boolean;
  /** What the probes agree on, and how many in a row have now said otherwise. */
  readonly up: boolean;
  readonly streak: number;
};
