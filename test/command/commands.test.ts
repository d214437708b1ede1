import { describe, expect, test } from "vitest";
import { CountedDirector, Instance } from "vclc/runtime";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { findCommand } from "../../src/runtime/command/index.js";
import { commandTable } from "../../src/runtime/command/table.js";
import { parameterTable } from "../../src/runtime/command/parameter-table.js";
import { formatValue } from "../../src/runtime/command/parameter-values.js";
import { defaultParameters } from "../../src/runtime/parameters.js";
import { command, controlOf, openSession, replies } from "../support/control.js";

const probed = `vcl 4.1; probe p { .interval = 1s; }
backend b { .host = "127.0.0.1"; .probe = p; } backend c { .host = "127.0.0.1"; }
sub vcl_recv { set req.backend_hint = c; }`;

/** A session over an instance with the VCL `boot` in use. */
async function booted(vcl = probed) {
  const host = new MemoryHost();
  const instance = new Instance(host);
  const session = openSession(controlOf(instance));
  await replies(session, `vcl.inline boot << EOF\n${vcl}\nEOF\nvcl.use boot\n`);
  const run = (line: string): Promise<[number, string]> => command(session, line);
  const json = async (line: string): Promise<unknown[]> => JSON.parse((await run(line))[1]) as unknown[];
  return { host, instance, run, json };
}

class Cluster extends CountedDirector {
  readonly kind = "cluster";
  health() {
    return { healthy: true, changed: 0 };
  }
  protected retire(): void {}
}

describe("help", () => {
  test("lists every command by name; help NAME explains one; -j has the whole table", async () => {
    const { run, json } = await booted();
    const names = (await run("help"))[1].trimEnd().split("\n");
    const everyday = commandTable.filter(({ debug }) => !debug);
    expect(names.map((line) => line.split(" ")[0])).toEqual(everyday.map(({ name }) => name));
    expect((await run("help -a"))[1].trimEnd().split("\n")).toHaveLength(commandTable.length);
    expect((await run("help -d"))[1].match(/^\S+/gm)).toContain("vcl.symtab");
    expect(await run("help -x")).toEqual([101, "Unknown flag\n"]);
    expect((await run("help vcl.use"))[1]).toMatch(/^vcl\.use <configname\|label>\n.+\n$/);
    expect((await run("help nosuch"))[0]).toBe(101);
    expect((await json("help -j"))[4]).toMatchObject({ request: "backend.list", minarg: 0, json: true });
    expect(findCommand("vcl.discard")?.most).toBe(Infinity);
  });
});

describe("VCL commands", () => {
  test("a name that cannot be given is refused before anything is compiled", async () => {
    const { run } = await booted();
    expect(await run("vcl.inline boot foo")).toEqual([106, "Already a VCL named boot"]);
    expect(await run("vcl.inline ../x foo")).toEqual([106, "Illegal character in VCL name ('.')"]);
    expect(await run('vcl.inline "" foo')).toEqual([106, "Empty VCL name"]);
  });

  test("what does not compile is 106 with the diagnostics, a failing vcl_init 300", async () => {
    const { run } = await booted();
    expect(await run("vcl.inline a foo")).toEqual([106, expect.stringContaining("version")]);
    const failing = '"vcl 4.1; backend default none; sub vcl_init { return (fail); }"';
    expect(await run(`vcl.inline a ${failing}`)).toEqual([
      300,
      expect.stringMatching(/^VCL "a" Failed initialization\nMessage:\n\t/),
    ]);
    expect((await run("vcl.list"))[1].split("\n")).toHaveLength(2);
  });

  test("vcl.show follows labels, takes the active VCL unless named, and says what it does not know", async () => {
    const { run } = await booted();
    await run("vcl.label la boot");
    const shown = await run("vcl.show");
    expect(shown).toEqual([200, `${probed}\n`]);
    expect(await run("vcl.show la")).toEqual(shown);
    expect((await run("vcl.show -v boot"))[1]).toContain(`// VCL.SHOW 0 ${probed.length + 1} boot\n`);
    expect(await run("vcl.show x")).toEqual([106, "No VCL named 'x'"]);
    expect((await run("vcl.show a b"))[0]).toBe(106);
  });
});

