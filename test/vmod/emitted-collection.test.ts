import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compiled } from "../support/compile.js";
import { strictDiagnostics } from "../support/strict.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

const everyCall = String.raw`
vcl 4.1;
import accept; import blob; import cookie; import header; import math; import purge; import str; import unix; import var;
backend b { .host = "127.0.0.1"; }
sub vcl_init {
  new lang = accept.rule("en"); lang.add("fr"); lang.remove(string = "de");
  new bytes = blob.blob(HEX, "61" + "62");
}
sub vcl_recv {
  cookie.clean(); cookie.parse(req.http.cookie); cookie.delete("a"); cookie.filter("a,b"); cookie.filter_re("^a"); cookie.keep("a");
  cookie.keep_re("^a"); cookie.set("a", "1" + req.url);
  if (cookie.isset("a")) { set req.http.c = cookie.get("a") + cookie.get_re("a") + cookie.get_string() + cookie.format_date(now, 1h); }
  header.append(req.http.x, "1" + req.url); header.copy(req.http.x, header.dyn(req, "y")); header.remove(req.http.x, "1");
  header.regsub(req, "a", "b", all = true); header.regsub(req, "a", "b");
  if (header.dyn(req, "y")) { set req.http.z = header.get(req.http.y, ".") + header.dyn(req, "y"); }
  if (str.startswith(req.url, "/") && str.endswith(req.url, "/") && !str.contains(req.url, "x") && str.token_intersect("a", "b")) {
    set req.http.s = str.take(req.url, 3) + str.take(req.url, 3, offset = -3) + str.reverse(req.url) + str.split(req.url, 1, "/") + str.count(req.url);
  }
  if (str.token_intersect("a", req.http.none, separators = ":")) { set req.http.accept-language = lang.filter(req.http.accept-language); }
  var.set("s", "x"); var.set_string("s", req.url); var.set_int("i", 1); var.set_real("r", 1.5); var.set_duration("d", 1s);
  var.set_ip("ip", client.ip); var.set_backend("b", b); var.global_set("g", req.url);
  set req.http.v = var.get("s") + var.get_string("s") + (var.get_int("i") + 1) + var.get_real("r") + var.get_duration("d") + var.get_ip("ip") + var.global_get("g");
  set req.backend_hint = var.get_backend("b");
  var.clear();
  set req.http.n = math.j0(1.5) + math.jn(2, 1.5) + math.fma(1.0, 2.0, 3.0) + math.lround(1.5) + math.nan("") + math.constant(DBL_MAX) + math.strfromd("%a", math.ldexp(1.5, 3));
  if (math.isgreater(1.0, 2.0) && math.approx(1.0, 2.0, maxRelDiff = 0.1)) { set req.http.u = unix.user() + unix.group() + unix.uid() + unix.gid(); }
  set req.http.b = blob.encode(URL, UPPER, bytes.get()) + bytes.encode(BASE64CF) + blob.transcode(HEX, URL, length = 4, encoded = "61" + req.url)
    + blob.same(bytes.get(), :YWI=:) + blob.equal(bytes.get(), blob.sub(bytes.get(), 1B)) + blob.length(blob.decode(length = 2, encoded = req.url));
}
sub vcl_hit { set req.http.p = purge.hard() + purge.soft() + purge.soft(1s, keep = 0s); }
sub vcl_backend_fetch { set bereq.http.u = unix.uid() + cookie.get_string(); header.append(bereq.http.x, "1"); }
sub vcl_deliver { header.append(resp.http.set-cookie, "a=1"); header.copy(resp.http.x, req.http.y); header.regsub(resp, "a", "b"); }
`;

test(
  "calls of every VMOD beside std and directors compile to TypeScript that strict tsc takes",
  { timeout: 60_000 },
  async () => {
    const { text } = await compiled(everyCall);
    expect(strictDiagnostics(new Map([[join(root, "main.vcl.ts"), text]]))).toBe("");
  },
);
