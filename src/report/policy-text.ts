import { jsonLine, jsonText } from './json.js';
import { drawLines, toned } from './lines.js';

/** An IAM policy for people, and for `aws iam create-policy`: the bare document. Ends with a line break. */
export function policyJson(document: object): string {
  return jsonText(document);
}

/** The same as one line. */
export function policyLine(document: object): string {
  return jsonLine(document);
}

/** The same for a review. */
export function policyMarkdown(document: object): string {
  return `\`\`\`json\n${jsonText(document)}\`\`\`\n`;
}

/** What to know of it, a line each. Ends with a line break. */
export function policyNotesText(notes: readonly string[], { colour }: { readonly colour: boolean }): string {
  return drawLines(
    notes.map((note) => [toned('dim', note)]),
    { colour },
  );
}
