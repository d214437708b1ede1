import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileToTypeScript } from "../../src/compile.js";
import { compiled, testOptions } from "../support/compile.js";
import { fixtureCases } from "../support/fixtures.js";
import { generatedVcl } from "../support/generated-vcl.js";
import { changedLines } from "../support/line-diff.js";

const site = fixtureCases("compile").find(({ name }) => name === "site")!;
/** Some 300 lines: a site as people write them, and a dozen subs that it calls. */
const policy =
  readFileSync(site.file("input.vcl"), "latin1") +
  generatedVcl(112).replace(/^vcl 4\.1;\nbackend.*\nacl/, "acl");
const lines = policy.split("\n");

/** How many lines of the module change with each change of the VCL that still compiles; every fifth place is tried. */
async function diffs(change: (line: string) => string | undefined): Promise<readonly number[]> {
  const { text: before } = await compiled(policy);
  const found: number[] = [];
  for (let index = 0; index < lines.length; index += 5) {
    const changed = change(lines[index] ?? "");
    if (changed === undefined) continue;
    const text = lines.with(index, changed).join("\n");
    const { output } = await compileToTypeScript({ name: "main.vcl", kind: "file", text }, testOptions());
    if (output) found.push(changedLines(before, output.text));
  }
  return found.sort((left, right) => left - right);
}

function median(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1] ?? NaN;
}

const endsInSub = /^ {2}.*[;{}]$/;

describe("a small change of a 300-line VCL is a small change of its module", { timeout: 90_000 }, () => {
  test("the policy has 300 lines", () => expect(lines.length).toBeGreaterThan(300));

  test("another text in a line: one line goes, one comes, and few more where it named a constant", async () => {
    const found = await diffs((line) =>
      /"[^"]*"/.test(line) ? line.replace(/"([^"]*)"/, '"$1x"') : undefined,
    );
    expect(found.length).toBeGreaterThan(9);
    expect(median(found)).toBe(2);
    expect(found.at(-1)).toBeLessThanOrEqual(10);
  });

  test("a new statement: one line, and that of the message where the sub had not used it", async () => {
    const found = await diffs((line) =>
      endsInSub.test(line) ? `${line}\n  set req.http.X-New = "1";` : undefined,
    );
    expect(found.length).toBeGreaterThan(25);
    expect(median(found)).toBe(1);
    expect(found.at(-1)).toBeLessThanOrEqual(3);
  });

  test("a new condition with a regex that ends in an action: itself, its constant, and what its callers do with the action", async () => {
    const found = await diffs((line) =>
      endsInSub.test(line) ? `${line}\n  if (req.http.X-New ~ "^[0-9]+$") { return (fail); }` : undefined,
    );
    expect(found.length).toBeGreaterThan(25);
    expect(median(found)).toBe(4);
    expect(found.at(-1)).toBeLessThanOrEqual(12);
  });

  test("a comment: itself", async () => {
    const found = await diffs((line) => (endsInSub.test(line) ? `${line}\n  # Why this is so.` : undefined));
    expect([median(found), found.at(-1)]).toEqual([1, 1]);
  });
});

describe("a module is the same text", () => {
  test("whether lines of the VCL end in LF or CRLF, but for strings of several lines, which are the bytes they are", async () => {
    const { text, map } = await compiled(policy);
    const other = await compiled(policy.replaceAll("\n", "\r\n"));
    expect(other.text.replaceAll("\\r", "")).toBe(text);
    expect(other.map.mappings).toBe(map.mappings);
  });

  test("whether the source is named by an absolute path or by its name", async () => {
    const { text } = await compiled(policy, "site.vcl");
    expect((await compiled(policy, "/srv/www/site.vcl")).text).toBe(text);
    expect(text).toMatch(/^\/\/ Compiled by vclc from site\.vcl,/);
  });

  test("however often it is compiled in one process", async () => {
    const { text, map } = await compiled(policy);
    await compiled("vcl 4.1; backend other none;");
    expect(await compiled(policy)).toEqual({ text, map });
  });
});
