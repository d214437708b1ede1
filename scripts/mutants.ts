// Changes one word of right programs and compares the verdicts of this compiler and of varnishd:
// `node scripts/run.mjs scripts/mutants.ts --count 5000 --seed 1 [--verbose] [--fixtures]`. Ends with 1 when verdicts differ for no known reason.
import { parseArgs } from "node:util";
import { readFileSync } from "node:fs";
import { corpusCases } from "../test/support/conformance.js";
import { fixtureCases } from "../test/support/fixtures.js";
import { Comparison, judgeText } from "../test/support/mutants/comparison.js";
import { mutate, type Mutant } from "../test/support/mutants/mutate.js";
import { VarnishdOracle, varnishdVersion } from "../test/support/mutants/varnishd.js";
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

async function run(count: number, seed: number): Promise<number> {
  const oracles = Array.from({ length: workers }, () => new VarnishdOracle());
  const started = Date.now();
  const programs = await rightPrograms(oracles[0]!);
  console.log(`seed ${seed}: ${count} mutants of ${programs.length} programs, against varnishd ${version}`);
  const random = new Random(seed);
  const comparison = new Comparison(values.verbose);
  const seen = new Set(programs);
  for (let start = 0; start < count; start += generation) {
    const mutants = newMutants(Math.min(generation, count - start), programs, seen, random);
    const taken = new Set<number>();
    const queue = mutants.entries();
    const ask = async (oracle: VarnishdOracle) => {
      for (const [index, mutant] of queue) {
        const title = `#${start + index} ${mutant.change}`;
        if (comparison.add(title, mutant.text, await oracle.ask(mutant.text))) taken.add(index);
      }
    };
    await Promise.all(oracles.map(ask));
    // What both take is changed further in later generations: it is in no one's test-suite.
    programs.push(...[...taken].sort((one, other) => one - other).map((index) => mutants[index]!.text));
  }
  for (const oracle of oracles) oracle.close();
  comparison.report((Date.now() - started) / 1000);
  return comparison.unexplained === 0 ? 0 : 1;
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
    if (judgeText(vcl).accept && (await oracle.ask(vcl)).accept) right.push(vcl);
  }
  return right;
}
