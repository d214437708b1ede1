import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { shippedVmods } from "../../src/cli/run/load-module.js";
import {
  familiesSince,
  installableVmods,
  lacks,
  targetNames,
  variablesSince,
  varnishVmods,
  testVmods,
  type Since,
  type Target,
} from "../../src/language/targets.js";
import { shippedVmodFolder } from "../../src/host/node/shipped-vmods.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { lint } from "../../src/lint/lint.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { temporaryFolder } from "../support/cli.js";
import { check, printDiagnostic } from "../support/analyze.js";
import { corpusFolder } from "../support/conformance.js";
import { VarnishdOracle, varnishdVersion } from "../support/mutants/varnishd.js";

const head = 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; }\n';
const inSub = (sub: string, line: string) => `sub ${sub} { ${line} }\n`;
const recv = (line: string) => inSub("vcl_recv", line);

function found(text: string, target: Target): readonly Diagnostic[] {
  const { program, diagnostics } = check(head + text);
  if (!program) throw new Error(diagnostics.map(printDiagnostic).join(""));
  return lint(program, diagnostics, {}, target).filter(({ code }) => code.startsWith("target-"));
}

function lacking(text: string, target: Target): string[] {
  return found(text, target)
    .filter(({ code }) => code === "target-lacks")
    .map(({ message, hint }) => `${message.replace(/^.* does not have /, "")} (${hint})`);
}

/** What came when, as VCL: the first target without and the first with it, and what is said. */
const later: readonly (readonly [what: string, text: string, without: Target, having: Target | "none"])[] = [
  ["req.time", recv("set req.http.X = req.time;"), "varnish-7.0", "varnish-7.1"],
  ["req.hash_ignore_vary", recv("set req.hash_ignore_vary = true;"), "varnish-6.6", "varnish-7.0"],
  ["unset req.grace", recv("unset req.grace;"), "varnish-7.6", "varnish-7.7"],
  [
    "client.identity in backend",
    inSub("vcl_backend_fetch", "set bereq.http.X = client.identity;"),
    "varnish-6.0",
    "varnish-6.6",
  ],
  [
    "req.hash in vcl_synth and vcl_pipe",
    `import blob;\n${inSub("vcl_synth", "set resp.http.X = blob.encode(HEX, blob = req.hash);")}`,
    "varnish-7.6",
    "varnish-7.7",
  ],
  ["req.xid as a number", recv("if (req.xid > 5) { return (pass); }"), "varnish-7.2", "varnish-7.3"],
  ["vcl_backend_refresh", inSub("vcl_backend_refresh", "return (merge);"), "varnish-7.7", "varnish-8.0"],
  ["vcl_refresh_status", inSub("vcl_refresh_status", "return (merge);"), "varnish-7.7", "varnish-8.0"],
  ["vcl_req_cookie", recv("call vcl_req_cookie;"), "varnish-6.0", "varnish-6.6"],
  ["param.default_ttl", recv("set req.http.X = param.default_ttl;"), "varnish-7.7", "varnish-8.0"],
  [
    ".via",
    'backend b { .host = "a.example"; .via = default; }\nsub vcl_recv { set req.backend_hint = b; }\n',
    "varnish-7.2",
    "varnish-7.3",
  ],
  [
    ".wait_limit",
    'backend b { .host = "127.0.0.1"; .wait_limit = 5; }\nsub vcl_recv { set req.backend_hint = b; }\n',
    "varnish-7.5",
    "varnish-7.6",
  ],
  ['"""…""" strings', recv('set req.http.X = """x""";'), "varnish-6.0", "varnish-6.6"],
  ["header names in quotes", recv('set req.http."a.b" = "x";'), "varnish-6.6", "varnish-7.0"],
  ["import … as", `import std as s;\n${recv('s.log("x");')}`, "varnish-6.0", "varnish-6.6"],
  [
    "flags of an ACL",
    `acl a +log { "10.0.0.0"/8; }\n${recv("if (client.ip ~ a) { return (pass); }")}`,
    "varnish-6.6",
    "varnish-7.0",
  ],
  [".lower()", recv("set req.url = req.url.lower();"), "varnish-6.0", "varnish-6.6"],
  ["VMOD cookie", `import cookie;\n${recv('cookie.parse("a=b");')}`, "varnish-6.0", "varnish-6.6"],
  [
    "cookie.format_date",
    `import cookie;\n${recv("set req.http.X = cookie.format_date(now, 1h);")}`,
    "varnish-7.0",
    "varnish-7.1",
  ],
  [
    "std.strftime",
    `import std;\n${recv('set req.http.X = std.strftime(now, "%F");')}`,
    "varnish-7.0",
    "varnish-7.1",
  ],
  [
    "the argument real of std.integer",
    `import std;\n${recv("set req.http.X = std.integer(real = 1.5);")}`,
    "varnish-6.0",
    "varnish-6.6",
  ],
  ["unused …;", 'acl a { "10.0.0.0"/8; }\nunused a;\n', "varnish-8.0", "none"],
  ["global.NAME", recv("set req.backend_hint = global.api;"), "varnish-8.0", "none"],
  ["return (dispatch(…))", recv("return (dispatch(l));"), "varnish-8.0", "none"],
  [
    "VMOD svc",
    `import svc;\nsub vcl_init { new w = svc.endpoint_watcher(file = "e.yaml"); }\n`,
    "varnish-8.0",
    "none",
  ],
];

