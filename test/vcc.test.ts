import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readVcc } from "../src/vcc/read-vcc.js";

const folders = ["src/vmod/std", "src/vmod/directors", "test/support/vcc"];
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".vcc"))
    .map((name) => `${folder}/${name}`),
);

test.each(files)("%s is read without a diagnostic", (name) => {
  const reading = readVcc({ name, text: readFileSync(name, "latin1"), kind: "file" });
  expect(reading.diagnostics).toEqual([]);
  expect(reading.interface?.name).toBe(/(\w+)\.vcc$/.exec(name)?.[1]);
});
