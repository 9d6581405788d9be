/** All executions of the sandbox, one journal each, below one folder. Ended ones are read again only when somebody asks for more than their record. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ExecutionTree } from './execution-tree.ts';
import { readJournal, readLine } from './journal-file.ts';
import type { ExecutionRecord } from './records.ts';

/** Older ended executions are forgotten. AWS keeps them for 90 days. */
const MAX_ENDED = 2_000;
/** Trees of ended executions that stay in memory. */
const MAX_OPEN = 16;
const EXTENSION = '.ndjson';

/** An execution that was started by name. */
export interface Root {
  readonly key: string;
  /** Without its definition while the tree is not in memory. */
  record: ExecutionRecord;
  tree?: ExecutionTree;
}

export class Archive {
  readonly #dir: string;
  readonly #newKey: () => string;
  readonly #byArn = new Map<string, Root>();
  readonly #byKey = new Map<string, Root>();

  /** @param newKey eight hex digits, at random */
  constructor(dir: string, newKey: () => string) {
    this.#dir = dir;
    this.#newKey = newKey;
    mkdirSync(dir, { recursive: true });
    for (const file of readdirSync(dir).sort()) if (file.endsWith(EXTENSION)) this.#index(file);
  }

  /** Newest first. */
  roots(): Root[] {
    return [...this.#byArn.values()].sort((a, b) => b.record.startDate - a.record.startDate);
  }

  root(arn: string): Root | undefined {
    return this.#byArn.get(arn);
  }

  /** The tree whose key begins the id of a child execution or a map run. */
  treeOf(id: string): ExecutionTree | undefined {
    const root = this.#byKey.get(id.slice(0, 8));
    return root === undefined ? undefined : this.open(root);
  }

  add(record: ExecutionRecord): ExecutionTree {
    this.#forgetOldest();
    let key = this.#newKey();
    while (this.#byKey.has(key)) key = this.#newKey();
    const tree = new ExecutionTree(key, this.#path(key));
    tree.add(record);
    this.#keep({ key, record, tree });
    return tree;
  }

  open(root: Root): ExecutionTree {
    if (root.tree !== undefined) return root.tree;
    this.#closeEnded();
    const tree = ExecutionTree.load(root.key, this.#path(root.key));
    if (tree.root !== undefined) root.record = tree.root.record;
    root.tree = tree;
    return tree;
  }

  /** Everything noted so far is on disk when it returns. */
  flush(): void {
    for (const { tree } of this.#byArn.values()) tree?.journal.flush();
  }

  close(): void {
    for (const { tree } of this.#byArn.values()) tree?.journal.close();
  }

  #path(key: string): string {
    return join(this.#dir, `${key}${EXTENSION}`);
  }

  #keep(root: Root): void {
    this.#byArn.set(root.record.arn, root);
    this.#byKey.set(root.key, root);
  }

  /** A record from the first and the last line: an ended execution's journal ends with its end. */
  #index(file: string): void {
    const lines = readJournal(join(this.#dir, file));
    const first = lines[0] === undefined ? undefined : readLine(lines[0]);
    if (first?.[0] !== 'start') return;
    const { definition: _definition, ...record } = first[2];
    const last = readLine(lines.at(-1) ?? '[]');
    if (last[0] === 'end' && last[1] === 0) Object.assign(record, last[2]);
    this.#keep({ key: basename(file, EXTENSION), record });
  }

  #closeEnded(): void {
    const open = [...this.#byArn.values()].filter(({ tree, record }) => tree !== undefined && record.status !== 'RUNNING');
    for (const root of open.slice(0, Math.max(0, open.length - MAX_OPEN + 1))) {
      root.tree?.journal.close();
      delete root.tree;
    }
  }

  #forgetOldest(): void {
    if (this.#byArn.size < MAX_ENDED) return;
    const ended = [...this.#byArn.values()].filter(({ record }) => record.status !== 'RUNNING').sort((a, b) => a.record.startDate - b.record.startDate);
    for (const root of ended.slice(0, Math.max(0, this.#byArn.size - MAX_ENDED + 1))) {
      root.tree?.journal.close();
      rmSync(this.#path(root.key), { force: true });
      this.#byArn.delete(root.record.arn);
      this.#byKey.delete(root.key);
    }
  }
}
