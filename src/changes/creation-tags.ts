/** The tags that say whose a created resource is: enough to find it again when the answer to its creation was lost. */
export const RUN_TAG = 'kong:run';
/** Which of the run's creations it is. */
export const HANDLE_TAG = 'kong:handle';
/** When it may be taken for abandoned, ISO 8601. */
export const EXPIRES_TAG = 'kong:expires';
/** How long after the run began that is. */
export const EXPIRES_AFTER_MS = 24 * 3_600_000;

/** The tags that everything kong creates carries, in the form that EC2 takes. */
export function creationTags(creation: Creation): { readonly Key: string; readonly Value: string }[] {
  const { run, handle, expiresAt, undoTags } = creation;
  const undo = Object.entries(undoTags?.get(handle) ?? {});
  return [
    { Key: 'Name', Value: `kong ${run}` },
    { Key: RUN_TAG, Value: run },
    { Key: HANDLE_TAG, Value: handle },
    { Key: EXPIRES_TAG, Value: expiresAt },
    ...undo.map(([Key, Value]) => ({ Key, Value })),
  ];
}

/** What is created, by whom. */
export interface Creation {
  readonly run: string;
  readonly handle: string;
  readonly expiresAt: string;
  /** What the run is to undo, by handle, as tags by key: see undo-tags.ts. */
  readonly undoTags?: UndoTagsByHandle | undefined;
}

/** Tags by key, for each thing that a run creates. */
export type UndoTagsByHandle = ReadonlyMap<string, Readonly<Record<string, string>>>;
