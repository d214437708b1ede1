import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import type { DiagnosticCode, DiagnosticParameters } from "../diagnostics/catalog.js";
import { isSubScope } from "../language/subs.js";
import type { Span } from "../source/source-file.js";
import { PrototypeReader, type Prototype } from "./prototype.js";
import type { Stanza } from "./stanzas.js";
import { tokenize } from "./tokens.js";
import type { VccFunction, VccObject, VmodInterface } from "./vmod-interface.js";

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };
type FunctionDraft = Draft<VccFunction>;
interface ObjectDraft extends Omit<Draft<VccObject>, "construct" | "methods" | "methodAliases"> {
  construct: FunctionDraft;
  methods: FunctionDraft[];
  methodAliases: Map<string, FunctionDraft>;
}

const legalName = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/** Collects the stanzas that declare functions, objects and methods, and those that say more about the one before. */
export class InterfaceBuilder {
  private readonly functions = new Map<string, FunctionDraft>();
  private readonly objects = new Map<string, ObjectDraft>();
  /** The object that a `$Method` belongs to now; "broken" after an object that could not be read. */
  private object: ObjectDraft | "broken" | undefined;
  /** What `$Restrict`, `$Async` and `$Settled` speak of now. */
  private subject: FunctionDraft | "broken" | undefined;
  private readonly report: (diagnostic: Diagnostic) => void;

  constructor(report: (diagnostic: Diagnostic) => void) {
    this.report = report;
  }

  finish(): Pick<VmodInterface, "functions" | "objects"> {
    return { functions: this.functions, objects: this.objects };
  }

  /** False when the stanza is none of these. */
  read(stanza: Stanza): boolean {
    switch (stanza.keyword) {
      case "Function":
        this.object = undefined;
        this.subject = this.readFunction(stanza) ?? "broken";
        return true;
      case "Object":
        this.object = this.readObject(stanza) ?? "broken";
        this.subject = this.object === "broken" ? "broken" : this.object.construct;
        return true;
      case "Method":
        this.subject = this.readMethod(stanza) ?? "broken";
        return true;
      case "Restrict":
        this.readRestrict(stanza);
        return true;
      case "Async":
        this.readMark(stanza, "suspends");
        return true;
      case "Settled":
        this.readMark(stanza, "asksHealth");
        return true;
      case "Alias":
        this.object = undefined;
        this.subject = undefined;
        this.readAlias(stanza);
        return true;
      default:
        this.object = undefined;
        this.subject = undefined;
        return false;
    }
  }

  private readFunction(stanza: Stanza): FunctionDraft | undefined {
    const prototype = this.prototypeReader(stanza).readPrototype(true);
    if (!prototype) return undefined;
    const name = prototype.name.text;
    if (!this.checkName(name, prototype.name.span)) return undefined;
    const read = makeFunction(name, prototype, stanza);
    this.functions.set(name, read);
    return read;
  }

  private readObject(stanza: Stanza): ObjectDraft | undefined {
    const reader = this.prototypeReader(stanza);
    const nullOk = reader.accept("NULL_OK");
    const prototype = reader.readPrototype(false);
    if (!prototype) return undefined;
    const name = prototype.name.text;
    if (!this.checkName(name, prototype.name.span)) return undefined;
    const { doc, span } = stanza;
    const construct = makeFunction(name, prototype, stanza);
    const read: ObjectDraft = { name, nullOk, construct, methods: [], methodAliases: new Map(), doc, span };
    this.objects.set(name, read);
    return read;
  }

  private readMethod(stanza: Stanza): FunctionDraft | undefined {
    const { object } = this;
    if (!object) return this.fail("vcc-method-without-object", stanza.span, {});
    const prototype = this.prototypeReader(stanza).readPrototype(true);
    if (!prototype || object === "broken") return undefined;
    const dotted = prototype.name.text;
    if (!dotted.startsWith(".")) {
      return this.fail("vcc-method-without-dot", prototype.name.span, { name: dotted });
    }
    const name = dotted.slice(1);
    if (!legalName.test(name)) return this.fail("vcc-illegal-name", prototype.name.span, { name: dotted });
    if (object.methods.some((method) => method.name === name)) {
      return this.fail("vcc-duplicate-name", prototype.name.span, { name: dotted });
    }
    const read = makeFunction(name, prototype, stanza);
    object.methods.push(read);
    return read;
  }