describe("backend commands", () => {
  test("without a dot the active VCL's, with one every VCL's", async () => {
    const { run } = await booted();
    await run(`vcl.inline other "vcl 4.1; backend c { .host = \\"127.0.0.1\\"; }"`);
    const names = async (pattern: string): Promise<string[]> =>
      (await run(`backend.list ${pattern}`))[1]
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => line.split(" ")[0] as string);
    expect(await names("")).toEqual(["boot.b", "boot.c"]);
    expect(await names("c")).toEqual(["boot.c"]);
    expect(await names("*.c")).toEqual(["boot.c", "other.c"]);
    expect(await names("nobody.*")).toEqual([]);
  });

  test("set_health makes sick and healthy, auto gives it back to the probe", async () => {
    const { run, json } = await booted();
    const admin = async (): Promise<unknown> =>
      ((await json("backend.list -j b"))[3] as Record<string, { admin_health: string }>)["boot.b"]
        ?.admin_health;
    expect(await admin()).toBe("probe");
    expect(await run("backend.set_health b SICK")).toEqual([200, ""]);
    expect(await admin()).toBe("sick");
    expect(await run("backend.set_health b auto")).toEqual([200, ""]);
    expect(await admin()).toBe("probe");
    expect(await run("backend.set_health nobody sick")).toEqual([106, "No Backends matches"]);
    expect(await run("backend.set_health b ill")).toEqual([106, "Invalid state ill"]);
  });

  test("-p draws the polls, and -j -p has them as bits", async () => {
    const { run, json } = await booted();
    const [, text] = await run("backend.list -p b");
    expect(text).toContain(" Current states  good:  2 threshold:  3 window:  8\n");
    expect(text).toMatch(/\n {2}-{62}HH Happy\n/);
    expect((await json("backend.list -j -p b"))[3]).toMatchObject({
      "boot.b": { probe_message: [2, 8, "sick"], probe_details: { bits_H: 3, good: 2 } },
    });
    expect(await run("backend.list -x")).toEqual([106, "Invalid flag x"]);
    expect(await run("backend.list a b")).toEqual([106, "Too many arguments"]);
  });
});

describe("bans", () => {
  test("a ban is listed with its time, newest first; a word with spaces stays one word", async () => {
    const { run, json } = await booted();
    expect(await run("ban req.url == /a")).toEqual([200, ""]);
    expect(await run('ban req.http.x ~ "a b" && obj.status != 200')).toEqual([200, ""]);
    expect((await run("ban.list"))[1]).toMatch(
      /^Present bans:\n\d{10}\.\d{6} {5}0 - {2}req\.http\.x ~ a b && obj\.status != 200\n$/,
    );
    expect((await json("ban.list -j")).slice(3)).toMatchObject([
      { refs: 0, completed: false, spec: "req.http.x ~ a b && obj.status != 200" },
    ]);
  });

  test("a ban is listed while objects refer to it or to an older one; the same again completes it", async () => {
    const { host, instance, run } = await booted();
    host.origin("192.0.2.1:80", () => ({ headers: { "Cache-Control": "max-age=100" } }));
    const vcl = 'vcl 4.1; backend b { .host = "192.0.2.1"; }';
    await run(`vcl.inline caching ${JSON.stringify(vcl)}`);
    await run("vcl.use caching");
    await request(instance, { url: "/old" });
    await run("ban req.url == /a");
    await request(instance, { url: "/new" });
    await run("ban obj.ttl > 7d");
    await run("ban req.url == /a");
    const rows = (await run("ban.list"))[1].split("\n").map((row) => row.replace(/^[\d.]+/, "T"));
    expect(rows).toEqual([
      "Present bans:",
      "T     0 -  req.url == /a",
      "T     0 -  obj.ttl > 1w",
      "T     1 C  ",
      "T     1 C  ",
      "",
    ]);
    // What is met again is tested up to the newest.
    await request(instance, { url: "/old" });
    await request(instance, { url: "/new" });
    expect((await run("ban.list"))[1]).toMatch(/^Present bans:\n[\d.]+ {5}2 - {2}req\.url == \/a\n$/);
  });

  test("wrong ones say why", async () => {
    const { run } = await booted();
    expect(await run("ban a b")).toEqual([104, "Too few parameters\n"]);
    expect(await run("ban a b c d")).toEqual([106, "Wrong number of arguments"]);
    expect(await run("ban a == c")).toEqual([106, 'Unknown or unsupported field "a"']);
    expect(await run("ban req.url == x & req.url == y")).toEqual([
      106,
      'Expected && between conditions, found "&"',
    ]);
    expect((await run("ban obj.ttl > 5"))[1]).toBe('expected duration <n.nn>[ms|s|m|h|d|w|y] got "5"');
  });
});

