/** The part that a switch plays, and so when it is put back: traffic late, isolation once what is broken is whole. */
export type SwitchRole = 'traffic' | 'isolation';

/** An attribute of the user's own that kong reads and writes, as kong.yaml defines it. */
export interface SwitchDefinition {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly role: SwitchRole;
  /** The only values that it may have; undefined: any text. */
  readonly values: readonly string[] | undefined;
  /** The longest that one read or write may take; milliseconds. */
  readonly timeoutMs: number;
  /** The most that a command may print, or an endpoint answer; bytes. */
  readonly maxOutputBytes: number;
  readonly way: SwitchWay;
}

/** How a switch is read and written. */
export type SwitchWay = OwnWay | { readonly kind: 'parameter'; readonly parameter: string; readonly region: string };

/** What is not AWS's: a program on this machine, or an endpoint. */
export type OwnWay =
  | {
      readonly kind: 'command';
      /** A program and its arguments; never a line for a shell. */
      readonly read: readonly string[];
      /** The same, with `{value}` in at least one argument. */
      readonly write: readonly string[];
    }
  | { readonly kind: 'http'; readonly read: HttpRead; readonly write: HttpWrite };

/** How a value is asked for. */
export interface HttpRead {
  readonly url: string;
  /** `${NAME}` stands for an environment variable: it is looked up as the request leaves, and kept nowhere. */
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON pointer (RFC 6901) to the value in the answer; undefined: the answer is the value. */
  readonly pointer: string | undefined;
}

/** How a value is set. */
export interface HttpWrite {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** May hold `{value}` (of a hook: `{region}`), which is encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A text, or JSON in whose texts `{value}` or `{region}` stands for it; undefined: nothing is sent. */
  readonly body: HttpBody | undefined;
}

/** What is sent with a value. */
export type HttpBody =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'json'; readonly json: unknown };

/** A switch that is a command or an endpoint: those of AWS have clients of their own. */
export type OwnSwitch = SwitchDefinition & { readonly way: OwnWay };

/** Whether kong reaches a switch itself, and not AWS for it. */
export function isOwn(definition: SwitchDefinition): definition is OwnSwitch {
  return definition.way.kind !== 'parameter';
}

/** What bounds one command or request. */
export interface EffectLimits {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

/** One request as it leaves. */
export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What a switch does outside of the process; `host/` does it for a real machine. */
export interface SwitchEffects {
  /**
   * Runs a program to its end, with all that it starts.
   *
   * @returns what it printed
   * @throws KongError SWITCH_FAILED where it does not end well, in time, or prints too much or no UTF-8
   */
  run(argv: readonly string[], limits: EffectLimits): Promise<string>;
  /**
   * Sends one request; no redirect is followed.
   *
   * @returns the body of the answer
   * @throws KongError SWITCH_FAILED where it is not answered well, in time, or with too much or no UTF-8
   */
  request(call: HttpCall, limits: EffectLimits): Promise<string>;
  /** An environment variable. */
  env(name: string): string | undefined;
  /** Why a program could not be started; undefined: it could. Starts nothing. */
  whyNotRunnable(program: string): string | undefined;
  /** Why no request could be sent to an address; undefined: a connection is taken. Sends nothing. */
  whyNotReached(url: string, timeoutMs: number): Promise<string | undefined>;
}

/** An address as it may be shown: a query may hold a token. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
