import { Lexer, Parser, type CST, type LineCounter } from 'yaml';

/** What makes a text unreadable as YAML, by its offset in the text. */
export interface YamlFlaw {
  readonly offset: number;
  readonly message: string;
  readonly fix?: string;
}

/** Largest file that is read. */
const MOST_BYTES = 1_048_576;
/** The parser takes much longer per token where they make no sense: a megabyte of `]` would cost ten seconds. */
const MOST_TOKENS = 100_000;
/** Mappings and lists inside each other. The composer is recursive. */
const MOST_DEPTH = 64;

/** The syntax tree of a text that is within the limits, or why it is not. Linear in the text. */
export function tokensWithin(text: string, counter: LineCounter): readonly CST.Token[] | YamlFlaw {
  if (Buffer.byteLength(text) > MOST_BYTES) return { offset: 0, message: 'the file is larger than 1 MiB' };
  const crowded = tooManyTokens(text);
  if (crowded) return crowded;
  const tokens = treeOf(text, counter);
  return tokens === undefined ? TOO_DEEP : (forbiddenIn(tokens) ?? tooDeep(tokens) ?? tokens);
}

const TOO_DEEP: YamlFlaw = { offset: 0, message: `nested deeper than ${MOST_DEPTH} levels` };

/** Undefined where it is nested deeper than the stack: the parser is recursive where it leaves many levels at once. */
function treeOf(text: string, counter: LineCounter): readonly CST.Token[] | undefined {
  try {
    return [...new Parser(counter.addNewLine).parse(text)];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function tooManyTokens(text: string): YamlFlaw | undefined {
  const tokens = new Lexer().lex(text);
  for (let count = 0; count <= MOST_TOKENS; count++) {
    if (tokens.next().done) return undefined;
  }
  return { offset: 0, message: `the file has more than ${MOST_TOKENS} words and signs`, fix: 'split it' };
}

function forbiddenIn(tokens: readonly CST.Token[]): YamlFlaw | undefined {
  const directive = tokens.find((token) => token.type === 'directive');
  if (directive) {
    const fix = 'take the line that begins with % away';
    return { offset: directive.offset, message: 'directives are not allowed', fix };
  }
  const second = tokens.filter((token) => token.type === 'document')[1];
  return second && { offset: second.offset, message: 'a second document begins here', fix: 'keep one a file' };
}

function tooDeep(tokens: readonly CST.Token[]): YamlFlaw | undefined {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MOST_DEPTH) return { offset: token.offset, message: `nested deeper than ${MOST_DEPTH} levels` };
    for (const child of childrenOf(token)) open.push({ token: child, depth: depth + (isCollection(child) ? 1 : 0) });
  }
  return undefined;
}

function isCollection(token: CST.Token): token is CST.BlockMap | CST.BlockSequence | CST.FlowCollection {
  return token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection';
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!isCollection(token)) return [];
  return token.items.flatMap((item) => [item.key, item.value].flatMap((part) => part ?? []));
}
