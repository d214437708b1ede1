import { CommandFailure } from "./command-failure.js";
import { globExpression } from "./glob.js";
import { Label } from "./label.js";
import type { Temperature, Vcl } from "./vcl.js";

/** A row of `vcl.list`. */
export interface VclListing {
  readonly name: string;
  readonly status: "active" | "available" | "discarded";
  readonly state: "auto" | "cold" | "label" | "warm";
  readonly temperature: Temperature;
  /** Tasks that hold it. */
  readonly busy: number;
  /** Of a label: the VCL it points to, and how many VCLs name it. */
  readonly label?: { readonly name: string; readonly refs: number };
  /** Of a VCL: how many labels point to it. */
  readonly labels: number;
}

/** What a VCL or label needs: a row, or some, of `vcl.deps`. */
export interface VclDependencies {
  readonly name: string;
  readonly deps: readonly string[];
}

/** The loaded VCLs and the labels, which share one space of names, and which of them is active. Texts are varnishd's. */
export class VclTable {
  readonly #entries = new Map<string, Label | Vcl>();
  #active: Label | Vcl | undefined;

  /** Where new requests start. */
  get active(): Label | Vcl | undefined {
    return this.#active;
  }

  label(name: string): Label | undefined {
    const entry = this.#entries.get(name);
    return entry instanceof Label ? entry : undefined;
  }

