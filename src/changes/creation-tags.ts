/** The tags that say whose a created resource is: enough to find it again when the answer to its creation was lost. */
export const RUN_TAG = 'kong:run';
/** Which of the run's creations it is. */
export const HANDLE_TAG = 'kong:handle';
/** When it may be taken for abandoned, ISO 8601. */
export const EXPIRES_TAG = 'kong:expires';

/** The tags that everything kong creates carries, in the form that EC2 takes. */
export function creationTags({ run, handle, expiresAt }: Creation): { readonly Key: string; readonly Value: string }[] {
  return [
    { Key: 'Name', Value: `kong ${run}` },
    { Key: RUN_TAG, Value: run },
    { Key: HANDLE_TAG, Value: handle },
    { Key: EXPIRES_TAG, Value: expiresAt },
  ];
}

/** What is created, by whom. */
export interface Creation {
  readonly run: string;
  readonly handle: string;
  readonly expiresAt: string;
}
