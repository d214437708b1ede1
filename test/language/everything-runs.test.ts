import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { shippedVmodFolder } from "../../src/host/node/shipped-vmods.js";
import { actions } from "../../src/language/actions.js";
import { backendFields, probeFields } from "../../src/language/fields.js";
import { functionLimits } from "../../src/language/limits.js";
import { variables, type VariableEntry } from "../../src/language/variables.js";
import { featureBits, idleFeatures } from "../../src/runtime/parameters.js";
import { parameterTable } from "../../src/runtime/command/parameter-table.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { get, WireWorld } from "./wire-world.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

function textOf(folder: string, leftOut = /$^/): string {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !leftOut.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const runtime = textOf("src/runtime", /^(?:vpi|task|parameters|(?:other-)?parameter-table)\.ts$/);

test("the state machine goes by every action", () => {
  const fsm = textOf("src/runtime/fsm") + textOf("src/runtime/vcl");
  // In vcl_init and vcl_fini all that is not `fail` is `ok`.
  for (const action of Object.keys(actions).filter((name) => name !== "ok"))
    expect(fsm, action).toMatch(new RegExp(`\\b${action}\\b`));
});

test("backends and probes go by every field", () => {
  for (const field of Object.keys({ ...backendFields, ...probeFields }))
    expect(runtime, field).toMatch(new RegExp(`[.{,] ?${camel(field)}\\b`));
});

test("something goes by every parameter that does not say otherwise, and every bit of feature", () => {
  for (const name of Object.keys(parameterTable)) expect(runtime, name).toMatch(new RegExp(`\\b${name}\\b`));
  const used = featureBits.filter((bit) => !(idleFeatures as readonly string[]).includes(bit));
  const all = runtime + textOf("src/vmod");
  for (const bit of featureBits) {
    expect(all.includes(`"${bit}")`), bit).toBe(used.includes(bit));
  }
});

test("every function of shipped VMODs that does not do less is called by a test, and what does less is in its interface", () => {
  const tests = textOf("test");
  const finder = vmodFinder(nodeSourceReader, { shipped: shippedVmodFolder() });
  const parts = new Set<string>();
  for (const vmod of finder.names?.() ?? []) {
    const found = finder.find(vmod);
    if (!found || !("interface" in found)) throw new Error(`no VMOD ${vmod}`);
    for (const name of found.interface.functions.keys()) {
      parts.add(`${vmod}.${name}`);
      if (functionLimits[vmod]?.[name]) continue;
      expect(tests, `${vmod}.${name}`).toMatch(
        new RegExp(`\\b${vmod}\\.${name}\\b|\\.${name}\\(|"${name}"|\\b${name}\\(`),
      );
    }
    for (const { name, methods } of found.interface.objects.values()) {
      parts.add(`${vmod}.${name}`);
      for (const method of methods) {
        parts.add(`${vmod}.${name}.${method.name}`);
        expect(tests, `${vmod}.${name}.${method.name}`).toMatch(new RegExp(`\\.${method.name}\\b`));
      }
    }
  }
  for (const [vmod, limits] of Object.entries(functionLimits)) {
    for (const part of Object.keys(limits)) expect(parts).toContain(`${vmod}.${part.replace(/\(.*/, "")}`);
  }
});

const texts = (variables as readonly VariableEntry[]).filter(
  ({ type }) => !["HTTP", "BODY", "BLOB"].includes(type),
);
const readIn = (sub: string, group: string, version: 40 | 41) =>
  texts
    .filter(({ read, since = 40, until = 41 }) => {
      const allowed: readonly string[] = read;
      return (allowed.includes(sub) || allowed.includes(group)) && since <= version && version <= until;
    })
    .map(({ name }) => name.replace("*", "x-some"));

/** Requests that go through all subs, by their URL. */
const recv = `if (req.url == "/pass") { return (pass); }
  if (req.url == "/synth") { return (synth(200)); }
  if (req.url == "/purge") { return (purge); }
  if (req.url == "/pipe") { return (pipe); } return (hash);`;
const subs = {
  client: "vcl_recv vcl_hash vcl_miss vcl_hit vcl_pass vcl_pipe vcl_purge vcl_deliver vcl_synth",
  backend: "vcl_backend_fetch vcl_backend_response vcl_backend_error vcl_backend_refresh",
} as const;

test.each([40, 41] as const)(
  "VCL %d: every variable can be read wherever the compiler lets it be",
  async (version) => {
    const world = new WireWorld();
    let read = 0;
    const bodies = Object.entries(subs).flatMap(([group, names]) =>
      names.split(" ").map((sub) => {
        const lines = readIn(sub, group, version).map((name) => {
          read += 1;
          return `std.log("${sub} ${name}=" + ${name});`;
        });
        return `sub ${sub} { ${lines.join("\n")} ${sub === "vcl_recv" ? recv : ""} }`;
      }),
    );
    world.answers((call, request) =>
      request.url === "/error"
        ? { failure: "reset" }
        : {
            headers: { ETag: '"e"', "X-Some": "s" },
            body: `${call}`,
            status: request.header("if-none-match") ? 304 : 200,
          },
    );
    const times =
      "sub vcl_backend_response { set beresp.ttl = 1s; set beresp.grace = 0s; set beresp.keep = 1h; }";
    await world.load(
      version === 40 ? "4.0" : "4.1",
      `import std; backend default { .host = "192.0.2.1"; }\n${bodies.join("\n")}\n${times}`,
      {},
    );
    for (const path of ["/", "/", "/pass", "/synth", "/purge", "/error", "/pipe"])
      await world.client(get(path, "X-Some: s", "Connection: close"));
    await world.clock.advance(5);
    await world.client(get("/", "X-Some: s"));
    const seen = new Set(world.captured.texts("VCL_Log").map((line) => line.slice(0, line.indexOf("="))));
    const wanted = Object.entries(subs).flatMap(([group, names]) =>
      names.split(" ").flatMap((sub) => readIn(sub, group, version).map((name) => `${sub} ${name}`)),
    );
    expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
    expect(world.captured.texts("VCL_Error")).toEqual([]);
    expect(read).toBeGreaterThan(400);
  },
);
