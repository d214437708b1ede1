import { spawnSync } from "node:child_process";
import { generateVcl } from "./generate-vcl.js";
import { aim, median, row, type Scratch } from "./measure.js";

const runs = 9;

/** What starting the command line program costs, as whole processes in turn. */
export function benchStart(scratch: Scratch): void {
  console.log(`\nWhole processes, median of ${runs}`);
  const path = scratch.file("short.vcl", generateVcl(300));
  const {
    node = NaN,
    help = NaN,
    check = NaN,
    reference,
  } = inTurn({
    node: [process.execPath, "-e", "0"],
    help: [process.execPath, scratch.vclc, "--help"],
    check: [process.execPath, scratch.vclc, "check", path],
    ...(scratch.has("varnishd") && { reference: ["varnishd", "-C", "-f", path] }),
  });
  row("node -e 0", `${node.toFixed(0)} ms`);
  row(
    "vclc --help",
    `${help.toFixed(0)} ms`,
    `${aim(help, 120, "ms")}, ${(help / node).toFixed(2)} of node alone`,
  );
  row("vclc check, 300 lines", `${check.toFixed(0)} ms`);
  if (reference === undefined) return row("varnishd -C, 300 lines", "skipped: no varnishd here");
  row("varnishd -C, 300 lines", `${reference.toFixed(0)} ms`);
  const ratio = check / reference;
  row("ratio, vclc check : varnishd -C", ratio.toFixed(2), aim(ratio, 0.4));
}

/** Runs each command once uncounted, then all of them in turn; answers with the median wall time of each in milliseconds. */
function inTurn(commands: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, number>> {
  const times = Object.keys(commands).map((name): [string, number[]] => [name, []]);
  for (let run = -1; run < runs; run++) {
    for (const [name, own] of times) {
      const [program = "", ...args] = commands[name] ?? [];
      const start = performance.now();
      const { status, error } = spawnSync(program, args, { stdio: "ignore" });
      if (status !== 0) throw error ?? new Error(`${program} ${args.join(" ")}: exit code ${status}`);
      if (run >= 0) own.push(performance.now() - start);
    }
  }
  return Object.fromEntries(times.map(([name, own]) => [name, median(own)]));
}
