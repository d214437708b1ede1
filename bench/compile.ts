import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { analyzeSource, type AnalyzeOptions } from "../src/analyze/analyze-source.js";
import { compileToJavaScript, compileToTypeScript } from "../src/compile.js";
import { generate } from "../src/codegen/generate.js";
import { finishModule } from "../src/codegen/formatted-module.js";
import { formatVcl } from "../src/format/format.js";
import { parse } from "../src/parser/parse.js";
import { sourceFromText } from "../src/source/read-source.js";
import { aim, milliseconds, row, type Scratch } from "./measure.js";
import { generateVcl } from "./generate-vcl.js";

const noFiles = { reader: { read: () => ({ error: "No files here" }), glob: () => [] } };
const noVmods: AnalyzeOptions = { vmods: { find: () => undefined } };

/** Compiles a 10,000-line program: to formatted text and, unformatted, for loading; against `varnishd -C`, which translates to C. */
export async function benchCompile(scratch: Scratch): Promise<void> {
  const text = generateVcl(10_000);
  const path = scratch.file("long.vcl", text);
  const lines = text.split("\n").length;
  console.log(`\nCompile ${lines} lines of VCL`);

  const fresh = () => sourceFromText("long.vcl", text);
  const cold = await milliseconds(1, () => compileToTypeScript(fresh(), noVmods));
  const warm = await milliseconds(5, () => compileToTypeScript(fresh(), noVmods));
  const load = await milliseconds(5, () => compileToJavaScript(fresh(), noVmods));
  row("lex → formatted text and map, first time", `${cold.toFixed(0)} ms`, aim(cold, 1000, "ms"));
  row("lex → formatted text and map, warm", `${warm.toFixed(0)} ms`, aim(warm, 1000, "ms"));
  row("lex → JavaScript to load, warm", `${load.toFixed(0)} ms`);
  const layout = await milliseconds(5, () => formatVcl(fresh()));
  row("lay it out (vclc fmt), warm", `${layout.toFixed(0)} ms`, aim(layout, 1000, "ms"));
  await stages(fresh);

  if (!scratch.has("varnishd")) return row("varnishd -C", "skipped: no varnishd here");
  const reference = await milliseconds(3, () => {
    execFileSync("varnishd", ["-C", "-f", path], {
      stdio: ["ignore", "ignore", "ignore"],
      maxBuffer: 1 << 28,
    });
  });
  row("varnishd -C (whole process)", `${reference.toFixed(0)} ms`);
  const command = await milliseconds(3, () => {
    execFileSync(process.execPath, [scratch.vclc, "compile", path], { stdio: "ignore" });
  });
  row(
    "vclc compile (whole process)",
    `${command.toFixed(0)} ms`,
    `${(command / reference).toFixed(2)} of varnishd -C`,
  );
  row("ratio, lex → formatted text : varnishd -C", (warm / reference).toFixed(2));
  if (readFileSync(`${path}.ts`, "utf8").length < text.length)
    throw new Error("the module is too short to be true");
}

async function stages(fresh: () => ReturnType<typeof sourceFromText>): Promise<void> {
  const parsing = await milliseconds(5, () => parse(fresh(), { ...noFiles, vclPath: [] }));
  const analysis = await milliseconds(5, () => analyzeSource(fresh(), noVmods));
  const { program } = analyzeSource(fresh(), noVmods);
  if (!program) throw new Error("the generated program has errors");
  const emit = await milliseconds(5, () => generate(program, "typescript"));
  const generated = generate(program, "typescript");
  const finish = await milliseconds(3, () => finishModule(generated));
  const parts = { "lex and parse": parsing, analyze: analysis - parsing, emit, "format and map": finish };
  for (const [name, time] of Object.entries(parts)) row(`  ${name}`, `${time.toFixed(0)} ms`);
}
