import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import type { DiagnosticCode, DiagnosticParameters } from "../diagnostics/catalog.js";
import type { SourceFile, Span } from "../source/source-file.js";
import { InterfaceBuilder } from "./interface-builder.js";
import { decodeUtf8, splitStanzas, type Stanza } from "./stanzas.js";
import { tokenize, unquote } from "./tokens.js";
import type { VmodInterface } from "./vmod-interface.js";

/** What reading a `.vcc` file yields: the interface, unless there were errors, and every diagnostic in source order. */
export interface VccReading {
  readonly interface?: VmodInterface;
  readonly diagnostics: readonly Diagnostic[];
}

/** Bytes of a signature that is not even looked at: whatever it is, it is none. */
const longestSignature = 2 ** 16;

/** Reads a VMOD's interface file. A stanza with a mistake is reported and passed over, so that one run shows every mistake. */
export function readVcc(file: SourceFile): VccReading {
  const diagnostics: Diagnostic[] = [];
  const builder = new InterfaceBuilder((found) => diagnostics.push(found));
  const header = new Header((found) => diagnostics.push(found));
  for (const stanza of splitStanzas(file)) {
    if (stanza.signature.end - stanza.signature.start > longestSignature) {
      const parameters = { name: `$${stanza.keyword}`, expected: "a signature of less than 64 KB" };
      diagnostics.push(diagnostic("vcc-bad-stanza", stanza.span, parameters));
    } else if (!header.read(stanza) && !builder.read(stanza)) {
      diagnostics.push(diagnostic("vcc-unknown-stanza", stanza.span, { name: stanza.keyword }));
    }
  }
  const start = { file, start: 0, end: 0 };
  if (!header.module) {
    if (!header.sawModule) diagnostics.push(diagnostic("vcc-no-module", start, {}));
    return { diagnostics };
  }
  if (diagnostics.some(({ severity }) => severity === "error")) return { diagnostics };
  const doc = header.docs.join("\n\n");
  const { module, events, settling } = header;
  return { interface: { ...module, doc, ...builder.finish(), events, settling }, diagnostics };
}

type ModuleFacts = Pick<VmodInterface, "name" | "description" | "doc" | "span">;

/** The stanzas about the module itself. */
class Header {
  module: (ModuleFacts & { version?: string }) | undefined;
  sawModule = false;
  events = false;
  settling = false;
  /** What documents the module: the text below $Module, and below the other stanzas about it. */
  readonly docs: string[] = [];
  private version: string | undefined;
  private readonly report: (diagnostic: Diagnostic) => void;

  constructor(report: (diagnostic: Diagnostic) => void) {
    this.report = report;
  }

  /** False when the stanza is none of these. */
  read(stanza: Stanza): boolean {
    const isOwn = this.readOwn(stanza);
    if (isOwn && stanza.doc !== "" && stanza.keyword !== "Event") this.docs.push(stanza.doc);
    return isOwn;
  }

  private readOwn(stanza: Stanza): boolean {
    const words = tokenize(stanza.signature);
    switch (stanza.keyword) {
      case "Module":
        this.readModule(stanza);
        return true;
      case "ABI":
        this.oneOf(stanza, ["strict", "vrt"]);
        return true;
      case "Synopsis":
        this.oneOf(stanza, ["auto", "manual"]);
        return true;
      case "Event":
        this.events = true;
        if (words.length !== 1)
          this.fail("vcc-bad-stanza", stanza.span, { name: "$Event", expected: "a handler name" });
        if (stanza.doc) this.fail("vcc-event-documentation", stanza.span, {});
        return true;
      case "Settling":
        this.settling = true;
        if (words.length !== 0)
          this.fail("vcc-bad-stanza", stanza.span, { name: "$Settling", expected: "nothing behind it" });
        return true;
      case "Prefix":
        if (words.length !== 1)
          this.fail("vcc-bad-stanza", stanza.span, { name: "$Prefix", expected: "a symbol" });
        return true;
      case "Version":
        if (words.length === 0)
          this.fail("vcc-bad-stanza", stanza.span, { name: "$Version", expected: "a version" });
        this.version = words.map(({ text }) => text).join(" ");
        if (this.module) this.module.version = this.version;
        return true;
      default:
        return false;
    }
  }

  private readModule({ signature, span }: Stanza): void {
    const [name, section, ...description] = tokenize(signature);
    const duplicate = this.sawModule;
    this.sawModule = true;
    if (duplicate) {
      this.fail("vcc-duplicate-module", span, {});
    } else if (!name || !section || description.length === 0) {
      this.fail("vcc-bad-module", span, {});
    } else if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name.text)) {
      this.fail("vcc-illegal-name", name.span, { name: name.text });
    } else {
      const text = decodeUtf8(description.map(unquote).join(" "));
      this.module = { name: name.text, description: text, doc: "", span };
      if (this.version !== undefined) this.module.version = this.version;
    }
  }

  private oneOf({ keyword, signature, span }: Stanza, known: readonly string[]): void {
    const [word, ...more] = tokenize(signature);
    const name = `$${keyword}`;
    const expected = known.join(" or ");
    if (!word || more.length > 0) this.fail("vcc-bad-stanza", span, { name, expected });
    else if (!known.includes(word.text)) {
      this.fail("vcc-unknown-word", word.span, { name, found: word.text, expected });
    }
  }

  private fail<Code extends DiagnosticCode>(
    code: Code,
    span: Span,
    parameters: DiagnosticParameters<Code>,
  ): void {
    this.report(diagnostic(code, span, parameters));
  }
}
