import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** What takes tens of seconds: begun first, so that no core waits for one of them at the end. */
const slow = [
  "analyze/extremes",
  "body/delivery-vectors",
  "tls/without",
  "pack/pack",
  "attacks/exhaustion",
  "attacks/random-walk",
  "attacks/smuggling",
  "vcl/under-load",
];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = slow.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return found < 0 ? slow.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** Floors whose tests leave nothing behind in their process: one process runs many of these files, and loads the sources once. */
const shared = ["http", "lexer", "lint", "parser", "fsm", "values", "vmod", "wire"].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  resolve: {
    alias: [
      { find: /^vclc\/runtime$/, replacement: src("runtime/index.ts") },
      { find: /^vclc\/vmod\/(.*)$/, replacement: src("vmod/$1/index.ts") },
      { find: /^vclc\/host\/(node|memory)$/, replacement: src("host/$1/index.ts") },
      { find: /^vclc$/, replacement: src("index.ts") },
    ],
  },
  test: {
    globalSetup: ["test/support/build.ts"],
    // Vitest would leave one core free, which is half of a machine with two.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: SlowFirst },
    // What hangs, not what is slow beside another worker.
    testTimeout: 60_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: "alone", include: ["test/**/*.test.ts"], exclude: shared } },
      { extends: true, test: { name: "shared", include: shared, isolate: false } },
    ],
  },
});
