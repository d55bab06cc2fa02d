/** What faults do that can't be undone, whatever their parameters are; a fault that is not here does no such thing. */
export const LOSSES: Readonly<Record<string, string>> = {
  'instance-terminate': 'instance.terminate',
  'instance-reboot': 'instance.reboot',
  'instance-kill-process': 'process.kill',
};