describe("parameters", () => {
  test("a set parameter is in force at once, and shown as changed until it is reset", async () => {
    const { run, instance } = await booted();
    expect(await run("param.set default_ttl 1m")).toEqual([200, ""]);
    expect(instance.params.default_ttl).toBe(60);
    expect(await run("param.set between_bytes_timeout .5")).toEqual([200, ""]);
    expect(instance.params.between_bytes_timeout).toBe(0.5);
    expect(await run("param.reset between_bytes_timeout")).toEqual([200, ""]);
    expect(await run("param.show changed")).toEqual([
      200,
      "default_ttl                   60.000 [seconds]\n",
    ]);
    expect(await run("param.reset default_ttl")).toEqual([200, ""]);
    expect(await run("param.show changed")).toEqual([200, ""]);
  });

  test("what cannot be a value says why; what is read at start only cannot be set", async () => {
    const { run } = await booted();
    const attempt = (name: string, value: string): string =>
      `\n\n(attempting to set param '${name}' to '${value}')`;
    expect((await run("param.set nosuch 1"))[1]).toBe('Unknown parameter "nosuch".');
    expect((await run("param.set __proto__ 1"))[0]).toBe(106);
    expect((await run("param.set default_ttl x"))[1]).toBe(
      `Invalid number (x)${attempt("default_ttl", "x")}`,
    );
    expect((await run("param.set max_restarts 1.5"))[1]).toContain("Not a number (1.5)");
    expect((await run("param.set http_max_hdr 1"))[1]).toContain("Must be at least 32");
    expect((await run("param.set http_max_hdr 70000"))[1]).toContain("Must be no more than 65535");
    expect((await run("param.set thread_pool_reserve 96"))[1]).toContain("Must be no more than 95");
    expect((await run("param.set vsl_mask Debug"))[1]).toContain("Missing '+' or '-' (Debug)");
    expect((await run("param.set pool_req 1"))[1]).toContain("Three fields required");
    expect((await run("param.show -j -l"))[0]).toBe(106);
  });

  test("a name that means another parameter is taken, and no list has it", async () => {
    const { run } = await booted();
    await run("param.set debug +syncvsl");
    expect((await run("param.show deprecated_dummy"))[1]).toContain("+syncvsl");
    expect((await run("param.show"))[1]).not.toContain("deprecated_dummy");
    expect((await run("param.show constructor"))[0]).toBe(106);
  });

  test("every default is a value its own table takes", async () => {
    const { run } = await booted();
    for (const [name, value] of Object.entries(defaultParameters)) {
      const text = formatValue(parameterTable[name as keyof typeof parameterTable], value);
      expect(await run(`param.set ${name} ${text}`), name).toEqual([200, ""]);
    }
    expect(Object.keys(parameterTable)).toEqual(Object.keys(defaultParameters));
  });
});

describe("global directors", () => {
  test("are listed, shown with their layers, and removed", async () => {
    const { run, json, instance } = await booted();
    await instance.control.run((registry) => registry.register("api", new Cluster("cluster")));
    expect((await run("global.list"))[1]).toMatch(
      /^Name +Type +Health +References.*\napi +cluster +healthy +1 /,
    );
    expect((await json("global.list -j"))[3]).toMatchObject({ name: "api", type: "cluster", references: 1 });
    expect((await run("global.show api"))[1]).toBe("cluster   cluster   healthy\n");
    await run(
      'vcl.inline user "vcl 4.1; backend n none; sub vcl_recv { set req.backend_hint = global.api; }"',
    );
    expect((await json("global.list -j"))[3]).toMatchObject({ references: 2 });
    await run("vcl.discard user");
    expect((await json("global.list -j"))[3]).toMatchObject({ references: 1 });
    expect((await run("backend.list -p global.*"))[1]).toMatch(/^Backend name .*\nglobal\.api +probe /);
    expect((await run("backend.list"))[1]).not.toContain("global.api");
    expect(await run("backend.set_health global.api sick")).toEqual([200, ""]);
    expect((await run("backend.list global.api"))[1]).toMatch(/\nglobal\.api +sick /);
    expect((await run("global.list"))[1]).toMatch(/\napi +cluster +sick /);
    expect(await run("backend.set_health global.api auto")).toEqual([200, ""]);
    expect((await run("global.list"))[1]).toMatch(/\napi +cluster +healthy /);
    expect(await run("global.remove api")).toEqual([200, ""]);
    expect(await run("global.remove api")).toEqual([106, "No global director named api known"]);
    expect((await run("global.show api"))[0]).toBe(106);
  });
});

describe("storages", () => {
  test("storage.Transient is one in VCL too", async () => {
    const { run } = await booted();
    expect((await run("storage.list"))[1]).toBe(
      "Storage devices:\n\tstorage.s0 = malloc\n\tstorage.Transient = malloc\n",
    );
    const asking =
      '"vcl 4.1; backend default none; sub vcl_init { if (!storage.Transient.happy) { return (fail); } }"';
    expect(await run(`vcl.inline transient ${asking}`)).toEqual([200, ""]);
  });
});