  private readRestrict(stanza: Stanza): void {
    const { subject, object } = this;
    const words = tokenize(stanza.signature);
    const isConstructor = typeof object === "object" && subject === object.construct;
    if (!subject || isConstructor) {
      this.fail("vcc-nothing-to-follow", stanza.span, {
        name: "$Restrict",
        expected: "a function or method",
      });
      return;
    }
    if (words.length === 0) {
      this.fail("vcc-bad-stanza", stanza.span, { name: "$Restrict", expected: "at least one scope" });
      return;
    }
    for (const { text, span } of words) {
      if (!isSubScope(text)) this.fail("vcc-restrict-scope", span, { scope: text });
    }
    if (subject === "broken") return;
    subject.restrict = words.map(({ text }) => text);
    addDoc(subject, stanza.doc);
  }

  /** A stanza of one word that says something about the function before it. */
  private readMark(stanza: Stanza, mark: "suspends" | "asksHealth"): void {
    const { subject } = this;
    const [extra] = tokenize(stanza.signature);
    if (extra) this.fail("vcc-expected", extra.span, { expected: "end of line", found: extra.text });
    if (!subject) {
      const expected = "a function, object or method";
      this.fail("vcc-nothing-to-follow", stanza.span, { name: `$${stanza.keyword}`, expected });
    } else if (subject !== "broken") {
      subject[mark] = true;
      addDoc(subject, stanza.doc);
    }
  }

  /** `$Alias new old` for a function, `$Alias .new object.old` for a method. */
  private readAlias(stanza: Stanza): void {
    const [alias, target, ...more] = tokenize(stanza.signature);
    if (!alias || !target || more.length > 0) {
      this.fail("vcc-bad-stanza", stanza.span, { name: "$Alias", expected: "a new name and its target" });
      return;
    }
    const name = alias.text;
    const found = name.startsWith(".") ? this.method(target.text) : this.functions.get(target.text);
    if (!found) {
      this.fail("vcc-alias-target", target.span, { name: target.text });
    } else if ("declaration" in found) {
      this.addMethodAlias(name.slice(1), found, alias.span);
    } else if (this.checkName(name, alias.span)) {
      this.functions.set(name, found);
    }
  }

  private addMethodAlias(
    name: string,
    { object, declaration }: { object: ObjectDraft; declaration: FunctionDraft },
    span: Span,
  ): void {
    const taken = object.methods.some((method) => method.name === name) || object.methodAliases.has(name);
    if (!legalName.test(name)) this.fail("vcc-illegal-name", span, { name: `.${name}` });
    else if (taken) this.fail("vcc-duplicate-name", span, { name: `.${name}` });
    else object.methodAliases.set(name, declaration);
  }

  /** The method that `object.method` names. */
  private method(path: string): { object: ObjectDraft; declaration: FunctionDraft } | undefined {
    const [objectName = "", methodName, ...more] = path.split(".");
    const object = this.objects.get(objectName);
    const declaration = object?.methods.find((method) => method.name === methodName);
    return object && declaration && more.length === 0 ? { object, declaration } : undefined;
  }

  private checkName(name: string, span: Span): boolean {
    if (!legalName.test(name)) this.fail("vcc-illegal-name", span, { name });
    else if (this.functions.has(name) || this.objects.has(name)) {
      this.fail("vcc-duplicate-name", span, { name });
    } else return true;
    return false;
  }

  private prototypeReader({ signature }: Stanza): PrototypeReader {
    return new PrototypeReader(signature, this.report);
  }

  private fail<Code extends DiagnosticCode>(
    code: Code,
    span: Span,
    parameters: DiagnosticParameters<Code>,
  ): undefined {
    this.report(diagnostic(code, span, parameters));
    return undefined;
  }
}

function makeFunction(name: string, prototype: Prototype, { doc, span }: Stanza): FunctionDraft {
  const { returns, returnValues, args, privs } = prototype;
  const values = returnValues && { returnValues };
  return { name, returns, ...values, args, privs, suspends: false, asksHealth: false, doc, span };
}

function addDoc(subject: FunctionDraft, doc: string): void {
  subject.doc = [subject.doc, doc].filter((part) => part !== "").join("\n\n");
}
