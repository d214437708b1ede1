import { diagnostic, type Diagnostic, type DiagnosticExtra } from "../diagnostics/diagnostic.js";
import { DiagnosticLimit } from "../diagnostics/limit.js";
import type { DiagnosticCode, DiagnosticParameters } from "../diagnostics/catalog.js";
import { isMethodSub, methodSubNames, type SubMask } from "../language/subs.js";
import type * as ast from "../parser/ast.js";
import type { RegexTranslation } from "../runtime/values/regex-translate.js";
import type { Span } from "../source/source-file.js";
import type { VmodFinder } from "../vcc/vmod-finder.js";
import type {
  AclFact,
  ExpressionFact,
  FieldFacts,
  HeaderTarget,
  ImportFact,
  NameUse,
  ObjectFact,
  ReturnFact,
  SubFact,
  VariableTarget,
} from "./program.js";
import { added, newSub, type SubInfo, type SubUse } from "./sub-info.js";
import type { DeclaredSymbol, ModuleSymbol, VariableSymbol, VclSymbol } from "./symbols.js";

/** A fact while it is being found out. */
export type Value = { -readonly [Key in keyof ExpressionFact]: ExpressionFact[Key] } & {
  /** The type's name for messages, where it is another: `directors.random`. */
  typeName?: string;
};

/**
 * The state of one analysis: the symbols known so far, the sub that is being read, and the side tables that become the
 * `AnalyzedProgram`. The program is read once, in source order, as VCL's rules of visibility ask for.
 */
export class Analysis {
  readonly program: ast.Program;
  readonly version: 40 | 41;
  readonly vmods: VmodFinder;
  /** Parts of the program are missing, because they did not parse: say nothing about what is not there. */
  readonly incomplete: boolean;
  readonly diagnostics: Diagnostic[] = [];
  readonly limit = new DiagnosticLimit();

  /** Names of the program by lower-cased spelling; subs and labels included. */
  readonly names = new Map<string, VclSymbol>();
  /** Imported modules by lower-cased alias. VCL 4.0 lets a module have a name that something else has. */
  readonly modules = new Map<string, ModuleSymbol>();
  readonly subs = new Map<string, SubInfo>();
  readonly headers = new Map<string, VariableSymbol>();
  readonly patterns = new Map<string, RegexTranslation>();
  readonly declared: DeclaredSymbol[] = [];
  /** Calls of built-in subs that were reported. */
  readonly blamed = new Set<ast.Identifier>();
  /** Names, in lower case, whose declaration was refused: not to be called undefined as well. */
  readonly clashes = new Set<string>();
  /** Names, in lower case, of modules and objects that could not be had: nothing more is said about their members. */
  readonly broken = new Set<string>();

  /** What was found, or not, for a name and a path of an import. */
  readonly foundVmods = new Map<string, ReturnType<VmodFinder["find"]>>();

  readonly imports: ImportFact[] = [];
  readonly backends: ast.BackendDeclaration[] = [];
  readonly probes: ast.ProbeDeclaration[] = [];
  readonly acls: AclFact[] = [];
  readonly fields = new Map<ast.BackendDeclaration | ast.ProbeDeclaration | ast.InlineProbe, FieldFacts>();
  readonly objects: ObjectFact[] = [];
  readonly labels = new Map<string, NameUse>();
  readonly globals = new Map<string, NameUse>();
  readonly expressions = new Map<ast.Expression, Value>();
  /** The sub that each `global.NAME` stands in. */
  readonly globalUses = new Map<ast.GlobalDirectorExpression, SubInfo>();
  readonly targets = new Map<ast.SetStatement | ast.UnsetStatement, VariableTarget | HeaderTarget>();
  readonly constructors = new Map<ast.NewStatement, ObjectFact>();
  readonly calls = new Map<ast.CallStatement, SubFact>();
  readonly returns = new Map<ast.ReturnStatement, ReturnFact>();

  /** The sub whose body is being read, and whether that body is the built-in one. */
  sub: SubInfo = newSub("", "user");
  inBuiltin = false;

  constructor(program: ast.Program, vmods: VmodFinder, incomplete: boolean) {
    this.program = program;
    this.version = program.version === 40 ? 40 : 41;
    this.vmods = vmods;
    this.incomplete = incomplete;
    for (const name of methodSubNames) this.subs.set(name, newSub(name, "method"));
  }

  /** Notes a diagnostic of the catalog. Answers with undefined, the value of an expression that has none. */
  report<Code extends DiagnosticCode>(
    code: Code,
    span: Span,
    parameters: DiagnosticParameters<Code>,
    extra?: DiagnosticExtra,
  ): undefined {
    const reported = this.limit.admit(diagnostic(code, span, parameters, extra));
    if (reported) this.diagnostics.push(reported);
    return undefined;
  }

  /** Notes that the current sub does something that only some subs may do. */
  use(how: SubUse["how"], name: string, legal: SubMask, span: Span, call?: Span): void {
    const use = call ? { how, name, legal, span, call } : { how, name, legal, span };
    this.sub.uses = added(this.sub.uses, use);
  }

  /** The sub of a name, made when it is new. */
  subNamed(name: string): SubInfo {
    const key = name.toLowerCase();
    let sub = this.subs.get(key);
    if (sub === undefined) {
      sub = newSub(name, isMethodSub(key) ? "method" : "user");
      this.subs.set(key, sub);
    }
    return sub;
  }
}

/** The type that a value has for whoever reads it. */
export function typeOf(value: Value): ExpressionFact["type"] {
  return value.convertTo ?? value.type;
}

/** A value that is never NULL. */
export function plainValue(type: ExpressionFact["type"], extra: Partial<Value> = {}): Value {
  return { type, nullable: false, strands: 1, ...extra };
}