describe("check --target", () => {
  test.each(later)("%s", (what, text, without, having) => {
    expect(
      lacking(text, without).map((one) => one.replace(/ \(it came .*| \(only .*| \(no release.*/, "")),
    ).toContain(what);
    if (having !== "none") expect(lacking(text, having)).toEqual([]);
    expect(lacking(text, "vclc")).toEqual([]);
  });

  test("says when it came", () => {
    expect(lacking(recv("set req.http.X = req.time;"), "varnish-7")).toEqual([
      "req.time (it came with Varnish 7.1)",
    ]);
    expect(lacking(recv("unset req.ttl;"), "varnish-8")).toEqual([
      "unset req.ttl (no release of Varnish has it yet)",
    ]);
    expect(lacking(recv("set req.backend_hint = global.api;"), "varnish-8")).toEqual([
      "global.NAME (only vclc has it)",
    ]);
  });

  test("what a VMOD of another project or of one's own has is its own affair", () => {
    expect(lacking(`import xkey;\n${recv('set req.http.X = xkey.purge("a");')}`, "varnish-6.0")).toEqual([]);
  });

  test("a VMOD without an implementation is told for vclc", () => {
    expect(lacking("import assert;\n", "vclc")).toEqual([
      "VMOD assert outside of tests (tests are files that end in .test.vcl)",
    ]);
  });

  test.each<readonly [text: string, said: string, instead: RegExp]>([
    [
      recv("set sess.timeout_linger = 1s;"),
      "sess.timeout_linger makes no difference to a client",
      /timeout_idle/,
    ],
    [`import std;\n${recv("std.set_ip_tos(8);")}`, "std.set_ip_tos() marks no packets", /firewall/],
    [
      `import unix as u;\n${recv("if (u.uid() == 0) { return (pass); }")}`,
      "unix.uid() fails the request",
      /local.socket/,
    ],
    [
      "import dynamic;\nsub vcl_init { new r = dynamic.resolver(set_from_os = false); }\n",
      "the argument set_from_os of dynamic.resolver() changes nothing",
      /add_server/,
    ],
    [
      "import dynamic;\nsub vcl_init { new r = dynamic.resolver(); if (r.add_transport(TLS)) { } }\n",
      "dynamic.resolver.add_transport(TLS) keeps the VCL from loading",
      /TLS/,
    ],
  ])("what vclc does less by is told for vclc alone: %s", (text, said, instead) => {
    const [{ message, hint } = { message: "", hint: "" }, ...others] = found(text, "vclc");
    expect(message).toContain(`With vclc, ${said}`);
    expect(hint).toMatch(instead);
    expect(others).toEqual([]);
    expect(found(text, "varnish-8").filter(({ code }) => code === "target-does-less")).toEqual([]);
  });

  test("what does as Varnish does is not told", () => {
    const text = `import dynamic;\nimport std;\nsub vcl_init { new r = dynamic.resolver(); if (r.add_transport(UDP)) { } }
      sub vcl_recv { std.syslog(6, "x"); if (req.storage.happy) { set req.url = "/"; } unset sess.timeout_linger; }\n`;
    expect(found(text, "vclc")).toEqual([]);
  });

  test("include +glob is told where it stands, and an ignore silences what is meant", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "part.vcl"), recv("unset req.http.X;"));
    expect(lacking(`include +glob "${folder}/*.vcl";\n`, "varnish-6.6")).toEqual([
      "include +glob (it came with Varnish 7.0)",
    ]);
    const ignored = recv("\n# vclc-ignore target-lacks: not on the old ones\nset req.http.X = req.time;");
    expect(lacking(ignored, "varnish-6.0")).toEqual([]);
  });

  test("every shipped VMOD is Varnish's, another project's, or vclc's own, and those without code are named", () => {
    const names = new Set(vmodFinder(nodeSourceReader, { shipped: shippedVmodFolder() }).names?.());
    for (const name of [...Object.keys(varnishVmods), ...Object.keys(installableVmods)])
      expect(names).toContain(name);
    expect([...names].filter((name) => !(name in shippedVmods))).toEqual(testVmods);
    const own = [...names].filter((name) => !(name in varnishVmods) && !(name in installableVmods));
    expect(own.sort()).toEqual(["assert", "fs", "routing", "svc", "testing", "tls", "topology"]);
  });

  test("the parts that are named are in the interfaces", () => {
    const finder = vmodFinder(nodeSourceReader, { shipped: shippedVmodFolder() });
    for (const [name, { parts = {} }] of Object.entries(varnishVmods)) {
      const found = finder.find(name);
      if (!found || !("interface" in found)) throw new Error(`no VMOD ${name}`);
      for (const part of Object.keys(parts)) {
        const [, fn = "", argument] = /^(\w+)(?:\((\w+)\))?$/.exec(part) ?? [];
        const declared = found.interface.functions.get(fn);
        expect(declared?.name ?? found.interface.objects.get(fn)?.name).toBe(fn);
        if (argument !== undefined) expect(declared?.args.map((one) => one.name)).toContain(argument);
      }
    }
  });

  test("a series is what all of its releases have", () => {
    expect(targetNames.filter((name) => lacks(name, "7.0"))).toEqual([
      "varnish-6.0",
      "varnish-6.6",
      "varnish-6",
    ]);
    expect(lacks("varnish-7", "7.1")).toBe(true);
  });
});

