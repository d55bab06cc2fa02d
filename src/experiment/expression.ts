import type { Expression } from '../model/experiment.js';

/** A text that is no expression, and where it stops being one. */
export interface ExpressionProblem {
  readonly message: string;
  /** From 1, within the text. */
  readonly column: number;
}

const LONGEST = 1_000;
const DEEPEST = 50;
const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|([-+*/(),]))/y;

interface Token {
  readonly text: string;
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly column: number;
}

/**
 * Reads an SLI's expression: `+ - * / ( )`, numbers, metric names, `min(a, b, …)`, `max(a, b, …)`. Nothing else, at
 * most 1,000 characters and 50 levels.
 */
export function parseExpression(text: string): { readonly expression: Expression } | ExpressionProblem {
  if (text.length > LONGEST) return { message: `an expression has at most ${LONGEST} characters`, column: LONGEST };
  const tokens = tokenize(text);
  if (!Array.isArray(tokens)) return tokens;
  try {
    const parser = new Parser(tokens);
    const expression = parser.sum(0);
    parser.expectEnd();
    return { expression };
  } catch (error) {
    if (error instanceof Unexpected) return { message: error.message, column: error.column };
    throw error;
  }
}

class Unexpected extends Error {
  constructor(message: string, readonly column: number) {
    super(message);
  }
}

function tokenize(text: string): Token[] | ExpressionProblem {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  while (text.slice(end).trim() !== '') {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(text);
    if (!match) {
      const column = end + (text.slice(end).length - text.slice(end).trimStart().length) + 1;
      return { message: `unexpected ${text[column - 1] ?? 'end'}`, column };
    }
    end = TOKEN.lastIndex;
    const found = match[1] ?? match[2] ?? match[3] ?? '';
    const kind = match[1] ? 'number' : match[2] ? 'name' : 'sign';
    tokens.push({ text: found, kind, column: end - found.length + 1 });
  }
  tokens.push({ text: '', kind: 'end', column: text.length + 1 });
  return tokens;
}

class Parser {
  private index = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  sum(depth: number): Expression {
    let left = this.product(depth);
    for (let op = this.sign('+', '-'); op; op = this.sign('+', '-')) {
      left = { kind: 'binary', op: op === '+' ? '+' : '-', left, right: this.product(depth) };
    }
    return left;
  }

  expectEnd(): void {
    const token = this.peek();
    if (token.kind !== 'end') throw new Unexpected(`unexpected ${token.text}`, token.column);
  }

  private product(depth: number): Expression {
    let left = this.unary(depth);
    for (let op = this.sign('*', '/'); op; op = this.sign('*', '/')) {
      left = { kind: 'binary', op: op === '*' ? '*' : '/', left, right: this.unary(depth) };
    }
    return left;
  }

  private unary(depth: number): Expression {
    if (depth > DEEPEST) throw new Unexpected(`nested deeper than ${DEEPEST} levels`, this.peek().column);
    return this.sign('-') ? { kind: 'negate', of: this.unary(depth + 1) } : this.primary(depth);
  }

  private primary(depth: number): Expression {
    const token = this.peek();
    this.index++;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'name') return this.sign('(') ? this.call(token, depth) : { kind: 'metric', id: token.text };
    if (token.text !== '(') throw new Unexpected(token.kind === 'end' ? 'the expression ends too early' : `unexpected ${token.text}`, token.column);
    const inner = this.sum(depth + 1);
    this.close();
    return inner;
  }

  private call(name: Token, depth: number): Expression {
    if (name.text !== 'min' && name.text !== 'max') {
      throw new Unexpected(`unknown function ${name.text}: there are min and max`, name.column);
    }
    const args = [this.sum(depth + 1)];
    while (this.sign(',')) args.push(this.sum(depth + 1));
    this.close();
    return { kind: 'call', fn: name.text, args };
  }

  private close(): void {
    const token = this.peek();
    if (!this.sign(')')) throw new Unexpected('a ) is missing', token.column);
  }

  private sign(...wanted: readonly string[]): string | undefined {
    const token = this.peek();
    if (token.kind !== 'sign' || !wanted.includes(token.text)) return undefined;
    this.index++;
    return token.text;
  }

  private peek(): Token {
    return this.tokens[this.index] ?? { text: '', kind: 'end', column: 1 };
  }
}

/** Where a name first stands in an expression's text; column from 1. */
export function columnOf(name: string, text: string): number {
  const tokens = tokenize(text);
  return Array.isArray(tokens) ? tokens.find((token) => token.kind === 'name' && token.text === name)?.column ?? 1 : 1;
}

/** The metric names that an expression needs. */
export function metricsIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'metric':
      return [expression.id];
    case 'negate':
      return metricsIn(expression.of);
    case 'binary':
      return [...metricsIn(expression.left), ...metricsIn(expression.right)];
    case 'call':
      return expression.args.flatMap(metricsIn);
  }
}

/**
 * Works an expression out.
 *
 * @param lookup - a metric's value; undefined: it had none
 * @returns undefined where a value is missing, and where the result is not a finite number, as `1 / 0`: never a pass
 */
export function evaluate(expression: Expression, lookup: (id: string) => number | undefined): number | undefined {
  const value = compute(expression, lookup);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function compute(expression: Expression, lookup: (id: string) => number | undefined): number | undefined {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'metric':
      return lookup(expression.id);
    case 'negate': {
      const value = compute(expression.of, lookup);
      return value === undefined ? undefined : -value;
    }
    case 'binary': {
      const left = compute(expression.left, lookup);
      const right = compute(expression.right, lookup);
      return left === undefined || right === undefined ? undefined : operate(expression.op, left, right);
    }
    case 'call': {
      const values = expression.args.map((arg) => compute(arg, lookup));
      const known = values.filter((value) => value !== undefined);
      if (known.length < values.length) return undefined;
      return expression.fn === 'min' ? Math.min(...known) : Math.max(...known);
    }
  }
}

function operate(op: '+' | '-' | '*' | '/', left: number, right: number): number | undefined {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : left / right;
  }
}
