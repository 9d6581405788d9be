/** Metric math expressions, from text to a tree. Evaluation: math-functions.ts. */

export type MathNode =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly MathNode[] }
  | { readonly kind: 'call'; readonly name: string; readonly items: readonly MathNode[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: MathNode; readonly right: MathNode };

/** The expression cannot be read or uses what is not built; the message quotes it. */
export class MetricMathError extends Error {
  override readonly name: string = 'MetricMathError';
}

/** How strongly operators bind; 7 is unary minus and not. */
const STRENGTH: Readonly<Record<string, number>> = { '||': 1, OR: 1, '&&': 2, AND: 2, '==': 3, '!=': 3, '<': 4, '>': 4, '<=': 4, '>=': 4, '+': 5, '-': 5, '*': 6, '/': 6, '^': 8 };
const UNARY = 7;
const TOKEN = /\s+|(\d+\.?\d*(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|"[^"]*"|'[^']*'|>=|<=|==|!=|&&|\|\||[-+*/^()[\],<>!])/gy;

/** @throws MetricMathError */
export function parseMath(source: string): MathNode {
  const parser = new Parser(source, tokensOf(source));
  return parser.whole();
}

function tokensOf(source: string): string[] {
  const tokens: string[] = [];
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  if (end !== source.length) throw new MetricMathError(`Metric math: cannot read "${source.slice(end)}" in "${source}".`);
  return tokens;
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(source: string, tokens: readonly string[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  whole(): MathNode {
    const node = this.#expression(0);
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return node;
  }

  #expression(weakest: number): MathNode {
    let left = this.#unary();
    for (let operator = this.#peek(); operator !== undefined; operator = this.#peek()) {
      const strength = STRENGTH[operator];
      if (strength === undefined || strength < weakest) break;
      this.#at += 1;
      // A power of a power binds to the right, all others to the left.
      left = { kind: 'binary', operator, left, right: this.#expression(operator === '^' ? strength : strength + 1) };
    }
    return left;
  }

  #unary(): MathNode {
    const sign = this.#peek();
    if (sign !== '-' && sign !== '!') return this.#primary();
    this.#at += 1;
    const zero: MathNode = { kind: 'number', value: 0 };
    const operand = this.#expression(UNARY);
    return sign === '-' ? { kind: 'binary', operator: '-', left: zero, right: operand } : { kind: 'binary', operator: '==', left: operand, right: zero };
  }

  #primary(): MathNode {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw this.#unexpected();
    this.#at += 1;

    if (token === '(') {
      const inner = this.#expression(0);
      if (this.#tokens[this.#at] !== ')') throw this.#unexpected();
      this.#at += 1;
      return inner;
    }
    if (token === '[') return { kind: 'list', items: this.#items(']') };
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (/^["']/.test(token)) return { kind: 'text', value: token.slice(1, -1) };
    if (!/^[A-Za-z_]/.test(token)) throw this.#unexpected(this.#at - 1);
    if (this.#peek() !== '(') return { kind: 'name', name: token };
    this.#at += 1;
    return { kind: 'call', name: token.toUpperCase(), items: this.#items(')') };
  }

  #items(end: string): MathNode[] {
    const items: MathNode[] = [];
    while (this.#tokens[this.#at] !== end) {
      items.push(this.#expression(0));
      if (this.#tokens[this.#at] === ',') this.#at += 1;
      else if (this.#tokens[this.#at] !== end) throw this.#unexpected();
    }
    this.#at += 1;
    return items;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]?.toUpperCase();
  }

  #unexpected(at = this.#at): MetricMathError {
    const token = this.#tokens[at];
    return new MetricMathError(`Metric math: unexpected ${token === undefined ? 'end' : `"${token}"`} in "${this.#source}".`);
  }
}
