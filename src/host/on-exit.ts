/** Does something right before the process ends, by itself or by `exit`; not when a signal kills it. */
export function onExit(act: () => void): void {
  process.once('exit', act);
}
