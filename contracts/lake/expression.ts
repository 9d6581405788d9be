/**
 * Expressions that files may hold: SQL over the columns of one row, from a list of words that Spark, DuckDB and Athena read alike. No sub-query, no
 * statement, no function beyond the list: a rule file is data, and must not become a program.
 */

const WORDS = ['and', 'or', 'not', 'is', 'null', 'in', 'between', 'like', 'case', 'when', 'then', 'else', 'end', 'true', 'false', 'interval', 'minute', 'hour', 'day', 'second', 'timestamp', 'date', 'cast', 'as', 'double', 'string', 'bigint'];
const FUNCTIONS = ['abs', 'coalesce', 'length', 'lower', 'upper', 'trim', 'round', 'floor', 'ceil', 'greatest', 'least', 'nullif', 'substring', 'concat', 'sqrt'];
const TOKEN = /\s+|'(?:[^']|'')*'|\d+(?:\.\d+)?|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?|<=|>=|<>|!=|=|<|>|\+|-|\*|\/|%|\(|\)|,/y;

export const FUNCTIONS_IN_WORDS = FUNCTIONS.join(', ');

/** What is wrong with an expression over these columns; undefined when nothing is. */
export function expressionProblem(text: string, columns: ReadonlySet<string>): string | undefined {
  const allowed = new Set([...WORDS, ...FUNCTIONS]);
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const [token] = TOKEN.exec(text) ?? [];
    if (token === undefined) return `no ${JSON.stringify(text[at])}: columns, numbers, 'texts', comparisons, + - * / % and ( ) only`;
    at += token.length;
    depth += token === '(' ? 1 : token === ')' ? -1 : 0;
    if (depth < 0) return 'a ) without its (';
    if (!/^[A-Za-z_]/.test(token) || columns.has(token) || allowed.has(token.toLowerCase())) continue;
    return `no "${token}": columns are ${[...columns].join(', ')}; functions are ${FUNCTIONS_IN_WORDS}`;
  }
  if (depth > 0) return 'a ( without its )';
  return text.trim() === '' ? 'an expression' : undefined;
}
