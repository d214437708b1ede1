import { actions, type ActionEntry } from "../../../src/language/actions.js";
import { addition, assignment, comparison, multiplication } from "../../../src/language/operators.js";
import { maskOf, methodSubNames, type MethodSub, type SubScope } from "../../../src/language/subs.js";
import { types, type VclType } from "../../../src/language/types.js";
import { variables, type VariableEntry } from "../../../src/language/variables.js";
import { functionMask } from "../../../src/analyze/symbols.js";
import type { VccArgument, VccFunction } from "../../../src/vcc/vmod-interface.js";
import { shippedVmods } from "../conformance.js";
import { Random } from "../random.js";

/** What only the trunk has: left out, so that 7.1 can be asked. */
const trunkOnly =
  /^(?:param|obj_stale)\.|\.(?:filters|trace|max_age|retry_connect|task_deadline|transit_buffer|xid|content-length|transfer-encoding)$|^req\.is_hit|^std\.(?:now|timed_call|rfc_ttl)$/;

const entries = (variables as readonly VariableEntry[]).filter(({ name }) => !trunkOnly.test(name));
const modules = ["std", "blob", "cookie", "directors"] as const;
const functions = modules.flatMap((module) =>
  [...(shippedVmods.find(module)?.functions.values() ?? [])].map(
    (fn) => [`${module}.${fn.name}`, fn] as const,
  ),
);

const literals: Readonly<Partial<Record<VclType, readonly string[]>>> = {
  ACL: ["local", "other"],
  BACKEND: ["default", "origin", "second", "rr.backend()", "origin.resolve()"],
  BLOB: [":YWJj:", "::", ":YQ==:"],
  BODY: ['"a"', ":YWJj:"],
  BOOL: ["true", "false"],
  BYTES: ["1KB", "2.5 MB", "0b"],
  DURATION: ["1s", "1.5m", "10 ms", "1y"],
  HTTP: ["req", "bereq"],
  INT: ["0", "1", "42"],
  IP: ["client.ip"],
  PROBE: ["check"],
  REAL: ["1.5", "2.", "0.001"],
  REGEX: ['"a"', '"^(a|b)+$"', '{"x"y"}'],
  STEVEDORE: ["storage.Transient"],
  STRING: ['"a"', '""', '{"b"c"}', '"""d"""'],
  TIME: ["now"],
};

/** Writes programs that are right by the tables of the language, with now and then one thing of another type or another sub. */
class Writer {
  readonly #random: Random;
  readonly #subs: readonly MethodSub[];
  /** Changes that are still to be made; 0: the program is right. */
  #changes: number;

  constructor(random: Random, subs: readonly MethodSub[], changes: number) {
    this.#random = random;
    this.#subs = subs;
    this.#changes = changes;
  }

