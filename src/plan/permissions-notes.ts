import { MOST_CHARACTERS, documentOf, sizeOf, split, type Statement } from './permissions-statements.js';

/** What a person should know of a policy beside its text, a sentence each. */
export function policyNotes(
  statements: readonly Statement[],
  { optIn, on }: { readonly optIn: { readonly key: string; readonly value: string }; readonly on: 'sim' | 'aws' },
): readonly string[] {
  const size = sizeOf(documentOf(statements));
  const parts = split(statements).length;
  const actions = new Set<string>(statements.flatMap(({ Action }) => Action));
  const some = (...names: readonly string[]): boolean => names.some((name) => actions.has(name));
  return [
    `${statements.length} statements, ${size} of the ${MOST_CHARACTERS} characters that a managed policy may have`,
    ...(parts > 1
      ? [`too long for one: attach ${parts}, \`--part 1\` to \`--part ${parts}\` prints each; a role takes 10`]
      : []),
    'what is read can be narrowed to regions, not to resources',
    `what is changed must carry the tag ${optIn.key}=${optIn.value} where AWS can ask for it, and is named otherwise`,
    'what is created must carry the tags of a run, and only that may be deleted',
    ...(some('ec2:StartInstances')
      ? ['instances with encrypted volumes start only with kms:CreateGrant on their key, which no plan can tell']
      : []),
    ...(some('ec2:ModifyInstanceAttribute')
      ? ['AWS can not narrow ec2:ModifyInstanceAttribute to security groups: it permits other attributes too']
      : []),
    ...(some('s3:PutObject')
      ? ['a bucket with a key of its own needs kms:GenerateDataKey and kms:Decrypt on that key']
      : []),
    ...(on === 'sim' ? ['account and ids are those of the simulated world: `--on aws` names the real ones'] : []),
  ];
}