interface ReferenceVariable {
  readonly name: string;
  readonly v7_1_1: { readonly present: boolean };
}
const reference = join(corpusFolder, "../reference/vcl-variables.json");

test.skipIf(!existsSync(reference))(
  "varnish-7.1 has the variables that the reference finds in 7.1.1, and no others",
  () => {
    const { variables } = JSON.parse(readFileSync(reference, "utf8")) as {
      variables: readonly ReferenceVariable[];
    };
    const sinceOf = (name: string) =>
      (variablesSince as Readonly<Record<string, Since>>)[name] ?? familiesSince[name.split(".")[0] ?? ""];
    for (const { name, v7_1_1: there } of variables) {
      // Entries of trunk that take rights from the wildcard, which is in both.
      if (name.includes(".http.")) continue;
      const since = sinceOf(name);
      expect([name, since === undefined || !lacks("varnish-7.1", since)]).toEqual([name, there.present]);
    }
  },
);

const installed = varnishdVersion();
const release = /^7\.1\./.test(installed ?? "");

test.skipIf(!release)(
  `varnishd ${installed} takes what varnish-7.1 is said to have, and refuses what it lacks`,
  async () => {
    const oracle = new VarnishdOracle();
    try {
      for (const [what, text] of later) {
        if (/import (?:svc|xkey)/.test(text)) continue;
        const { accept, message } = await oracle.ask(head + text);
        expect([what, accept, accept ? "" : message]).toEqual([
          what,
          lacking(text, "varnish-7.1").length === 0,
          accept ? "" : message,
        ]);
      }
    } finally {
      oracle.close();
    }
  },
  60_000,
);
