import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markOf, type Mark } from "../conformance.js";

/** What varnishd's VCL compiler says of a program. */
export interface Verdict {
  readonly accept: boolean;
  /** Its message, without what surrounds it. */
  readonly message: string;
  /** The line of the first place in its message; undefined without a place, or with one in the built-in VCL. */
  readonly line?: number;
  /** What is marked there. */
  readonly mark?: Mark;
}

/** The version of the installed varnishd, or undefined. */
export function varnishdVersion(): string | undefined {
  const { status, stderr } = spawnSync("varnishd", ["-V"], { encoding: "utf8" });
  return status === 0 ? /varnish-(\S+)/.exec(stderr)?.[1] : undefined;
}

/** Asks varnishd about programs, one after the other; its C compiler is not run. */
export class VarnishdOracle {
  readonly #folder = mkdtempSync(join(tmpdir(), "vclc-mutants-"));

  constructor() {
    // varnishd drops its privileges.
    chmodSync(this.#folder, 0o755);
    mkdirSync(join(this.#folder, "run"));
  }

  async ask(vcl: string): Promise<Verdict> {
    const file = join(this.#folder, "main.vcl");
    writeFileSync(file, vcl, "latin1");
    // The compiler proper has done its work when the C compiler is called; this one answers 3 at once.
    const args = ["-C", "-p", "cc_command=exit 3", "-f", file, "-n", join(this.#folder, "run/x")];
    const output = await new Promise<string>((done) => {
      execFile(
        "nice",
        ["varnishd", ...args],
        { encoding: "latin1", timeout: 20_000, maxBuffer: 64 << 20 },
        (_error, stdout, stderr) => done(stdout + stderr),
      );
    });
    return verdictOf(output);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function verdictOf(output: string): Verdict {
  if (output.includes("Running C-compiler failed, exited with 3")) return { accept: true, message: "" };
  const start = output.indexOf("Message from VCC-compiler:");
  const said = start < 0 ? output : output.slice(output.indexOf("\n", start) + 1);
  const message = said.replace(/^[^]*\(That was just a warning\)\n/, "");
  const place = /\('([^\n]*)' Line (\d+) Pos \d+\)/.exec(message);
  const known = place && place[1] !== "<builtin>";
  const mark = known ? markOf(message) : undefined;
  return {
    accept: false,
    message: message.replace(/\nRunning VCC-compiler failed, [^]*/, "").trim(),
    ...(known ? { line: Number(place[2]) } : {}),
    ...(mark ? { mark } : {}),
  };
}
