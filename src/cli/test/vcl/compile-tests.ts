import { analyzeSource } from "../../../analyze/analyze-source.js";
import { generate } from "../../../codegen/generate.js";
import { finishJavaScript, type JavaScriptOutput } from "../../../codegen/javascript.js";
import { reportText } from "../../../diagnostics/reporters/text.js";
import { lineIndex, lineText, position } from "../../../source/position.js";
import type { Span } from "../../../source/source-file.js";
import { analyzeOptions, readMainFile, type CompilerFlags } from "../../analyze-options.js";
import { PolicyFailure } from "../policy-failure.js";
import type { Place } from "../test-case.js";
import { testSubs } from "../test-subs.js";

/** A test in VCL: a sub of a file of tests. */
export interface VclTest {
  readonly sub: string;
  /** What the comment above it says, else its name. */
  readonly title: string;
  readonly place: Place;
}

/** A compiled file of tests. */
export interface VclTests {
  readonly path: string;
  readonly output: JavaScriptOutput;
  readonly tests: readonly VclTest[];
}

/** Compiles a file of tests. Throws a PolicyFailure with what the compiler says. */
export function compileTests(path: string, flags: CompilerFlags, color: boolean): VclTests {
  const options = { ...analyzeOptions(path, flags), outsideCalls: testSubs };
  const { program, diagnostics } = analyzeSource(readMainFile(path), options);
  if (!program) throw new PolicyFailure(`${path} does not compile`, reportText(diagnostics, { color }));
  const output = finishJavaScript(generate(program, "body", { steps: true }));
  const tests = program.entries.flatMap(({ name, bodies: [body] }) => {
    if (!body) return [];
    const { span } = body;
    return [{ sub: name, title: titleAbove(span) ?? name, place: position(span.file, span.start) }];
  });
  if (tests.length === 0)
    throw new PolicyFailure(`no test in ${path}: a test is a sub whose name begins with ${testSubs.prefix}`);
  return { path, output, tests };
}

/** The first sentence of the comment right above a sub. */
function titleAbove({ file, start }: Span): string | undefined {
  const lines: string[] = [];
  for (let line = lineIndex(file, start); line > 0; line--) {
    const text = lineText(file, line).trim();
    const [, comment] = /^(?:#+|\/\/+|\/\*+|\*(?!\/))(.*)$/.exec(text) ?? [];
    if (comment === undefined) break;
    lines.unshift(comment.replace(/\*\/$/, "").trim());
  }
  const [sentence = ""] = lines
    .join(" ")
    .trim()
    .split(/(?<=\.)\s/);
  const title = Buffer.from(sentence.replace(/\.$/, ""), "latin1").toString("utf8");
  return title === "" ? undefined : title;
}