  /** The names of the labels, in the order they came. */
  labels(): string[] {
    return [...this.#entries].flatMap(([name, entry]) => (entry instanceof Label ? [name] : []));
  }

  /** The VCL of that name, or the one behind that label. */
  vcl(name: string): Vcl | undefined {
    return target(this.#entries.get(name));
  }

  /** The VCL that is active, or behind the label that is. */
  get activeVcl(): Vcl | undefined {
    return target(this.#active);
  }

  /** Refuses a name that cannot be given to a VCL. */
  checkNewName(name: string): void {
    checkName(name);
    if (this.#entries.has(name)) throw new CommandFailure(106, `Already a VCL named ${name}`);
  }

  add(vcl: Vcl): void {
    this.#entries.set(vcl.name, vcl);
  }

  /** The VCL or label of that name. */
  find(name: string): Label | Vcl {
    const entry = this.#entries.get(name);
    if (!entry) throw new CommandFailure(106, `No VCL named ${name} known`);
    return entry;
  }

  /** The VCLs, in the order they came. */
  vcls(): Vcl[] {
    return [...this.#entries.values()].filter((entry): entry is Vcl => !(entry instanceof Label));
  }

  /** `vcl.use`: new requests start in that VCL, or in the one behind that label. Answers as varnishd does. */
  activate(entry: Label | Vcl): string {
    if (entry === this.#active) return "";
    this.#active = entry;
    return `VCL '${entry.name}' now active`;
  }

  /** The VCL that a label is to point to; refuses what `vcl.label` refuses. */
  checkLabel(name: string, target: string): Vcl {
    checkName(name);
    const vcl = this.find(target);
    if (vcl instanceof Label) throw new CommandFailure(300, "VCL labels cannot point to labels");
    const existing = this.#entries.get(name);
    if (existing && !(existing instanceof Label)) throw new CommandFailure(106, `${name} is not a label`);
    if (existing) refuseLoop(existing, vcl);
    return vcl;
  }

  /** `vcl.label`, once checked: makes a label, or points it at another VCL. */
  setLabel(name: string, target: Vcl): void {
    const existing = this.label(name);
    if (existing) existing.point(target);
    else this.#entries.set(name, new Label(name, target));
  }

  /**
   * `vcl.discard`: takes what the patterns (globs) match off the table, all or nothing. Answers with the VCLs, whose last task may be
   * still running. `check` may refuse too, by throwing.
   */
  discard(patterns: readonly string[], check: (doomed: readonly Vcl[]) => void = () => undefined): Vcl[] {
    const doomed = this.#match(patterns);
    for (const entry of doomed) {
      if (entry === this.#active)
        throw new CommandFailure(300, `Cannot discard active VCL program ${entry.name}`);
    }
    const late = this.#lateUsers();
    for (const entry of doomed) refuseNeeded(entry, doomed, late);
    check([...doomed].filter((entry): entry is Vcl => !(entry instanceof Label)));
    const vcls: Vcl[] = [];
    for (const entry of doomed) {
      this.#entries.delete(entry.name);
      if (entry instanceof Label) entry.drop();
      else vcls.push(entry);
    }
    // A VCL that uses labels goes before the ones behind them.
    return vcls.reverse();
  }

  /** The VCLs that name a label at run time, by its name. */
  #lateUsers(): ReadonlyMap<string, ReadonlySet<Vcl>> {
    const users = new Map<string, Set<Vcl>>();
    for (const vcl of this.vcls()) {
      for (const { label } of vcl.lateLabels) {
        const known = users.get(label);
        if (known) known.add(vcl);
        else users.set(label, new Set([vcl]));
      }
    }
    return users;
  }

  /** Takes everything off, the active VCL too: the instance ends. */
  clear(): Vcl[] {
    this.#active = undefined;
    return this.#entries.size === 0 ? [] : this.discard(["*"]);
  }

  list(): VclListing[] {
    return [...this.#entries.values()].map((entry) => this.listing(entry));
  }

  /** `vcl.deps`: each VCL with the labels that it names, each label with its VCL. */
  deps(): VclDependencies[] {
    return [...this.#entries.values()].map((entry) => ({
      name: entry.name,
      deps: entry instanceof Label ? [entry.target.name] : [...entry.uses].map(({ name }) => name),
    }));
  }

  /** The row of one VCL or label. */
  listing(entry: Label | Vcl): VclListing {
    const { name } = entry;
    const status = entry === this.#active ? "active" : "available";
    if (entry instanceof Label) {
      const label = { name: entry.target.name, refs: entry.users.size };
      return { name, status, state: "label", temperature: "warm", busy: 0, label, labels: 0 };
    }
    const { state, temperature, busy, labels } = entry;
    return {
      name,
      status: entry.discarded ? "discarded" : status,
      state,
      temperature,
      busy,
      labels: labels.size,
    };
  }

  #match(patterns: readonly string[]): Set<Label | Vcl> {
    const matched = new Set<Label | Vcl>();
    for (const pattern of patterns) {
      const expression = globExpression(pattern);
      const entries = [...this.#entries.values()].filter(({ name }) => expression.test(name));
      if (entries.length === 0) throw new CommandFailure(106, `No VCL name matches ${pattern}`);
      for (const entry of entries) matched.add(entry);
    }
    return matched;
  }
}

function target(entry: Label | Vcl | undefined): Vcl | undefined {
  return entry instanceof Label ? entry.target : entry;
}

function checkName(name: string): void {
  const bad = /^[^A-Za-z]/.exec(name)?.[0] ?? /[^A-Za-z0-9_-]/.exec(name)?.[0];
  if (bad !== undefined) throw new CommandFailure(106, `Illegal character in VCL name ('${bad}')`);
  if (name === "") throw new CommandFailure(106, "Empty VCL name");
}

function refuseLoop(label: Label, target: Vcl): void {
  const path = [...target.uses];
  const seen = new Set<Label>();
  for (let used = path.pop(); used; used = path.pop()) {
    if (used === label) {
      const lines = `Vcl ${target.name} uses Label ${label.name}\nPointing label ${label.name} at ${target.name} would create a loop`;
      throw new CommandFailure(106, lines);
    }
    if (seen.has(used)) continue;
    seen.add(used);
    path.push(...used.target.uses);
  }
}

function refuseNeeded(
  entry: Label | Vcl,
  doomed: ReadonlySet<Label | Vcl>,
  late: ReadonlyMap<string, ReadonlySet<Vcl>>,
): void {
  // What is discarded already, and only not gone yet, keeps what it needs by itself.
  const dependents: Iterable<Label | Vcl> =
    entry instanceof Label ? new Set([...entry.users, ...(late.get(entry.name) ?? [])]) : entry.labels;
  const needed = [...dependents].filter((dependent) => !doomed.has(dependent) && !dependent.discarded);
  if (needed.length === 0) return;
  const head =
    entry instanceof Label
      ? `Cannot discard VCL label ${entry.name}, other VCLs depend on it:`
      : `Cannot discard labeled VCL program ${entry.name}:`;
  const names = needed.slice(0, 5).map(({ name }) => `\n\t${name}`);
  throw new CommandFailure(300, `${head}${names.join("")}${needed.length > 5 ? "\n\t[...]" : ""}`);
}
