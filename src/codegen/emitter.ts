import type { SubFact } from "../analyze/program.js";
import type * as ast from "../parser/ast.js";
import { gapsOf, writeComment, type Gap } from "./comments.js";
import type { Module } from "./module.js";
import { messageNames, type MessageName, type RuntimeValue } from "./runtime-names.js";
import type { Step } from "./step.js";
import { Writer } from "./writer.js";

/** One handler for each kind of a union of nodes: a forgotten kind does not compile. */
export type Handlers<Node extends ast.Node> = {
  readonly [Kind in Node["kind"]]: (e: Emitter, node: Extract<Node, { readonly kind: Kind }>) => void;
};

export interface NodeHandlers {
  readonly statements: Handlers<ast.Statement>;
  /** They write the value as it is; what the context makes of it is `convert`'s to add. */
  readonly expressions: Handlers<ast.Expression>;
  readonly convert: (e: Emitter, node: ast.Expression) => void;
}

/** Writes statements and expressions into one function of the module, and notes what the function needs. */
export class Emitter {
  readonly module: Module;
  readonly out: Writer;
  /** The sub whose function is written; undefined at load scope. */
  readonly sub: SubFact | undefined;
  readonly #handlers: NodeHandlers;
  readonly #messages = new Set<MessageName>();
  #usesTask = false;
  #usesAction = false;
  #chains = 0;
  /** The step of the statement that is written. */
  #around = 0;

  constructor(module: Module, handlers: NodeHandlers, sub?: SubFact) {
    this.module = module;
    this.out = new Writer(module.mode);
    this.sub = sub;
    this.#handlers = handlers;
  }

  statement(node: ast.Statement): void {
    const before = this.#around;
    this.#around = this.step("statement", node);
    this.out.within(node.span, () => dispatch(this.#handlers.statements, this, node));
    this.#around = before;
  }

  /** Has the code tell that it got here, where it tells of its steps. Answers with the step's number. */
  step(kind: Step["kind"], { span }: ast.Node): number {
    const { steps, options } = this.module;
    if (options.steps !== true) return 0;
    this.out.line(`step(${this.task()}, ${steps.length});`);
    return steps.push(kind === "statement" ? { kind, span } : { kind, span, of: this.#around }) - 1;
  }

  /** Has the code tell that it got to a point, where it is traced. */
  point(node: ast.Block | ast.IfStatement): void {
    const number = this.module.trace?.numberOf(node);
    if (number !== undefined) this.out.line(`step(${this.task()}, ${number});`);
  }

  /** The statements of a block, with the comments and blank lines that stand between them in the source. */
  block(block: ast.Block): void {
    this.point(block);
    if (this.out.mode === "body") {
      for (const statement of block.statements) this.statement(statement);
      return;
    }
    const gaps = gapsOf(block);
    for (const [index, statement] of block.statements.entries()) {
      this.#gap(gaps[index], index === 0);
      // A comment behind a statement goes above it: where the line ends after formatting, nobody knows yet.
      for (const { text, trails } of gaps[index + 1]?.comments ?? [])
        if (trails) writeComment(this.out, text);
      this.statement(statement);
    }
    this.#gap({ comments: gaps.at(-1)?.comments ?? [], endsBlank: false }, block.statements.length === 0);
  }

  #gap(gap: Gap | undefined, isFirst: boolean): void {
    for (const { text, trails, afterBlank } of gap?.comments ?? []) {
      if (trails && !isFirst) continue;
      if (afterBlank && !isFirst) this.out.write("\n");
      writeComment(this.out, text);
    }
    if (gap?.endsBlank && !isFirst) this.out.write("\n");
  }

  /** An expression, in the type that its context wants. */
  expression(node: ast.Expression): void {
    this.out.within(node.span, () => this.#handlers.convert(this, node));
  }

  /** An expression before any conversion. */
  value(node: ast.Expression): void {
    this.out.within(node.span, () => dispatch(this.#handlers.expressions, this, node));
  }

  /** Calls back for each item, with commas between. */
  list<Item>(items: readonly Item[], write: (item: Item) => void): void {
    for (const [index, item] of items.entries()) {
      if (index > 0) this.out.write(", ");
      write(item);
    }
  }

  /** The local of a message of the task: `req`, `beresp` … */
  message(name: MessageName): string {
    this.#messages.add(name);
    return name;
  }

  /** The function's task. */
  task(): string {
    this.#usesTask = true;
    return "task";
  }

  /** A function of the runtime. */
  runtime(name: RuntimeValue): string {
    return this.module.runtime(name);
  }

  /** The function's local for what called subs return: one for all, so that one more call leaves the others as they are. */
  action(): string {
    this.#usesAction = true;
    return "action";
  }

  /** Calls back with a label that no surrounding chain has. */
  chain(write: (label: string) => void): void {
    this.#chains++;
    write(this.#chains === 1 ? "chain" : `chain_${this.#chains}`);
    this.#chains--;
  }

  get usesTask(): boolean {
    return this.#usesTask || this.#messages.size > 0;
  }

  get usesAction(): boolean {
    return this.#usesAction;
  }

  /** The messages that the function uses, in a fixed order. */
  get messages(): readonly MessageName[] {
    return messageNames.filter((name) => this.#messages.has(name));
  }
}

function dispatch<Node extends ast.Node>(handlers: Handlers<Node>, e: Emitter, node: Node): void {
  const handler = handlers[node.kind as Node["kind"]] as (e: Emitter, node: Node) => void;
  handler(e, node);
}
