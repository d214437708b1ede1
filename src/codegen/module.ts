import type { AnalyzedProgram, ExpressionFact, ImportFact, ObjectFact, SubFact } from "../analyze/program.js";
import type * as ast from "../parser/ast.js";
import type { SourceFile, Span } from "../source/source-file.js";
import { NeededFormat } from "./module-format.js";
import { Constants } from "./constants.js";
import { baseName, type GenerateOptions } from "./options.js";
import { Names } from "./names.js";
import { runtimeNames, taskNames, type RuntimeType, type RuntimeValue } from "./runtime-names.js";
import { builtinSubs } from "../analyze/builtin.js";
import { returnsAction } from "./sub-shape.js";
import type { Step } from "./step.js";
import { TracePoints } from "./trace-points.js";
import { PositionIndex } from "./source-positions.js";
import type { Mode } from "./writer.js";

/** The module that is being written: its names, and what it turned out to need. */
export class Module {
  readonly program: AnalyzedProgram;
  readonly mode: Mode;
  readonly options: GenerateOptions;
  /** Name of the main source as the module gives it; by default never an absolute path, so that the same policy compiles to the same bytes everywhere. */
  readonly source: string;
  readonly names: Names;
  /** The steps that the code tells of, where it does. */
  readonly steps: Step[] = [];
  readonly format = new NeededFormat();
  /** The points that it tells of where it is traced: they are numbered before anything is written, in the order of the source. */
  readonly trace: TracePoints | undefined;
  readonly runtimeValues = new Set<RuntimeValue>();
  readonly runtimeTypes = new Set<RuntimeType>();
  /** Constants of the module: regular expressions, addresses, blobs, long texts. */
  readonly constants: Constants;
  /** Constants of one load: storages, private state of VMODs, sub values. */
  readonly loadConstants: Constants;
  readonly #positions = new PositionIndex();
  readonly #declared = new Map<object, string>();
  readonly #labels = new Map<string, string>();
  readonly #globals = new Map<string, string>();
  readonly #used = new Set<unknown>();
  readonly #returning = new Map<SubFact, boolean>();

  constructor(program: AnalyzedProgram, mode: Mode, options: GenerateOptions) {
    this.program = program;
    this.mode = mode;
    this.options = options;
    this.names = new Names([
      ...runtimeNames,
      ...taskNames,
      ...(options.steps === true || options.trace === true ? ["step"] : []),
    ]);
    if (options.trace === true) {
      this.trace = new TracePoints(subsOf(program.syntax));
      this.steps = this.trace.steps;
    }
    this.source = this.#displayName(program.syntax.span.file);
    this.constants = new Constants(this.names);
    this.loadConstants = new Constants(this.names);
    this.#claimNames();
  }

  #claimNames(): void {
    const { imports, objects, backends, probes, acls, subs, globals, labels } = this.program;
    const claim = (of: object, name: string) => this.#declared.set(of, this.names.claim(name));
    for (const fact of imports) claim(fact, fact.alias);
    for (const fact of objects) claim(fact, fact.name);
    for (const declaration of backends) claim(declaration, `backend_${declaration.name.text}`);
    for (const declaration of probes) claim(declaration, `probe_${declaration.name.text}`);
    for (const { declaration } of acls) claim(declaration, `acl_${declaration.name.text}`);
    for (const fact of subs) if (fact.kind !== "method") claim(fact, `sub_${fact.name}`);
    for (const { name } of globals) this.#globals.set(name, this.names.claim(`global_${name}`));
    for (const { name } of labels) this.#labels.set(name, this.names.claim(`label_${name}`));
  }

  /** The emitted name of a declaration, an import, an object or a sub, which is then in use. */
  nameOf(of: ast.Declaration | ImportFact | ObjectFact | SubFact): string {
    this.#used.add(of);
    return this.declaredName(of);
  }

  /** The same, where it is declared. */
  declaredName(of: ast.Declaration | ImportFact | ObjectFact | SubFact): string {
    return known(this.#declared.get(of), "declaration");
  }

  /** The constant of a label, which is then in use. */
  labelName(label: string): string {
    this.#used.add(label);
    return known(this.#labels.get(label), `label ${label}`);
  }

  isLabelUsed(label: string): boolean {
    return this.#used.has(label);
  }

  globalName(global: string): string {
    return known(this.#globals.get(global), `global director ${global}`);
  }

  /** Whether emitted code mentions it. */
  isUsed(of: ast.Declaration | ImportFact | ObjectFact | SubFact): boolean {
    return this.#used.has(of);
  }

  /** Imports that the emitted code mentions, and those that want to be told of events. */
  get usedImports(): readonly ImportFact[] {
    const told = this.toldImports;
    return this.program.imports.filter((fact) => this.isUsed(fact) || told.includes(fact));
  }

  /** Imports whose VMODs want to be told of events, each VMOD once. */
  get toldImports(): readonly ImportFact[] {
    return this.program.imports.filter((fact) => fact.vmod.events && fact === this.firstImport(fact));
  }

  /** The import that stands for a VMOD: under another name it is the same one, with the same state. */
  firstImport({ vmod }: ImportFact): ImportFact {
    const first = this.program.imports.find((fact) => fact.vmod.name === vmod.name);
    return known(first, `VMOD ${vmod.name}`);
  }

  /** A function of the runtime, which is then imported. */
  runtime(name: RuntimeValue): string {
    this.runtimeValues.add(name);
    return name;
  }

  /** A type of the runtime, which is then imported. */
  runtimeType(name: RuntimeType): string {
    this.runtimeTypes.add(name);
    return name;
  }

  factOf(expression: ast.Expression): ExpressionFact {
    return known(this.program.expressions.get(expression), expression.kind);
  }

  /** `file:line:column`, both from 1, for messages of emitted code. */
  place({ file, start }: Span): string {
    const { line, column } = this.#positions.of(file).at(start);
    return `${this.#displayName(file)}:${line}:${column + 1}`;
  }

  /** The place of the backend of that name, which a global director of the name collides with. */
  backendPlace(name: string): string | undefined {
    const backend = this.program.backends.find((declared) => declared.name.text === name);
    return backend && this.place(backend.name.span);
  }

  #displayName(file: SourceFile): string {
    const { displayName } = this.options;
    return displayName ? displayName(file) : file.name.startsWith("/") ? baseName(file.name) : file.name;
  }

  /** Whether a sub can end in an action; one that cannot is called as a plain statement. */
  returnsAction(sub: SubFact): boolean {
    return returnsAction(sub, this.program, this.#returning);
  }
}

/** What the analyzer must have noted; its absence is a bug of the compiler. */
export function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`codegen: the analyzer left no fact for ${what}`);
  return value;
}

/** Every sub that can be in a module, in the order of the source. */
function* subsOf({ declarations }: ast.Program): Iterable<ast.SubDeclaration> {
  for (const declaration of declarations) if (declaration.kind === "SubDeclaration") yield declaration;
  yield* builtinSubs();
}
