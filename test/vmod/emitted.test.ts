import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { compiled } from "../support/compile.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every function of std and every object and method of directors, as VCL calls them. */
const everyCall = String.raw`
vcl 4.1;
import std; import directors;
backend a { .host = "127.0.0.1"; }
backend b { .host = "127.0.0.2"; }
sub timed { if (req.url == "/t") { return (pass); } }
sub vcl_init {
  new rr = directors.round_robin(); rr.add_backend(a); rr.remove_backend(b);
  new fb = directors.fallback(sticky = true); fb.add_backend(a);
  new rd = directors.random(); rd.add_backend(a, 10); rd.add_backend(rr.backend(), 0.5);
  new hs = directors.hash(); hs.add_backend(a); hs.add_backend(b, weight = 2.5);
  new p = directors.shard_param(); p.set(by = KEY, key = 7); p.clear();
  new sh = directors.shard(); sh.add_backend(a, rampup = 10s); sh.add_backend(b, ident = "bee", weight = 1.5);
  sh.associate(p.use()); sh.set_warmup(0.1); sh.set_rampup(5s); sh.remove_backend(ident = "x"); sh.clear(); sh.reconfigure(replicas = 25); sh.debug(1);
  std.log("found " + directors.lookup("rr"));
}
sub vcl_recv {
  std.collect(req.http.cookie, "; ");
  set req.url = std.querysort(req.url);
  set req.http.a = std.toupper("x" + req.url) + std.tolower(req.http.b) + std.strstr(req.url, "?");
  if (std.fnmatch("/a/*", req.url, period = true)) { set req.http.f = std.fileread("/etc/hostname"); }
  set req.http.bl = std.blobread("/etc/hostname");
  if (std.file_exists("/x") || std.healthy(rr.backend()) || std.syntax(4.1)) { std.syslog(9, "hi " + req.url); }
  set req.http.n = std.random(1, 2) + " " + std.round(1.5) + " " + std.integer(req.http.n, 0) + std.integer(bool = true, fallback = 3) + std.real("1.0", 0.0) + std.real(integer = 3)
   + std.bytes("1k", 1B) + std.duration("1s", 2s) + std.duration(real = 1.5) + std.time("x", now) + std.time(integer = 10);
  set req.http.ip = std.ip(req.http.x, "127.0.0.1") + std.port(std.ip("::1", fallback = client.ip, resolve = false, p = "80"));
  set req.http.t = std.strftime(now, "%F"); std.timestamp("x"); std.log(std.getenv("HOME"));
  std.cache_req_body(1KB); std.late_100_continue(true); std.set_ip_tos(3); std.rollback(req);
  if (!std.ban("req.url == " + req.url)) { std.log(std.ban_error()); }
  set req.http.now = std.now() + std.timed_call(timed);
  set req.backend_hint = sh.backend(by = URL, alt = req.restarts, healthy = ALL);
  set req.backend_hint = hs.backend(client.identity + req.url);
  set req.http.k = sh.key("x") + p.get_by() + p.get_key() + p.get_alt() + p.get_warmup() + p.get_rampup() + p.get_healthy();
  set req.backend_hint = fb.backend(); set req.backend_hint = rd.backend();
}
sub vcl_backend_fetch { set bereq.backend = sh.backend(resolve = LAZY, by = KEY, key = 1, param = p.use()); std.rollback(bereq); }
sub vcl_backend_response { std.rfc_ttl(); }
`;

test(
  "calls of every function of std and directors compile to TypeScript without a type error",
  { timeout: 60_000 },
  async () => {
    const { text } = await compiled(everyCall);
    const name = join(root, "main.vcl.ts");
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile) as { config: unknown };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile } = host;
    host.fileExists = (path) => path === name || fileExists(path);
    host.readFile = (path) => (path === name ? text : readFile(path));
    const program = ts.createProgram([name], { ...options, types: [] }, host);
    const errors = program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(({ messageText, start = 0 }) => ({
        at: text.slice(start).split("\n")[0],
        message: ts.flattenDiagnosticMessageText(messageText, "\n"),
      }));
    expect(errors).toEqual([]);
  },
);
