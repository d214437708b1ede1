import { inRecv, inSub, type Explanation } from "./explanation.js";

const inResponse = (...statements: readonly string[]) => inSub("vcl_backend_response", ...statements);

/** What the codes about expressions and calls mean. */
export const expressionExplanations = {
  "type-mismatch": {
    meaning:
      "The value is of another type than the place wants, and VCL does not convert between them. Durations need a unit; texts are converted with functions of std, which take a fallback.",
    failing: inRecv("set req.grace = 10;"),
    fixed: inRecv("set req.grace = 10s;"),
  },
  "unknown-token": {
    meaning:
      "No value begins with this sign. A condition cannot begin with a minus: put the other operand first.",
    failing: inRecv("if (-1 < req.restarts) { return (pass); }"),
    fixed: inRecv("if (req.restarts > -1) { return (pass); }"),
  },
  "duration-unit": {
    meaning: "Durations are written with ms, s, m (minutes), h, d, w or y.",
    failing: inRecv("set req.grace = 5min;"),
    fixed: inRecv("set req.grace = 5m;"),
  },
  "bytes-unit-missing": {
    meaning: "A number of bytes is written with its unit: B, KB, MB, GB, TB or PB.",
    failing: inResponse("set beresp.transit_buffer = 1024;"),
    fixed: inResponse("set beresp.transit_buffer = 1KB;"),
  },
  "bytes-unit": {
    meaning: "Bytes are counted in B, KB, MB, GB, TB or PB; a K is 1024.",
    failing: inResponse("set beresp.transit_buffer = 10XB;"),
    fixed: inResponse("set beresp.transit_buffer = 10MB;"),
  },
  "bytes-fraction": {
    meaning: "There is no half byte. Write a smaller unit instead.",
    failing: inResponse("set beresp.transit_buffer = 1.5B;"),
    fixed: inResponse("set beresp.transit_buffer = 2B;"),
  },
  "ip-constant": {
    meaning:
      "A constant that is compared with an address has to be one, in numbers. For names and networks use an ACL.",
    failing: inRecv('if (client.ip == "1.2.3.4.5") { return (synth(403)); }'),
    fixed: inRecv('if (client.ip == "1.2.3.4") { return (synth(403)); }'),
  },
  "regex-invalid": {
    meaning: "PCRE2 refuses the pattern, for the reason given. The offset counts bytes of the pattern.",
    failing: inRecv('if (req.url ~ "^/(api") { return (pass); }'),
    fixed: inRecv('if (req.url ~ "^/(api)") { return (pass); }'),
  },
  "regex-untranslatable": {
    meaning:
      "PCRE2 knows something that JavaScript's patterns have no equal for, such as recursion. Varnish would take the pattern; vclc cannot run it.",
    failing: inRecv('if (req.url ~ "(a(?1)?b)") { return (pass); }'),
    fixed: inRecv('if (req.url ~ "a(ab)?b") { return (pass); }'),
  },
  "regex-backtracks": {
    meaning:
      "A repetition contains another that can match the same text, so that the number of ways to fail doubles with every character. A match that takes too many steps is given up, as Varnish's pcre2_match_limit does: the task fails, and its log says so.",
    failing: inRecv('if (req.url ~ "^(/?[a-z]+)+$") { return (pass); }'),
    fixed: inRecv('if (req.url ~ "^(/[a-z]+)+$") { return (pass); }'),
  },
  "regex-capture": {
    meaning:
      "JavaScript forgets what a group inside a repetition matched in an earlier round, PCRE2 keeps it. Whether the pattern matches is the same; \\1 and its like may not be.",
    failing: inRecv('set req.url = regsub(req.url, "(a|(b))*", "\\2");'),
    fixed: inRecv('set req.url = regsub(req.url, "a*(b)", "\\1");'),
  },
  "operator-integers-only": {
    meaning: "A remainder is one of whole numbers.",
    failing: `import std;\n${inRecv("if (std.random(0, 10) % 2 == 0) { return (pass); }")}`,
    fixed: inRecv("if (req.restarts % 2 == 0) { return (pass); }"),
  },
  "operator-type": {
    meaning: "The operator has no meaning for values of this type.",
    failing: inRecv('set req.http.X-Line = "-" * 20;'),
    fixed: inRecv('set req.http.X-Line = "-" + "-";'),
  },
  "operator-types": {
    meaning:
      "The operator takes one of these types but not this pair: a duration can be multiplied by a number, not the other way round, and a point in time is moved by a duration, not by a number.",
    failing: inRecv("if (now + 60 > now) { return (pass); }"),
    fixed: inRecv("if (now + 60s > now) { return (pass); }"),
  },
  "comparison-types": {
    meaning:
      "Only values of one type are compared. A header is text: std.integer and its like make numbers of it. A constant address stands on the right.",
    failing: inRecv("if (req.http.X-Count == 5) { return (pass); }"),
    fixed: inRecv('if (req.http.X-Count == "5") { return (pass); }'),
  },
  "comparison-type": {
    meaning: "Values of this type have no order, or cannot be matched.",
    failing: inRecv('if (client.ip < "10.0.0.0") { return (pass); }'),
    fixed: inRecv('if (client.ip == "10.0.0.0") { return (pass); }'),
  },
  "logical-operand": {
    meaning:
      "&&, || and ! join conditions. Headers and other texts count as conditions (is it set?), numbers and times do not.",
    failing: inRecv("if (req.http.X-Debug && now) { return (pass); }"),
    fixed: inRecv("if (req.http.X-Debug && req.restarts > 0) { return (pass); }"),
  },
  "negation-type": {
    meaning: "A minus turns numbers and durations around. Nothing else has a negative.",
    failing: inRecv("set req.http.X = -req.http.Y;"),
    fixed: inRecv('set req.http.X = "-" + req.http.Y;'),
  },
  "void-value": {
    meaning: "The function returns nothing, so that there is nothing to use. It stands as a statement.",
    failing: `import std;\n${inRecv('set req.http.X = std.log("x");')}`,
    fixed: `import std;\n${inRecv('std.log("x");')}`,
  },
  "argument-missing": {
    meaning: "An argument that has no default is left out.",
    failing: `import std;\n${inRecv("set req.http.X = std.integer();", 'set req.url = regsub(req.url, "a");')}`,
    fixed: `import std;\n${inRecv('set req.http.X = std.integer("1");', 'set req.url = regsub(req.url, "a", "b");')}`,
  },
  "argument-unknown": {
    meaning: "The function has no argument of this name.",
    failing: `import std;\n${inRecv("set req.http.X = std.random(low = 1.0, hi = 2.0);")}`,
    fixed: `import std;\n${inRecv("set req.http.X = std.random(lo = 1.0, hi = 2.0);")}`,
  },
  "argument-twice": {
    meaning: "An argument is given by its place and again by its name.",
    failing: `import std;\n${inRecv('set req.http.X = std.integer("1", s = "1");')}`,
    fixed: `import std;\n${inRecv('set req.http.X = std.integer("1", fallback = 1);')}`,
  },
  "argument-surplus": {
    meaning: "More arguments are given than the function takes. Texts are joined with +, not with commas.",
    failing: `import std;\n${inRecv('std.log("url: ", req.url);')}`,
    fixed: `import std;\n${inRecv('std.log("url: " + req.url);')}`,
  },
  "argument-after-named": {
    meaning: "After an argument that is given by name, the others must be too.",
    failing: `import std;\n${inRecv('set req.http.X = std.integer(s = "1", 2);')}`,
    fixed: `import std;\n${inRecv('set req.http.X = std.integer("1", 2);')}`,
  },
  "argument-named": {
    meaning: "VCL's own functions take their arguments by place only.",
    failing: inRecv('set req.url = regsub(req.url, "a", sub = "b");'),
    fixed: inRecv('set req.url = regsub(req.url, "a", "b");'),
  },
  "argument-enum": {
    meaning: "The argument is one of a few words, written without quotes.",
    failing: "import chooser;\nsub vcl_recv {\n  chooser.choose(third);\n}\n",
    fixed: "import chooser;\nsub vcl_recv {\n  chooser.choose(second);\n}\n",
    files: {
      "chooser.vcc": '$Module chooser 3 "Chooses"\n\n$Function VOID choose(ENUM {first, second} which)\n',
    },
  },
  "argument-header": {
    meaning: "The function works on a header itself, not on its value: name one.",
    failing: `import std;\n${inRecv('std.collect("Cookie");')}`,
    fixed: `import std;\n${inRecv("std.collect(req.http.Cookie);")}`,
  },
} as const satisfies Record<string, Explanation>;
