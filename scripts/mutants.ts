// Changes one word of right programs and compares the verdicts of this compiler and of varnishd:
// `node scripts/run.mjs scripts/mutants.ts --count 5000 --seed 1 [--verbose] [--fixtures]`. Ends with 1 when verdicts differ for no known reason.
import { parseArgs } from "node:util";
import { readFileSync } from "node:fs";
import { corpusCases, judge } from "../test/support/conformance.js";
import { fixtureCases } from "../test/support/fixtures.js";
import { mutate, type Mutant } from "../test/support/mutants/mutate.js";
import { reasonFor } from "../test/support/mutants/reasons.js";
import { VarnishdOracle, varnishdVersion, type Verdict } from "../test/support/mutants/varnishd.js";
import { Random } from "../test/support/random.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    verbose: { type: "boolean", default: false },
  },
});

const workers = 2;
/** Mutants between which the list of programs does not change, so that a seed says it all. */
const generation = 500;
const version = varnishdVersion();
const corpus = corpusCases();
if (version === undefined || corpus === undefined) {
  console.log(`SKIPPED: ${version === undefined ? "varnishd is not installed" : "the corpus is not here"}`);
} else {
  process.exitCode = await run(Number(values.count), Number(values.seed));
}

/** What came of all mutants. */
interface Tally {
  mutants: number;
  accepted: number;
  refused: number;
  firstLine: number;
  anyLine: number;
  placed: number;
  readonly explained: Map<string, number>;
  unexplained: number;
}

async function run(count: number, seed: number): Promise<number> {
  const oracles = Array.from({ length: workers }, () => new VarnishdOracle());
  const started = Date.now();
  const programs = await rightPrograms(oracles[0]!);
  console.log(`seed ${seed}: ${count} mutants of ${programs.length} programs, against varnishd ${version}`);
  const random = new Random(seed);
  const tally: Tally = {
    ...{ mutants: 0, accepted: 0, refused: 0, firstLine: 0, anyLine: 0, placed: 0, unexplained: 0 },
    explained: new Map(),
  };
  const seen = new Set(programs);
  for (let start = 0; start < count; start += generation) {
    const mutants = newMutants(Math.min(generation, count - start), programs, seen, random);
    const taken = new Set<number>();
    const queue = mutants.entries();
    const ask = async (oracle: VarnishdOracle) => {
      for (const [index, mutant] of queue) {
        if (compare(start + index, mutant, await oracle.ask(mutant.text), tally)) taken.add(index);
      }
    };
    await Promise.all(oracles.map(ask));
    // What both take is changed further in later generations: it is in no one's test-suite.
    programs.push(...[...taken].sort((one, other) => one - other).map((index) => mutants[index]!.text));
  }
  for (const oracle of oracles) oracle.close();
  report(tally, (Date.now() - started) / 1000);
  return tally.unexplained === 0 ? 0 : 1;
}

function newMutants(
  count: number,
  programs: readonly string[],
  seen: Set<string>,
  random: Random,
): readonly Mutant[] {
  const mutants: Mutant[] = [];
  while (mutants.length < count) {
    // Of four, the longest: short programs have few words to change.
    const texts = Array.from({ length: 4 }, () => random.pick(programs));
    const longest = texts.reduce((one, other) => (other.length > one.length ? other : one));
    const mutant = mutate(random.below(2) === 0 ? longest : texts[0]!, random);
    if (seen.has(mutant.text)) continue;
    seen.add(mutant.text);
    mutants.push(mutant);
  }
  return mutants;
}

/** The programs of the corpus and of the fixtures that both compilers take and the text alone decides. */
async function rightPrograms(oracle: VarnishdOracle): Promise<string[]> {
  const fixtures = ["analyze", "compile", "emit", "diagnostics"].flatMap(fixtureCases);
  const candidates = new Set([
    ...(corpus ?? []).filter((one) => one.accept && one.decidedByText).map(({ vcl }) => vcl),
    ...fixtures.map(({ file }) => readFileSync(file("input.vcl"), "latin1")),
  ]);
  const right: string[] = [];
  for (const vcl of candidates) {
    if (/[^\0-\x7f]/.test(vcl)) continue;
    if (verdictOf(vcl).accept && (await oracle.ask(vcl)).accept) right.push(vcl);
  }
  return right;
}

function verdictOf(vcl: string) {
  return judge({ id: "mutant", vcl, accept: false, warnUnused: false, decidedByText: true });
}

/** Returns whether both take the mutant. */
function compare(index: number, mutant: Mutant, theirs: Verdict, tally: Tally): boolean {
  const ours = verdictOf(mutant.text);
  tally.mutants++;
  const said = ours.diagnostics.map(({ code, message }) => `${code}: ${message}`);
  if (theirs.accept === ours.accept) {
    if (theirs.accept) tally.accepted++;
    else tally.refused++;
    if (!theirs.accept && theirs.line !== undefined) compareLines(index, mutant, theirs, ours, tally);
    return ours.accept;
  }
  const reason = reasonFor(mutant.text, theirs.accept ? undefined : theirs.message, said[0]);
  if (reason !== undefined) tally.explained.set(reason, (tally.explained.get(reason) ?? 0) + 1);
  else {
    tally.unexplained++;
    show("VERDICT", index, mutant, theirs, said);
  }
  return false;
}

function compareLines(
  index: number,
  mutant: Mutant,
  theirs: Verdict,
  ours: ReturnType<typeof verdictOf>,
  tally: Tally,
): void {
  tally.placed++;
  const lines = ours.diagnostics.map(({ span }) => span.file.text.slice(0, span.start).split("\n").length);
  const first = ours.mark?.line === theirs.line;
  if (first) tally.firstLine++;
  if (lines.includes(theirs.line!)) tally.anyLine++;
  else if (values.verbose) {
    const said = ours.diagnostics.map(({ code, message }, at) => `${lines[at]} ${code}: ${message}`);
    show("LINE", index, mutant, theirs, said);
  }
}

function show(what: string, index: number, mutant: Mutant, theirs: Verdict, said: readonly string[]): void {
  console.log(`${what} #${index} ${mutant.change}`);
  console.log(
    `   varnishd: ${theirs.accept ? "accepts" : theirs.message.split("\n").slice(0, 5).join("\n             ")}`,
  );
  console.log(`   vclc:     ${said.length === 0 ? "accepts" : said.slice(0, 3).join(" | ")}`);
}

function report(tally: Tally, seconds: number): void {
  const percent = (part: number, whole: number) => `${part} (${((100 * part) / (whole || 1)).toFixed(2)} %)`;
  const explained = [...tally.explained.values()].reduce((sum, one) => sum + one, 0);
  console.log(`${tally.mutants} mutants in ${seconds.toFixed(0)} s`);
  console.log(`same verdict: ${tally.accepted} taken, ${tally.refused} refused`);
  console.log(`differ for a known reason: ${percent(explained, tally.mutants)}`);
  for (const [reason, times] of [...tally.explained].sort((a, b) => b[1] - a[1]))
    console.log(`  ${times} ${reason}`);
  console.log(`differ otherwise: ${percent(tally.unexplained, tally.mutants)}`);
  console.log(
    `refused at varnishd's first line: first error ${percent(tally.firstLine, tally.placed)}, any error ${percent(tally.anyLine, tally.placed)}`,
  );
}
