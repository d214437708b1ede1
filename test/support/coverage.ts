import { SourceMapConsumer, type RawSourceMap } from "source-map";
import { wordTokens } from "../../src/codegen/align.js";

/** V8's block coverage of one script. */
export interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/** Lines of the source whose code ran, and those whose code did not, inside of functions that were called. */
export async function coveredLines(
  script: ScriptCoverage | undefined,
  text: string,
  map: RawSourceMap,
): Promise<ReadonlyMap<"run" | "not run", readonly number[]>> {
  const lines = new Map<number, boolean>();
  await SourceMapConsumer.with(map, null, (consumer) => {
    for (const offset of wordTokens(text).starts) {
      const before = text.slice(0, offset).split("\n");
      const found = consumer.originalPositionFor({ line: before.length, column: before.at(-1)?.length ?? 0 });
      const count = script && countAt(script, offset);
      if (found.line === null || count === undefined) continue;
      lines.set(found.line, count > 0);
    }
  });
  const select = (ran: boolean) =>
    [...lines]
      .filter(([, run]) => run === ran)
      .map(([line]) => line)
      .sort((a, b) => a - b);
  return new Map([
    ["run", select(true)],
    ["not run", select(false)],
  ]);
}

/** How often the innermost range around an offset ran; undefined outside of every function but the script itself. */
function countAt({ functions }: ScriptCoverage, offset: number): number | undefined {
  const around = functions
    .flatMap(({ ranges }) => ranges)
    .filter(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset)
    .sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset));
  return around[0]?.count;
}
