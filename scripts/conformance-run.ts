// Runs Varnish's own tests with the varnishtest of this machine against `vclc varnishd`: `npm run conformance:run [-- --all] [--jobs N] [--raise]
// [--logs FOLDER] [--varnishd COMMAND] [NAME …]`. Prints a table by letter and by need and ends with 1 where a share is under its floor in
// test/conformance/vtc-floors.json; `--raise` lifts the floors. Needs the corpus, which is no part of the repository: VCLC_CORPUS names its folder.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { corpusFolder } from "../test/support/conformance.js";
import { runVtc, vtcCases, type VtcCase, type VtcResult } from "../test/support/vtc-run.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: "boolean" },
    raise: { type: "boolean" },
    jobs: { type: "string", default: "4" },
    logs: { type: "string" },
    varnishd: { type: "string" },
  },
});
const floorsPath = "test/conformance/vtc-floors.json";
/** Why tests fail that the machine's own varnishd passes. */
const reasons = JSON.parse(readFileSync("test/conformance/vtc-reasons.json", "utf8")) as Readonly<
  Record<string, string>
>;

/** Percent of passes: of those within reach that Debian's pair passes, of all within reach, and of the rest. */
interface VtcFloors {
  readonly driven: number;
  readonly inReach: number;
  readonly others: number;
}

const groups: Readonly<Record<keyof VtcFloors, (one: VtcCase) => boolean>> = {
  driven: (one) => one.in_reach && one.debian71 === "pass",
  inReach: (one) => one.in_reach,
  others: (one) => !one.in_reach,
};

const cases = vtcCases()?.filter(wanted);
if (!cases) {
  console.log(`not at ${corpusFolder}, skipped (VCLC_CORPUS names its folder)`);
} else {
  if (!values.varnishd)
    execFileSync(process.execPath, ["scripts/build.mjs", "--no-types"], { stdio: "inherit" });
  const program = values.varnishd?.split(" ") ?? [process.execPath, resolve("dist/cli/vclc.js"), "varnishd"];
  // The modules of Varnish that are for its tests only.
  const vmods = ["-p", `vmod_path=${resolve("test/support/vmods/varnishtest")}`];
  const results = await runVtc(cases, {
    program: [...program, ...vmods],
    jobs: Number(values.jobs),
    done: note,
  });
  table("letter", results, ({ name }) => [name.slice(0, 1)]);
  table("need", results, ({ needs }) => needs);
  compare(results);
}

function wanted(one: VtcCase): boolean {
  if (positionals.length > 0) return positionals.includes(one.name);
  return values.all === true || one.in_reach;
}

function note({ one, outcome, output }: VtcResult): void {
  if (outcome !== "pass") {
    const why = one.debian71 === "pass" ? reasons[one.name] : "Debian's fails too";
    console.log(`${outcome.padEnd(8)}${one.name}${why === undefined ? "" : ` (${why})`}`);
  }
  if (values.logs === undefined) return;
  mkdirSync(values.logs, { recursive: true });
  writeFileSync(join(values.logs, `${one.name}.${outcome}`), output, "latin1");
}

function table(
  title: string,
  results: readonly VtcResult[],
  keys: (one: VtcCase) => readonly string[],
): void {
  const rows = new Map<string, { passed: number; total: number }>();
  for (const { one, outcome } of results) {
    for (const key of keys(one)) {
      const row = rows.get(key) ?? { passed: 0, total: 0 };
      rows.set(key, { passed: row.passed + (outcome === "pass" ? 1 : 0), total: row.total + 1 });
    }
  }
  console.log(`\n${title.padEnd(24)} passed      of`);
  for (const [key, { passed, total }] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${key.padEnd(24)}${String(passed).padStart(7)}${String(total).padStart(8)}`);
  }
}

function compare(results: readonly VtcResult[]): void {
  const floors = JSON.parse(readFileSync(floorsPath, "utf8")) as VtcFloors;
  const raised: Record<string, number> = { ...floors };
  console.log(`\n${"share".padEnd(12)} passed      of       %   floor`);
  for (const [name, belongs] of Object.entries(groups)) {
    const group = results.filter(({ one }) => belongs(one));
    const passed = group.filter(({ outcome }) => outcome === "pass").length;
    if (group.length === 0) continue;
    const share = Math.floor((1000 * passed) / group.length) / 10;
    const floor = floors[name as keyof VtcFloors];
    // Some tests alone say nothing about the share of all.
    const under = positionals.length === 0 && share < floor;
    if (under) process.exitCode = 1;
    const columns = [passed, group.length, share.toFixed(1), floor.toFixed(1)];
    const row = columns.map((column) => String(column).padStart(8)).join("");
    console.log(`${name.padEnd(12)}${row}${under ? "  UNDER ITS FLOOR" : ""}`);
    raised[name] = Math.max(floor, share);
  }
  if (values.raise && positionals.length === 0)
    writeFileSync(floorsPath, `${JSON.stringify(raised, null, 2)}\n`);
}
