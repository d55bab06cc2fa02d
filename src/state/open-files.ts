import { stateText, type BucketPlace } from '../model/state-place.js';
import type { Clock, Files } from '../model/ports.js';
import { BlockingCall, type BlockingPorts } from './blocking-call.js';
import { RemoteFiles } from './remote-files.js';

/** What a state in a bucket is opened with. */
export interface BucketStatePorts extends BlockingPorts {
  /** For every path that is not of the state. */
  readonly disk: Files;
  readonly clock: Pick<Clock, 'now'>;
  /** Takes what is to be done before the process ends. */
  readonly onExit: (act: () => void) => void;
}

/** The files of a state in a bucket, and where that bucket is. */
export interface BucketState {
  readonly files: Files;
  /**
   * Undefined where S3 does not say.
   * @throws KongError STATE_NOT_READABLE
   */
  region(): string | undefined;
}

/** Files of which those under the state are in its bucket. Nothing is loaded before the first of them is touched. */
export function openBucketState(place: BucketPlace, ports: BucketStatePorts): BucketState {
  const call = new BlockingCall(ports);
  const remote = new RemoteFiles((operation) => call.ask(operation), ports.clock);
  ports.onExit(() => remote.settleAll());
  const state = stateText(place);
  const route = (path: string): { readonly files: Files; readonly path: string } => {
    if (path !== state && !path.startsWith(`${state}/`)) return { files: ports.disk, path };
    const rest = path.slice(state.length + 1);
    return { files: remote, path: [place.prefix, rest].filter((part) => part !== '').join('/') };
  };
  const to = <T>(path: string, act: (files: Files, path: string) => T): T => {
    const at = route(path);
    return act(at.files, at.path);
  };
  return {
    files: {
      read: (path) => to(path, (files, at) => files.read(at)),
      write: (path, text) => to(path, (files, at) => files.write(at, text)),
      append: (path, text, options) => to(path, (files, at) => files.append(at, text, options)),
      createNew: (path, text) => to(path, (files, at) => files.createNew(at, text)),
      replace: (path, text) => to(path, (files, at) => files.replace(at, text)),
      list: (path) => to(path, (files, at) => files.list(at)),
      remove: (path) => to(path, (files, at) => files.remove(at)),
    },
    region: () => {
      const region = call.ask({ op: 'region' });
      return typeof region === 'string' ? region : undefined;
    },
  };
}
