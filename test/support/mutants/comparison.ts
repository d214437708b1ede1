import { judge } from "../conformance.js";
import { reasonFor } from "./reasons.js";
import type { Verdict } from "./varnishd.js";

/** What this compiler says of a program that is decided by its text alone. */
export function judgeText(vcl: string): ReturnType<typeof judge> {
  return judge({ id: "text", vcl, accept: false, warnUnused: false, decidedByText: true });
}

/** Compares what this compiler and varnishd say of programs, and keeps count. */
export class Comparison {
  readonly #verbose: boolean;
  readonly #explained = new Map<string, number>();
  #programs = 0;
  #accepted = 0;
  #refused = 0;
  #placed = 0;
  #firstLine = 0;
  #anyLine = 0;
  /** Programs on which the verdicts differ for no known reason. */
  unexplained = 0;

  /** `verbose` also shows programs that are refused for something on another line. */
  constructor(verbose: boolean) {
    this.#verbose = verbose;
  }

  /** Compares one program, `title` saying which it is; answers whether both take it. */
  add(title: string, vcl: string, theirs: Verdict): boolean {
    const ours = judgeText(vcl);
    this.#programs++;
    const said = ours.diagnostics.map(({ code, message }) => `${code}: ${message}`);
    if (theirs.accept === ours.accept) {
      if (theirs.accept) this.#accepted++;
      else this.#refused++;
      if (theirs.line !== undefined) this.#compareLines(title, theirs, ours);
      return ours.accept;
    }
    const reason = reasonFor(vcl, theirs.accept ? undefined : theirs.message, said[0]);
    if (reason !== undefined) this.#explained.set(reason, (this.#explained.get(reason) ?? 0) + 1);
    else {
      this.unexplained++;
      show("VERDICT", title, theirs, said);
    }
    return false;
  }

  #compareLines(title: string, theirs: Verdict, ours: ReturnType<typeof judge>): void {
    this.#placed++;
    const lines = ours.diagnostics.map(({ span }) => span.file.text.slice(0, span.start).split("\n").length);
    if (ours.mark?.line === theirs.line) this.#firstLine++;
    if (lines.includes(theirs.line!)) this.#anyLine++;
    else if (this.#verbose) {
      const said = ours.diagnostics.map(({ code, message }, at) => `${lines[at]} ${code}: ${message}`);
      show("LINE", title, theirs, said);
    }
  }

  /** Prints what came of all programs. */
  report(seconds: number): void {
    const explained = [...this.#explained.values()].reduce((sum, one) => sum + one, 0);
    console.log(`${this.#programs} programs in ${seconds.toFixed(0)} s`);
    console.log(`same verdict: ${this.#accepted} taken, ${this.#refused} refused`);
    console.log(`differ for a known reason: ${percent(explained, this.#programs)}`);
    for (const [reason, times] of [...this.#explained].sort((a, b) => b[1] - a[1]))
      console.log(`  ${times} ${reason}`);
    console.log(`differ otherwise: ${percent(this.unexplained, this.#programs)}`);
    console.log(
      `refused at varnishd's first line: first error ${percent(this.#firstLine, this.#placed)}, any error ${percent(this.#anyLine, this.#placed)}`,
    );
  }
}

function percent(part: number, whole: number): string {
  return `${part} (${((100 * part) / (whole || 1)).toFixed(2)} %)`;
}

function show(what: string, title: string, theirs: Verdict, said: readonly string[]): void {
  console.log(`${what} ${title}`);
  console.log(
    `   varnishd: ${theirs.accept ? "accepts" : theirs.message.split("\n").slice(0, 5).join("\n             ")}`,
  );
  console.log(`   vclc:     ${said.length === 0 ? "accepts" : said.slice(0, 3).join(" | ")}`);
}
