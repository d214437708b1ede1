import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

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
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
