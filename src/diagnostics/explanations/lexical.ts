import type { lexicalCatalog } from "../catalog/lexical.js";
import { inRecv, type Explanation } from "./explanation.js";

const helper = { "other.vcl": "sub vcl_deliver {\n  unset resp.http.Via;\n}\n" };

/** What the codes of `lexicalCatalog` mean. */
export const lexicalExplanations = {
  "unexpected-byte": {
    meaning:
      "Outside of strings and comments, VCL knows letters, digits and a few signs. This byte is none of them: often it came along from " +
      "another language or from a text processor.",
    failing: inRecv("set req.http.X-Price = $5;"),
    fixed: inRecv('set req.http.X-Price = "$5";'),
  },
  "byte-order-mark": {
    meaning:
      "The file begins with the three bytes of a UTF-8 byte order mark, which Varnish refuses. Save the file as UTF-8 without BOM.",
    failing: {
      shown: "<EF BB BF>vcl 4.1;\nbackend default none;\n",
      program: "\uFEFFvcl 4.1;\nbackend default none;\n",
    },
    fixed: "vcl 4.1;\nbackend default none;\n",
  },
  "single-quoted-string": {
    meaning: 'VCL writes strings as "text", {"text"} or """text""". A single quote begins none.',
    failing: inRecv("set req.http.X-From = 'edge';"),
    fixed: inRecv('set req.http.X-From = "edge";'),
  },
  "nested-comment": {
    meaning:
      "A /* */ comment ends at the first */. One that contains another /* is refused, because it rarely means what it looks like.",
    failing: "/* first /* second */\nsub vcl_recv { }\n",
    fixed: "/* first, second */\nsub vcl_recv { }\n",
  },
  "unterminated-comment": {
    meaning: "A /* comment is still open where the file ends. Everything after it would be ignored.",
    failing: "sub vcl_recv { }\n/* to be continued\n",
    fixed: "sub vcl_recv { }\n/* to be continued */\n",
  },
  "unterminated-string": {
    meaning:
      'A string is not closed: "text" must end on the line where it begins. Longer texts are written {"text"} or """text""", which ' +
      "may span lines and contain quotes.",
    failing: inRecv('set req.http.X-From = "edge;'),
    fixed: inRecv('set req.http.X-From = "edge";'),
  },
  "inline-c": {
    meaning:
      "C{ … }C compiles C code into the cache. vclc compiles to TypeScript and takes none: use a VMOD instead.",
    failing: inRecv('C{ syslog(LOG_INFO, "hello"); }C'),
    fixed: `import std;\n${inRecv('std.syslog(6, "hello");')}`,
  },
  "integer-too-long": {
    meaning: "Integers have at most 15 digits, as in structured headers (RFC 8941).",
    failing: inRecv("if (req.restarts > 1234567890123456) { return (fail); }"),
    fixed: inRecv("if (req.restarts > 123456789012345) { return (fail); }"),
  },
  "real-too-long": {
    meaning:
      "Numbers have at most 12 digits before the point and 3 after it, as in structured headers (RFC 8941).",
    failing: inRecv("set req.grace = 1.2345s;"),
    fixed: inRecv("set req.grace = 1.234s;"),
  },
  "malformed-number": {
    meaning:
      "A letter stands in the middle of a number. There are no exponents and no hexadecimal numbers in VCL.",
    failing: inRecv("if (req.restarts > 1e3) { return (fail); }"),
    fixed: inRecv("if (req.restarts > 1000) { return (fail); }"),
  },
  "blob-unterminated": {
    meaning: "A BLOB is written as base64 between two colons, and the second one is missing.",
    failing: "sub vcl_recv {\n  set req.http.X-Blob = :aGVsbG8=",
    fixed: inRecv("set req.http.X-Blob = :aGVsbG8=:;"),
  },
  "blob-character": {
    meaning: "Between its colons, a BLOB holds base64: letters, digits, + and /, and = at the end.",
    failing: inRecv("set req.http.X-Blob = :aGV%bG8=:;"),
    fixed: inRecv("set req.http.X-Blob = :aGVsbG8=:;"),
  },
  "blob-length": {
    meaning: "Base64 comes in groups of four characters; the last group is filled up with =.",
    failing: inRecv("set req.http.X-Blob = :aGVsbG8:;"),
    fixed: inRecv("set req.http.X-Blob = :aGVsbG8=:;"),
  },
  "blob-padding": {
    meaning: "A group of base64 has at least two characters before its =, and = stands at the end only.",
    failing: inRecv("set req.http.X-Blob = :a===:;"),
    fixed: inRecv("set req.http.X-Blob = :aA==:;"),
  },
  "include-no-string": {
    meaning: "An include names its file in a string.",
    failing: "include other.vcl;\n",
    fixed: 'include "other.vcl";\n',
    files: helper,
  },
  "include-no-semicolon": {
    meaning: "An include ends with a semicolon.",
    failing: 'include "other.vcl"\n',
    fixed: 'include "other.vcl";\n',
    files: helper,
  },
  "include-unknown-flag": {
    meaning: "The only flag of include is +glob, which includes every file that matches a pattern.",
    failing: 'include +optional "other.vcl";\n',
    fixed: 'include "other.vcl";\n',
    files: helper,
  },
  "include-unreadable": {
    meaning:
      "The file cannot be read. A name that begins with ./ is looked for beside the including file, an absolute one where it says, any " +
      "other in each folder of --vcl-path.",
    failing: 'include "othr.vcl";\n',
    fixed: 'include "other.vcl";\n',
    files: helper,
  },
  "include-recursive": {
    meaning: "A file includes itself, perhaps by way of others. The include stack shows how it came to that.",
    failing: 'include "loop.vcl";\n',
    fixed: 'include "other.vcl";\n',
    files: { ...helper, "loop.vcl": 'include "loop.vcl";\n' },
  },
  "include-glob-relative": {
    meaning:
      "A pattern is not looked for along the VCL path: it is absolute, or begins with ./ for the folder of the including file.",
    failing: 'include +glob "*.vcl";\n',
    fixed: 'include +glob "./other.vcl";\n',
    files: helper,
  },
  "include-glob-empty": {
    meaning:
      "No file matches the pattern. That is an error, since a policy without its parts is rarely meant.",
    failing: 'include +glob "./*.policy";\n',
    fixed: 'include +glob "./other.vcl";\n',
    files: helper,
  },
  "include-of-inline": {
    meaning:
      "VCL that was given as text lies in no folder, so that it cannot include ./ anything. Give the path in full, or use --vcl-path.",
    failing: 'include "./other.vcl";\n',
    fixed: 'include "other.vcl";\n',
    files: helper,
    inline: true,
  },
  "source-too-long": {
    meaning:
      "A program, with all that it includes, has more words and signs than are read: a bound for the memory that a check may take. It lies far above ten megabytes of ordinary VCL.",
    failing: {
      shown: inRecv("{ } { } { } # … and so on, millions of times"),
      program: `vcl 4.1;\nbackend default none;\n${inRecv("{}".repeat(1_800_000))}`,
    },
    fixed: inRecv("{ }"),
  },
  "include-limit": {
    meaning:
      "A program may consist of so many files and no more: a bound for includes that double with every level.",
    failing: {
      shown: 'include "other.vcl";\ninclude "other.vcl";\n# … and so on, thousands of times\n',
      program: `vcl 4.1;\nbackend default none;\n${'include "other.vcl";\n'.repeat(10_001)}`,
    },
    fixed: 'include "other.vcl";\n',
    files: helper,
  },
} as const satisfies Record<keyof typeof lexicalCatalog, Explanation>;
