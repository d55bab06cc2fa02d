/** An error as AWS answers it: the SDK gives its code as `name`. */
export class AwsFault extends Error {
  override readonly name: string;
  /** Whose fault it is by the status: 4xx the client's, 5xx the server's. */
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number };

  /** @param code - AWS's own name of the error, `DependencyViolation` */
  constructor(code: string, message: string, httpStatusCode = 400) {
    super(message);
    this.name = code;
    this.$fault = httpStatusCode >= 500 ? 'server' : 'client';
    this.$metadata = { httpStatusCode };
  }
}

/** The answer to an operation that is not simulated: by name, never an empty success. */
export function notSimulated(what: string): AwsFault {
  return new AwsFault('NotImplemented', `the simulated world does not know ${what}`, 501);
}

/** EC2's answer to a missing parameter. */
export function missing(parameter: string): AwsFault {
  return new AwsFault('MissingParameter', `The request must contain the parameter ${parameter}`);
}

/** A parameter that has to be there. */
export function required<T>(value: T | undefined, parameter: string): T {
  if (value === undefined) throw missing(parameter);
  return value;
}
