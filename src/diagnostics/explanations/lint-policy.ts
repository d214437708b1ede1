import { inRecv, inSub, type Explanation } from "./explanation.js";

const inResponse = (...statements: readonly string[]) => inSub("vcl_backend_response", ...statements);
const purgers = 'acl purgers { "127.0.0.1"; }\n';

/** What the warnings about caching and safety mean, and those about comments that silence warnings. */
export const lintPolicyExplanations = {
  "hash-skips-builtin": {
    meaning:
      "The built-in code of vcl_recv passes requests with Authorization or Cookie, so that nobody is served what was made for another. return (hash) leaves it out, and the policy does not look at these headers itself.",
    failing: inRecv('if (req.url ~ "^/api/") { return (hash); }'),
    fixed: inRecv(
      'if (req.url ~ "^/api/" && !req.http.Authorization && !req.http.Cookie) { return (hash); }',
    ),
  },
  "deliver-skips-builtin": {
    meaning:
      "The built-in code of vcl_backend_response does not cache answers that set a cookie or forbid it with Cache-Control. return (deliver) leaves it out, and the policy does not look at these headers itself.",
    failing: inResponse("set beresp.ttl = 1h;", "return (deliver);"),
    fixed: inResponse("set beresp.ttl = 1h;"),
  },
  "hash-incomplete": {
    meaning:
      "The built-in code of vcl_hash adds req.url and the host. return (lookup) leaves it out, and different pages become one object.",
    failing: inSub("vcl_hash", "hash_data(req.url);", "return (lookup);"),
    fixed: inSub("vcl_hash", "hash_data(req.http.X-Variant);"),
  },
  "zero-ttl": {
    meaning:
      "Requests for an object that is being fetched wait for it. One with a ttl of zero is found by none of them, whatever its grace, and leaves no mark that waiting is in vain: they are fetched one after the other. An uncacheable object with a ttl is such a mark. Where beresp.grace is set, errors may be kept out with a ttl of zero: an older object serves meanwhile.",
    failing: inResponse(
      "if (beresp.http.Set-Cookie) {",
      "  set beresp.ttl = 0s;",
      "  return (deliver);",
      "}",
    ),
    fixed: inResponse(
      "if (beresp.http.Set-Cookie) {",
      "  set beresp.uncacheable = true;",
      "  set beresp.ttl = 2m;",
      "  return (deliver);",
      "}",
    ),
  },
  "req-grace-only": {
    meaning:
      "An object has the grace that it was stored with (beresp.grace, by default 10s). req.grace can only make that shorter for a request.",
    failing: inRecv("set req.grace = 1h;"),
    fixed: `${inRecv("set req.grace = 1h;")}${inResponse("set beresp.grace = 6h;")}`,
  },
  "vary-too-wide": {
    meaning:
      "For each value of the header, an object of its own is stored. Nearly every client has its own User-Agent, Cookie or Referer: normalize it in vcl_recv, or vary on a header that the policy makes.",
    failing: inResponse('set beresp.http.Vary = "User-Agent";'),
    fixed: `${inRecv('set req.http.X-Device = "desktop";')}${inResponse('set beresp.http.Vary = "X-Device";')}`,
  },
  "accept-encoding-set": {
    meaning:
      "Before vcl_recv, Accept-Encoding is made gzip, or unset for clients that do not take it; and compressed objects are decompressed for these. Policies of old did this by hand. Where nothing asks what the client takes, setting it to gzip sends gzip to clients that cannot read it.",
    failing: inRecv('if (req.http.Accept-Encoding ~ "gzip") { set req.http.Accept-Encoding = "gzip"; }'),
    fixed: inResponse('if (beresp.http.Content-Type ~ "^text/") { set beresp.do_gzip = true; }'),
  },
  "forwarded-for-doubled": {
    meaning:
      "The client's address is added to X-Forwarded-For before vcl_recv runs. Adding it again makes backends see one proxy too many.",
    failing: inRecv('set req.http.X-Forwarded-For = req.http.X-Forwarded-For + ", " + client.ip;'),
    fixed: inRecv("set req.http.X-Forwarded-For = client.ip;"),
  },
  "pipe-returned": {
    meaning:
      "A piped connection is copied byte by byte until it closes: no later request on it is seen, logged, checked or cached. return (pass) is for what is not to be cached; pipe is for protocols that are not HTTP any more.",
    failing: inRecv('if (req.url ~ "^/upload") { return (pipe); }'),
    fixed: inRecv('if (req.http.Upgrade ~ "(?i)websocket") { return (pipe); }'),
  },
  "purge-unguarded": {
    meaning: "Nothing here asks who wants the object out of the cache: any client can make the backend work.",
    failing: inRecv('if (req.method == "PURGE") { return (purge); }'),
    fixed: purgers + inRecv('if (req.method == "PURGE" && client.ip ~ purgers) { return (purge); }'),
  },
  "ban-unguarded": {
    meaning: "Nothing here asks who wants the ban: any client can empty the cache.",
    failing: inRecv('if (req.method == "BAN") { ban("req.url == " + req.url); }'),
    fixed:
      purgers + inRecv('if (req.method == "BAN" && client.ip ~ purgers) { ban("req.url == " + req.url); }'),
  },
  "restart-unguarded": {
    meaning:
      "A restart (or retry) that is not counted goes on until the limit is reached (max_restarts, max_retries) and the request fails.",
    failing: inSub("vcl_deliver", "if (resp.status == 503) { return (restart); }"),
    fixed: inSub("vcl_deliver", "if (resp.status == 503 && req.restarts == 0) { return (restart); }"),
  },
  "acl-matches-everyone": {
    meaning: "A mask of zero bits leaves nothing to compare. An ACL that lets everybody in guards nothing.",
    failing: 'acl office { "0.0.0.0"/0; }\nunused office;\n',
    fixed: 'acl office { "10.0.0.0"/8; }\nunused office;\n',
  },
  "suppression-unused": {
    meaning:
      "The comment silences a warning that is not there (any more). It would hide the next one that nobody has looked at.",
    failing: "# vclc-ignore unused-import: it will be used soon\nimport std;\n" + inRecv('std.log("used");'),
    fixed: "# vclc-ignore unused-import: it will be used soon\nimport std;\n",
  },
  "target-lacks": {
    meaning:
      "vclc check --target says what the policy is meant for: vclc, or a release of Varnish. It compiles with vclc, which has what the newest Varnish has and more, and would be refused there: a variable, an action, a field, a VMOD, or a form of the syntax came later, or only vclc has it. Without --target nothing is said. The example is checked with --target varnish-7.0.",
    target: "varnish-7.0",
    failing: inRecv("set req.http.X-Since = req.time;"),
    fixed: inRecv("set req.http.X-Since = now;"),
  },
  "target-does-less": {
    meaning:
      "vclc check --target vclc: the policy is run by vclc, which takes this as Varnish does and does less by it, or nothing; the message says what becomes of it. All else that compiles does what it does in Varnish: a test goes over every variable, action, field and function. docs/limits.md has the whole table. Without --target nothing is said. The example is checked with --target vclc.",
    target: "vclc",
    failing: "import std;\n" + inRecv("std.set_ip_tos(8);"),
    fixed: inRecv('set req.http.X-Class = "bulk";'),
  },
  "suppression-malformed": {
    meaning:
      "A comment that silences names the code of a warning and says why: # vclc-ignore CODE: reason. It stands before a line or a block, or behind a statement. Errors cannot be silenced.",
    failing: "# vclc-ignore unused-imports: it will be used soon\nimport std;\n" + inRecv('std.log("used");'),
    fixed: "# vclc-ignore unused-import: it will be used soon\nimport std;\n",
  },
} as const satisfies Record<string, Explanation>;
