import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isSameCause } from "./causes.js";
import { judge, overlaps, type ConformanceCase, type Judgement } from "./conformance.js";

/** What is compared: verdicts on programs that are to be taken and refused; of the refused, first line, first span and cause. */
export const categories = ["accept", "reject", "line", "span", "cause"] as const;
export type Category = (typeof categories)[number];

/** How many cases count, and how many of them agree. */
export interface Tally {
  agreed: number;
  total: number;
}

/** Where this compiler and the reference disagree on a case. */
export interface Disagreement {
  readonly category: Category;
  readonly one: ConformanceCase;
  readonly judged: Judgement;
}

/** Agreement by category, over the cases that the text alone decides. */
export interface Score {
  readonly tallies: Readonly<Record<Category, Tally>>;
  readonly disagreements: readonly Disagreement[];
}

/** Percentages below which a check fails, by category. */
export type Floors = Readonly<Record<Category, number>>;

/** The file of floors. */
export interface FloorsFile {
  corpus: Floors;
  samples: Floors;
  /** Why the verdict differs, by case. */
  readonly deviations: Readonly<Record<string, string>>;
  /** Why the first error is about something else, by case. */
  readonly otherCauses: Readonly<Record<string, string>>;
}

/** Counts how often this compiler agrees with the reference. */
export function score(cases: readonly ConformanceCase[]): Score {
  const tallies = Object.fromEntries(categories.map((name) => [name, { agreed: 0, total: 0 }])) as Record<
    Category,
    Tally
  >;
  const disagreements: Disagreement[] = [];
  for (const one of cases.filter(({ decidedByText }) => decidedByText)) {
    const judged = judge(one);
    for (const [category, agreed] of compare(one, judged)) {
      tallies[category].total++;
      if (agreed) tallies[category].agreed++;
      else disagreements.push({ category, one, judged });
    }
  }
  return { tallies, disagreements };
}

function compare(one: ConformanceCase, judged: Judgement): [Category, boolean][] {
  const verdict: [Category, boolean] = [one.accept ? "accept" : "reject", judged.accept === one.accept];
  const [first] = judged.diagnostics;
  if (one.accept || first === undefined) return [verdict];
  const found: [Category, boolean][] = [verdict, ["cause", isSameCause(one.message ?? "", first.code)]];
  if (one.mark === undefined) return found;
  const line = judged.mark?.line === one.mark.line;
  const span = judged.mark !== undefined && overlaps(judged.mark, one.mark);
  return [...found, ["line", line], ["span", span]];
}

/** The percentage of a tally, rounded down to a tenth; 100 where nothing counts. */
export function percent({ agreed, total }: Tally): number {
  return total === 0 ? 100 : Math.floor((1000 * agreed) / total) / 10;
}

const floorsPath = fileURLToPath(new URL("../conformance/floors.json", import.meta.url));

/** Reads the floors. */
export function readFloors(): FloorsFile {
  return JSON.parse(readFileSync(floorsPath, "utf8")) as FloorsFile;
}

/** Writes the floors. */
export function writeFloors(floors: FloorsFile): void {
  writeFileSync(floorsPath, JSON.stringify(floors, undefined, 2) + "\n");
}

/** Floors raised to what is reached; none sinks. */
export function raised(floors: Floors, { tallies }: Score): Floors {
  const raise = (name: Category) => [name, Math.max(floors[name], percent(tallies[name]))];
  return Object.fromEntries(categories.map(raise)) as Record<Category, number>;
}
