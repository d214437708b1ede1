import { inRecv, inSub, type Explanation } from "./explanation.js";

/** What the warnings about flow, values and patterns mean. */
export const lintFlowExplanations = {
  "unreachable-code": {
    meaning: "A return, or an if whose branches all return, stands before this. Nothing ever gets here.",
    failing: inRecv("return (pass);", "unset req.http.Cookie;"),
    fixed: inRecv("unset req.http.Cookie;", "return (pass);"),
  },
  "empty-branch": {
    meaning:
      "A condition is asked and nothing done about it: something was forgotten or left over. A comment in the braces says that it is meant.",
    failing: inRecv('if (req.url ~ "^/static/") { }'),
    fixed: inRecv('if (req.url ~ "^/static/") { unset req.http.Cookie; }'),
  },
  "duplicate-condition": {
    meaning:
      "An earlier branch of the same if asks the very same, so that this one is never taken. One of the two was meant to be another.",
    failing: inRecv(
      'if (req.url == "/a") {',
      "  unset req.http.A;",
      '} else if (req.url == "/a") {',
      "  unset req.http.B;",
      "}",
    ),
    fixed: inRecv(
      'if (req.url == "/a") {',
      "  unset req.http.A;",
      '} else if (req.url == "/b") {',
      "  unset req.http.B;",
      "}",
    ),
  },
  "identical-branches": {
    meaning:
      "Whatever the condition says, the same happens. Either a branch was copied and not changed, or the condition is not needed.",
    failing: inRecv('if (req.url ~ "^/a") {', "  return (pass);", "} else {", "  return (pass);", "}"),
    fixed: inRecv('if (req.url ~ "^/a") {', "  return (pass);", "} else {", "  unset req.http.Cookie;", "}"),
  },
  "constant-condition": {
    meaning:
      "The condition comes out the same for every request. A variable such as req.url is true as soon as it is there, whatever it holds.",
    failing: inRecv("if (req.url) { return (pass); }"),
    fixed: inRecv('if (req.url != "/") { return (pass); }'),
  },
  "contradictory-comparison": {
    meaning:
      "One thing cannot equal two texts at once, and always differs from one of them: && and || are confused.",
    failing: inRecv('if (req.method != "GET" || req.method != "HEAD") { return (pass); }'),
    fixed: inRecv('if (req.method != "GET" && req.method != "HEAD") { return (pass); }'),
  },
  "unused-import": {
    meaning: "A VMOD is loaded and nothing of it used.",
    failing: "import std;\n",
    fixed: `import std;\n${inRecv('std.log("hello");')}`,
  },
  "unused-director": {
    meaning:
      "A director is made and filled, but nothing takes a backend from it. Its .backend() was forgotten, or it is left over.",
    failing: `import directors;\n${inSub("vcl_init", "new rr = directors.round_robin();", "rr.add_backend(default);")}`,
    fixed: `import directors;\n${inSub("vcl_init", "new rr = directors.round_robin();", "rr.add_backend(default);")}${inRecv("set req.backend_hint = rr.backend();")}`,
  },
  "self-assignment": {
    meaning:
      "Nothing changes, except that a header that was not set becomes one that is empty. Something else was meant on one side.",
    failing: inRecv("set req.http.X-Host = req.http.X-Host;"),
    fixed: inRecv("set req.http.X-Host = req.http.Host;"),
  },
  "overwritten-value": {
    meaning:
      "A value is set and replaced or unset before anybody could read it. One of the two statements is left over, or in the wrong place.",
    failing: inRecv('set req.http.X-Site = "a";', 'set req.http.X-Site = "b";'),
    fixed: inRecv('set req.http.X-Site = "b";'),
  },
  "wrong-case": {
    meaning:
      "One side is made lower (or upper) case, and the other holds a letter of the other case: they never are equal.",
    failing: inRecv('if (req.http.X-Site.lower() == "Main") { return (pass); }'),
    fixed: inRecv('if (req.http.X-Site.lower() == "main") { return (pass); }'),
  },
  "host-case": {
    meaning:
      "VCL compares byte by byte. Browsers send the name of the host in lower case, and the built-in VCL makes it so for the others.",
    failing: inRecv('if (req.http.host == "Example.com") { return (pass); }'),
    fixed: inRecv('if (req.http.host == "example.com") { return (pass); }'),
  },
  "method-case": {
    meaning: "The methods of HTTP are written in capitals and compared byte by byte.",
    failing: inRecv('if (req.method == "post") { return (pass); }'),
    fixed: inRecv('if (req.method == "POST") { return (pass); }'),
  },
  "compared-with-empty": {
    meaning:
      'A header that is not set is NULL, which is not equal to "": == "" misses it and != "" holds for it. A header by itself is true when it is set.',
    failing: inRecv('if (req.http.X-Token == "") { return (synth(403)); }'),
    fixed: inRecv("if (!req.http.X-Token) { return (synth(403)); }"),
  },
  "number-as-text": {
    meaning:
      'A header is a text, and < and > on texts compare sign by sign: "9" > "100" is true. std.integer() makes a number of a text, with a value for texts that are none.',
    failing: inRecv('if (req.http.Content-Length > "1000000") { return (synth(413)); }'),
    fixed: `import std;\n${inRecv("if (std.integer(req.http.Content-Length, 0) > 1000000) { return (synth(413)); }")}`,
  },
  "url-without-slash": {
    meaning:
      "req.url is the path with the query and begins with a slash, also where the client sent scheme and host.",
    failing: inRecv('if (req.url ~ "^admin") { return (pass); }'),
    fixed: inRecv('if (req.url ~ "^/admin") { return (pass); }'),
  },
  "status-out-of-range": {
    meaning:
      "The status of an answer has three digits. A policy may use more (1404 goes out as 404), but less than 100 fails the request.",
    failing: inRecv("return (synth(40));"),
    fixed: inRecv("return (synth(404));"),
  },
  "host-regex-dot": {
    meaning:
      "An unescaped dot matches any character, so that www.example.com also matches wwwxexample.com, which somebody else may own.",
    failing: inRecv('if (req.http.host ~ "^www.example.com$") { return (pass); }'),
    fixed: inRecv('if (req.http.host ~ "^www\\.example\\.com$") { return (pass); }'),
  },
  "host-regex-unanchored": {
    meaning:
      "A pattern matches anywhere unless it is bound to the ends: this one also matches example.com.attacker.net.",
    failing: inRecv('if (req.http.host ~ "example\\.com") { return (pass); }'),
    fixed: inRecv('if (req.http.host ~ "(^|\\.)example\\.com$") { return (pass); }'),
  },
  "regex-always-matches": {
    meaning:
      "The pattern matches the empty text, and so does it somewhere in every other: the condition asks nothing.",
    failing: inRecv('if (req.url ~ "/*") { return (pass); }'),
    fixed: inRecv('if (req.url ~ "^/static/") { return (pass); }'),
  },
  "regex-never-matches": {
    meaning:
      "Nothing can stand before the beginning or behind the end of a text. A dollar that is meant as such is written \\$.",
    failing: inRecv('if (req.url ~ "^/price$/eur") { return (pass); }'),
    fixed: inRecv('if (req.url ~ "^/price\\$/eur") { return (pass); }'),
  },
  "missing-group": {
    meaning:
      "\\1 to \\9 put in what a group in parentheses matched. The pattern has fewer groups, so that nothing is put in.",
    failing: inRecv('set req.url = regsub(req.url, "^/old/.*", "/new/\\1");'),
    fixed: inRecv('set req.url = regsub(req.url, "^/old/(.*)", "/new/\\1");'),
  },
} as const satisfies Record<string, Explanation>;
