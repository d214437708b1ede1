import type { syntaxCatalog } from "../catalog/syntax.js";
import { inRecv, type Explanation } from "./explanation.js";

/** What the codes of `syntaxCatalog` mean. */
export const syntaxExplanations = {
  "unexpected-token": {
    meaning:
      "Something else has to stand here. Look at the end of the statement before it as well: a missing semicolon shows only at the next word.",
    failing: inRecv('set req.http.X-From "edge";'),
    fixed: inRecv('set req.http.X-From = "edge";'),
  },
  "version-missing": {
    meaning:
      "Every program begins with the version of the language that it is written in. Included files need none.",
    failing: "backend default none;\n",
    fixed: "vcl 4.1;\nbackend default none;\n",
  },
  "other-dialect": {
    meaning:
      "Other dialects of VCL have declarations and statements that this language has not; Fastly's has tables, variables of one's own, subs with a value and macros in comments, and its programs name no version. With a version on the first line the program is read as VCL, and each of these is reported at its place.",
    failing: 'backend default none;\ntable hosts {\n  "a": "b",\n}\n',
    fixed: "vcl 4.1;\nbackend default none;\n",
  },
  "version-malformed": {
    meaning: "The version is one digit, a point, one digit, and nothing else.",
    failing: "vcl 04.1;\nbackend default none;\n",
    fixed: "vcl 4.1;\nbackend default none;\n",
  },
  "version-unsupported": {
    meaning:
      "The versions of the language are 4.0 and 4.1. They are not those of Varnish: 4.1 is the newest one, whatever release runs it.",
    failing: "vcl 6.0;\nbackend default none;\n",
    fixed: "vcl 4.1;\nbackend default none;\n",
  },
  "version-no-semicolon": {
    meaning: "The version declaration ends with a semicolon.",
    failing: "vcl 4.1\nbackend default none;\n",
    fixed: "vcl 4.1;\nbackend default none;\n",
  },
  "version-higher": {
    meaning:
      "The main file decides about the version; a later declaration, in an included file as a rule, must not ask for a higher one.",
    failing: "vcl 4.0;\nbackend default none;\nvcl 4.1;\n",
    fixed: "vcl 4.1;\nbackend default none;\nvcl 4.0;\n",
  },
  "illegal-name": {
    meaning:
      "Names of subs, backends, probes, ACLs and objects consist of letters, digits, _ and -, and begin with a letter.",
    failing: "backend api.example none;\nunused api;\n",
    fixed: "backend api_example none;\nunused api_example;\n",
  },
  "unclosed-block": {
    meaning:
      "A block is still open where the next declaration begins or the file ends. The note shows the brace that opened it.",
    failing: 'sub vcl_recv {\n  if (req.url == "/") {\n    return (pass);\n}\n',
    fixed: 'sub vcl_recv {\n  if (req.url == "/") {\n    return (pass);\n  }\n}\n',
  },
  "unknown-statement": {
    meaning:
      "No statement begins with this word. Actions are written return (action); the call of a VMOD function needs its parentheses.",
    failing: inRecv("pass;"),
    fixed: inRecv("return (pass);"),
  },
  "nested-too-deeply": {
    meaning:
      "Blocks or expressions stand in each other to a depth that no reader follows. Move parts to subs of their own.",
    failing: {
      shown: "sub vcl_recv {\n  { { { # … hundreds more\n  } } }\n}\n",
      program: `vcl 4.1;\nbackend default none;\nsub vcl_recv {\n${"{".repeat(5000)}${"}".repeat(5000)}\n}\n`,
    },
    fixed: inRecv("{ return (pass); }"),
  },
  "expression-too-long": {
    meaning:
      'An expression has more operators than are allowed. Build the text in steps: set req.http.X = req.http.X + "…".',
    failing: {
      shown: inRecv('set req.http.X = "a" + req.url + "b" + req.url; # … and so on, thousands of times'),
      program: `vcl 4.1;\nbackend default none;\n${inRecv(`set req.http.X = "a"${' + "b"'.repeat(20_000)};`)}`,
    },
    fixed: inRecv('set req.http.X = "a" + req.url;', 'set req.http.X = req.http.X + "b" + req.url;'),
  },
  "diagnostics-left-out": {
    meaning:
      "The same thing is wrong in very many places. Only the first of them are reported; the note stands at the first that is left out.",
    failing: {
      shown: inRecv("set req.url2 = req.url; # … and so on, thousands of times"),
      program: `vcl 4.1;\nbackend default none;\n${inRecv("set req.url2 = req.url;".repeat(2000))}`,
    },
    fixed: inRecv("set req.url = req.url;"),
  },
} as const satisfies Record<keyof typeof syntaxCatalog, Explanation>;
