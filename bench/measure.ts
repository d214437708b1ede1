import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A folder for the files of one run, and the programs that it needs. */
export interface Scratch {
  readonly folder: string;
  /** The built command line program. */
  readonly vclc: string;
  file(name: string, text: string): string;
  /** Whether a program is installed. */
  has(program: string): boolean;
  remove(): void;
}

export function makeScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), "vclc-bench-"));
  chmodSync(folder, 0o755); // varnishd reads it as another user
  return {
    folder,
    vclc: resolve("dist/cli/vclc.js"),
    file(name, text) {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
    has(program) {
      try {
        execFileSync("which", [program], { stdio: "ignore" });
        return true;
      } catch {
        return false;
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Time of one round in milliseconds: the median of some rounds, after one that is not counted when there are several. */
export async function milliseconds(rounds: number, round: () => unknown): Promise<number> {
  if (rounds > 1) await round();
  const times: number[] = [];
  for (let index = 0; index < rounds; index++) {
    const start = performance.now();
    await round();
    times.push(performance.now() - start);
  }
  return median(times);
}

export function median(times: readonly number[]): number {
  return quantile(times, 0.5);
}

/** The value that a share of the values (0 to 1) is below. */
export function quantile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? NaN;
}

/** Whether a value is as small as it is meant to be. */
export function aim(value: number, bound: number, unit = ""): string {
  return `${value <= bound ? "within" : "OVER"} the aim of ${bound}${unit && ` ${unit}`}`;
}

/** Prints one line of the result. */
export function row(name: string, value: string, remark = ""): void {
  console.log(`  ${name.padEnd(46)} ${value.padStart(14)}${remark === "" ? "" : `   ${remark}`}`);
}
