import type { HandlerExecutionContext, InitializeMiddleware, MiddlewareStack, Pluggable } from '@smithy/types';
import type { Clock } from '../../model/ports.js';
import { AwsFault, notSimulated } from './aws-fault.js';
import { serviceOf, type SimCall } from './sim-call.js';

/** What answers in place of AWS. */
export interface Answering {
  handle(call: SimCall): unknown;
}

/**
 * Lets the simulator answer what a client sends: innermost of the `initialize` step, before anything is serialised,
 * so that a call costs microseconds. Nothing goes on to the network.
 */
export function answerFrom<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  region: string,
  sim: Answering,
  clock: Clock,
): void {
  // the handlers' own types vouch for what is in it
  const isAnswer = (value: unknown): value is O => typeof value === 'object' && value !== null;
  const middleware: InitializeMiddleware<I, O> =
    (_next, context) =>
    async ({ input }) => {
      const { service, command } = describe(context);
      const answer = sim.handle({ service, command, region, input, nowMs: clock.now() });
      if (!isAnswer(answer)) throw new AwsFault('InternalError', `${command} was answered with ${typeof answer}`, 500);
      return { output: { ...answer, $metadata: { httpStatusCode: 200 } }, response: {} };
    };
  stack.add(middleware, { step: 'initialize', priority: 'low', name: 'kongSimulator' });
}

/** {@link answerFrom} as the SDK's clients take plugins. */
export function simPlugin<I extends object, O extends object>(
  sim: Answering,
  clock: Clock,
  region: string,
): Pluggable<I, O> {
  return { applyToStack: (stack) => answerFrom(stack, region, sim, clock) };
}

function describe(context: HandlerExecutionContext): Pick<SimCall, 'service' | 'command'> {
  const { clientName = 'UnknownClient', commandName: command = 'UnknownCommand' } = context;
  const service = serviceOf(clientName);
  if (!service) throw notSimulated(`${clientName} ${command}`);
  return { service, command };
}
