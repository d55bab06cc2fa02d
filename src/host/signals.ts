const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls back on every SIGINT, SIGTERM and SIGHUP until it is told to stop; the process no longer ends by itself on
 * them.
 *
 * @returns a function that takes the handlers away again
 */
export function onStopSignals(callback: (signal: string, count: number) => void): () => void {
  let count = 0;
  const handlers = STOPPING.map((signal) => {
    const handler = (): void => callback(signal, ++count);
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}