  #isLegal(scopes: readonly SubScope[] | undefined): boolean {
    return scopes !== undefined && this.#isWithin(maskOf(scopes));
  }

  #isWithin(mask: number): boolean {
    return this.#subs.every((sub) => mask & maskOf([sub]));
  }

  /** Whether to do something wrong here. */
  #slips(): boolean {
    if (this.#changes === 0 || this.#random.below(8) > 0) return false;
    this.#changes--;
    return true;
  }

  expression(type: VclType, depth: number): string {
    if (this.#slips()) return this.expression(this.#random.pick(Object.keys(types) as VclType[]), depth);
    const plain = [...(literals[type] ?? []), ...this.#variables(type)];
    const choices = [() => (plain.length > 0 ? this.#random.pick(plain) : '"?"')];
    if (depth > 0) choices.push(...this.#compound(type, depth - 1));
    return this.#random.pick(choices)();
  }

  #variables(type: VclType): string[] {
    const readable = entries.filter((entry) => this.#slips() || this.#isLegal(entry.read));
    const own = readable.filter(
      (entry) => entry.type === type || (type === "STRING" && entry.type === "HEADER"),
    );
    return own.map(({ name }) => name.replace("*", this.#random.pick(["a", "X-b", "Host"])));
  }

  #compound(type: VclType, depth: number): (() => string)[] {
    const sub = (wanted: VclType) => this.expression(wanted, depth);
    const binary = (left: VclType, operators: readonly string[], right: VclType) => () =>
      `${sub(left)} ${this.#slips() ? this.#random.pick(["+", "-", "*", "==", "~", "&&", "<"]) : this.#random.pick(operators)} ${sub(right)}`;
    const choices: (() => string)[] = [() => `(${sub(type)})`];
    for (const row of addition)
      if (row.result === type) choices.push(binary(row.left, row.operators, row.right));
    for (const [left, row] of Object.entries(multiplication))
      if (row.result === type)
        choices.push(binary(left as VclType, left === "INT" ? ["*", "/", "%"] : ["*", "/"], row.right));
    if (types[type].signed && types[type].negatable)
      choices.push(() => `-${this.#random.pick(literals[type] ?? ["1"])}`);
    if (type === "BOOL") {
      const row = this.#random.pick(comparison);
      choices.push(binary(row.left, row.operators, row.right), binary(row.left, row.operators, row.right));
      choices.push(binary("BOOL", ["&&", "||"], "BOOL"), () => `!${sub("BOOL")}`);
      choices.push(() => sub(this.#random.pick(["STRING", "INT", "DURATION", "BACKEND"])));
    }
    if (type === "STRING") {
      const any = this.#random.pick((Object.keys(types) as VclType[]).filter((one) => types[one].text));
      choices.push(binary("STRING", ["+"], any), binary("STRING", ["+"], "STRING"), () => sub(any));
      choices.push(() => `${sub("STRING")}.${this.#random.pick(["lower", "upper"])}()`);
      choices.push(() => `regsub(${sub("STRING")}, ${sub("REGEX")}, ${sub("STRING")})`);
    }
    for (const [name, fn] of functions)
      if (fn.returns === type && !trunkOnly.test(name) && this.#isWithin(functionMask(fn)))
        choices.push(() => this.#call(name, fn, depth));
    return choices;
  }

  #call(name: string, fn: VccFunction, depth: number): string {
    const args: string[] = [];
    let named = false;
    for (const argument of fn.args) {
      const isOptional = argument.optional || argument.default !== undefined;
      if (this.#slips() || (isOptional && this.#random.below(2) === 0)) {
        named = true;
        if (argument.name === undefined) break;
        continue;
      }
      const value = this.#argument(argument, depth);
      named ||= argument.name !== undefined && this.#random.below(4) === 0;
      args.push(named ? `${argument.name} = ${value}` : value);
    }
    return `${name}(${args.join(", ")})`;
  }

  #argument({ type, values = [] }: VccArgument, depth: number): string {
    if (type === "ENUM") return this.#random.pick(values);
    if (type === "HEADER") return this.#random.pick([...this.#variables("HEADER"), "req.http.a"]);
    return this.expression(type === "STRANDS" ? "STRING" : type, depth);
  }

  statement(depth: number): string {
    const choices = [
      () => this.#set(),
      () => this.#set(),
      () => this.#set(),
      () => this.#unset(),
      () => this.#statementCall(),
      () => `if (${this.expression("BOOL", 2)}) { ${this.block(depth - 1)} }${this.#otherwise(depth)}`,
      () => this.#return(),
    ];
    return this.#random.pick(depth > 0 ? choices : choices.slice(0, 5))();
  }

  block(depth: number): string {
    return Array.from({ length: 1 + this.#random.below(2) }, () => this.statement(depth)).join(" ");
  }

  #otherwise(depth: number): string {
    const kind = this.#random.below(4);
    if (kind === 0) return ` else { ${this.block(depth - 1)} }`;
    return kind === 1 ? ` elsif (${this.expression("BOOL", 1)}) { }` : "";
  }

  #set(): string {
    const writable = entries.filter(({ write }) => this.#isLegal(write));
    const target =
      this.#slips() || writable.length === 0 ? this.#random.pick(entries) : this.#random.pick(writable);
    const name = target.name.replace("*", this.#random.pick(["a", "X-b"]));
    const [operator, wanted] = this.#random.pick([
      ["=", target.type] as const,
      ...Object.entries(assignment[target.type] ?? {}),
    ]);
    return `set ${name} ${operator} ${this.expression(wanted === "HEADER" ? "STRING" : wanted, 3)};`;
  }

  #unset(): string {
    const some = entries.filter(
      ({ unset, name }) => this.#slips() || (name.includes("http") && this.#isLegal(unset)),
    );
    return some.length > 0 ? `unset ${this.#random.pick(some).name.replace("*", "a")};` : "{ }";
  }

  #statementCall(): string {
    const legal = functions.filter(([name, fn]) => !trunkOnly.test(name) && this.#isWithin(functionMask(fn)));
    const [name, fn] = this.#random.pick(this.#slips() ? functions : legal);
    return `${this.#call(name, fn, 2)};`;
  }

  #return(): string {
    const legal = Object.entries(actions as Readonly<Record<string, ActionEntry>>).filter(
      ([name, { subs }]) => !["vcl", "dispatch"].includes(name) && (this.#slips() || this.#isLegal(subs)),
    );
    if (legal.length === 0) return "{ }";
    const [name, { args, bare, needed }] = this.#random.pick(legal);
    const count =
      bare && this.#random.below(2) === 0 ? 0 : needed + this.#random.below(args.length - needed + 1);
    const values = args.slice(0, count).map((type) => this.expression(type === "LABEL" ? "VCL" : type, 2));
    return `return (${name}${count > 0 ? `(${values.join(", ")})` : ""});`;
  }
}

const head = `import std;
import blob;
import cookie;
import directors;
probe check { }
backend origin { .host = "192.0.2.1"; .probe = check; }
backend second none;
acl local { "192.0.2.0"/24; }
acl other { ! "2001:db8::"/32; }
sub vcl_init { new rr = directors.round_robin(); rr.add_backend(second); }
sub vcl_recv { if (client.ip ~ local || client.ip ~ other) { set req.http.check = check; } }
`;

/** Programs that are right by the tables of the language, one of two with something changed; the same for the same seed. */
export function* wellTypedPrograms(seed: number, count: number): Generator<string> {
  const random = new Random(seed);
  const known = methodSubNames.filter((name) => name !== "vcl_backend_refresh");
  for (let number = 0; number < count; number++) {
    const one = random.pick(known);
    const two = random.pick([one, random.pick(known)]);
    const changes = random.below(2);
    const write = (...subs: MethodSub[]) => new Writer(random, subs, changes).block(2);
    yield `vcl ${random.pick(["4.1", "4.1", "4.0"])};
${head}sub helper { ${write(one, two)} }
sub ${one} { ${write(one)} call helper; ${write(one)} }
${two === one ? "" : `sub ${two} { call helper; }\n`}`;
  }
}
