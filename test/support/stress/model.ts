/** What the model knows of a director: one registration of a name. */
export interface ModelDirector {
  /** Unique, and what VCL prints: `n17-3`. */
  readonly id: string;
  sick: boolean;
  /** The step of the last change of its health. */
  changed: number;
}

/** What the model knows of a loaded VCL. */
export interface ModelVcl {
  readonly name: string;
  state: string;
  /** Global directors that it has bound, by name. */
  readonly bound: ReadonlyMap<string, ModelDirector>;
  /** The label that it dispatches to, if it is a main VCL. */
  readonly dispatches: string | undefined;
}

/** Everything that a value has been, and from where on it is certain: an operation that is under way may not have had its effect. */
export class Trace<Value> {
  readonly #values: Value[] = [];
  #certain = 0;

  begin(value: Value): void {
    this.#values.push(value);
  }

  settle(): void {
    this.#certain = Math.max(0, this.#values.length - 1);
  }

  get now(): Value | undefined {
    return this.#values.at(-1);
  }

  /** A place to ask `since` from. */
  get mark(): number {
    return this.#certain;
  }

  /** What it may have been since then. */
  since(mark: number): readonly Value[] {
    return this.#values.slice(mark);
  }
}

/**
 * What must be true of an instance, kept as plainly as can be: names, VCLs and labels in maps. Each method says whether the operation is to
 * succeed, and does it if so; otherwise the answer is a part of the refusal's text.
 */
export class Model {
  /** Operations so far. */
  step = 0;
  readonly names = new Map<string, ModelDirector>();
  readonly vcls = new Map<string, ModelVcl>();
  readonly labels = new Map<string, Trace<string>>();
  /** VCLs and labels that were active. */
  readonly active = new Trace<string>();
  /** Discarded ones by name, which tasks may still hold. */
  readonly gone = new Map<string, ModelVcl>();
  /** Of every label that there has been. */
  readonly #traces = new Map<string, Trace<string>>();
  #directors = 0;

  /** A director that is about to be registered under a name. */
  director(name: string): ModelDirector {
    return { id: `${name}-${++this.#directors}`, sick: false, changed: 0 };
  }

  register(name: string, director: ModelDirector): boolean {
    if (this.names.has(name)) return false;
    this.names.set(name, director);
    return true;
  }

  remove(name: string): boolean {
    return this.names.delete(name);
  }

  /** `declared` are names of backends of its own. */
  load(
    name: string,
    state: string,
    wanted: readonly string[],
    dispatches: string | undefined,
    declared: readonly string[],
  ): string | undefined {
    const missing = wanted.find((one) => !this.names.has(one));
    if (missing !== undefined) return `No global director named ${missing} for VCL ${name}`;
    const colliding = wanted.find((one) => declared.includes(one));
    if (colliding !== undefined) return `Global director ${colliding} collides with the backend ${colliding}`;
    const bound = new Map(wanted.map((one) => [one, this.names.get(one)!]));
    this.vcls.set(name, { name, state, bound, dispatches });
    return undefined;
  }

  use(name: string): string | undefined {
    if (this.vcls.get(name)?.state === "cold") return "is cold - set to auto or warm first";
    this.active.begin(name);
    return undefined;
  }

  label(label: string, target: string): string | undefined {
    if (this.#reaches(target, label)) return "would create a loop";
    if (this.vcls.get(target)?.state === "cold") return "is cold - set to auto or warm first";
    const trace = this.#traces.get(label) ?? new Trace<string>();
    this.#traces.set(label, trace);
    this.labels.set(label, trace);
    trace.begin(target);
    return undefined;
  }

  setState(name: string, state: string): string | undefined {
    const vcl = this.vcls.get(name)!;
    if (vcl.state === state) return undefined;
    if (state === "cold" && this.active.now === name) return "Cannot set the active VCL cold.";
    if (state === "cold" && this.#labelsOf(name).length > 0) return "A labeled VCL cannot be set cold";
    vcl.state = state;
    return undefined;
  }

  discard(name: string): string | undefined {
    if (this.active.now === name) return "Cannot discard active VCL program";
    if (this.labels.has(name)) {
      const used = [...this.vcls.values()].some(({ dispatches }) => dispatches === name);
      if (used) return "other VCLs depend on it";
      this.labels.delete(name);
      return undefined;
    }
    if (this.#labelsOf(name).length > 0) return "Cannot discard labeled VCL program";
    this.gone.set(name, this.vcls.get(name)!);
    this.vcls.delete(name);
    return undefined;
  }

  /** References that each director must have: the name's, and one of every VCL that has bound it; `held` are discarded ones in memory. */
  references(held: readonly string[]): Map<string, number> {
    const counts = new Map<string, number>();
    const count = ({ id }: ModelDirector): void => void counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const director of this.names.values()) count(director);
    const vcls = [...this.vcls.values(), ...held.map((name) => this.gone.get(name)!)];
    for (const { bound } of vcls) for (const director of bound.values()) count(director);
    return counts;
  }

  #labelsOf(vcl: string): string[] {
    return [...this.labels].filter(([, trace]) => trace.now === vcl).map(([label]) => label);
  }

  /** Whether a VCL leads, by its label and that one's VCL, to a label. */
  #reaches(vcl: string | undefined, label: string): boolean {
    const next = this.vcls.get(vcl ?? "")?.dispatches;
    if (next === undefined) return false;
    return next === label || this.#reaches(this.labels.get(next)?.now, label);
  }
}
