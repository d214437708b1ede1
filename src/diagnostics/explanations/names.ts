import { inRecv, inSub, type Explanation } from "./explanation.js";

/** What the codes about names and declarations mean. */
export const nameExplanations = {
  "symbol-not-found": {
    meaning:
      "Nothing of this name exists: no variable, no declaration before or after, no function of an imported VMOD. The hint names what is " +
      "spelled alike, or the import that is missing.",
    failing: inRecv('set req.htpp.Host = "example.com";'),
    fixed: inRecv('set req.http.Host = "example.com";'),
  },
  "symbol-other-version": {
    meaning: "The name exists in another version of the language than the one that this program declares.",
    failing: inRecv("set req.esi = false;"),
    fixed: inSub("vcl_deliver", "set resp.do_esi = false;"),
  },
  "symbol-wrong-type": {
    meaning:
      "The name means something of another kind than what this place takes: an ACL where a sub is called, a sub where a variable is set.",
    failing: `acl purgers { "127.0.0.1"; }\n${inRecv("call purgers;")}`,
    fixed: `acl purgers { "127.0.0.1"; }\n${inRecv("if (client.ip ~ purgers) { return (purge); }")}`,
  },
  "symbol-not-usable": {
    meaning: "Only functions of VMODs may stand as statements. The result of this one has to go somewhere.",
    failing: inRecv('regsub(req.url, "^/old", "/new");'),
    fixed: inRecv('set req.url = regsub(req.url, "^/old", "/new");'),
  },
  "symbol-not-in-expression": {
    meaning: "The name is known, but it is no value: a VMOD without a function, or a keyword.",
    failing: `import std;\n${inRecv("set req.http.X-Now = std;")}`,
    fixed: `import std;\n${inRecv("set req.http.X-Now = now;")}`,
  },
  "symbol-only-as": {
    meaning:
      "A sub can be handed to a VMOD function that takes one. It has no text, so that it cannot go where a string is wanted.",
    failing: `sub helper { }\n${inRecv("call helper;", "set req.http.X-Helper = helper;")}`,
    fixed: `sub helper { }\n${inRecv("call helper;", 'set req.http.X-Helper = "helper";')}`,
  },
  "reserved-word": {
    meaning: "The word has a meaning of its own and cannot stand for a value here.",
    failing: inRecv("set req.url = default;"),
    fixed: inRecv('set req.url = "/default";'),
  },
  "unknown-property": {
    meaning:
      "Values of this type have no property of this name. Strings have .lower() and .upper(), backends .resolve(); headers are found under .http.",
    failing: inRecv("set req.http.X-Url = req.url.lowercase();"),
    fixed: inRecv("set req.http.X-Url = req.url.lower();"),
  },
  "property-needs-call": {
    meaning:
      "This is a function, and functions are called: their parentheses must be there, even when nothing stands in them.",
    failing: inRecv("set req.http.X-Url = req.url.lower;"),
    fixed: inRecv("set req.http.X-Url = req.url.lower();"),
  },
  "not-callable": {
    meaning: "A variable has no parentheses after it.",
    failing: inRecv('set req.http.X-Url = req.url("/");'),
    fixed: inRecv('set req.http.X-Url = req.url + "/";'),
  },
  "quoted-header-version": {
    meaning: "Header names in quotes, for names with dots and the like, came with vcl 4.1.",
    failing: `vcl 4.0;\nbackend default none;\n${inRecv('unset req.http."x.y";')}`,
    fixed: `vcl 4.1;\nbackend default none;\n${inRecv('unset req.http."x.y";')}`,
  },
  "header-name-character": {
    meaning:
      "HTTP allows letters, digits and some signs in the names of headers (RFC 9110, token). This character is not among them.",
    failing: inRecv('unset req.http."x y";'),
    fixed: inRecv('unset req.http."x-y";'),
  },
  "header-name-too-long": {
    meaning: "The name of a header has at most 126 characters.",
    failing: inRecv(`unset req.http.${"x".repeat(130)};`),
    fixed: inRecv(`unset req.http.${"x".repeat(30)};`),
  },
  redefined: {
    meaning:
      "Two declarations of the same kind share a name; case does not matter. Only the subs vcl_* may be defined more than once: their bodies run one after the other.",
    failing: `sub helper { }\nsub Helper { }\n${inRecv("call helper;")}`,
    fixed: `sub helper { }\nsub helper_2 { }\n${inRecv("call helper;", "call helper_2;")}`,
  },
  "already-defined": {
    meaning: "All names of a program are one set: a backend and an ACL cannot share one.",
    failing: 'backend office none;\nacl office { "10.0.0.0"/8; }\nunused office;\n',
    fixed: `backend office none;\nacl office_net { "10.0.0.0"/8; }\n${inRecv("if (client.ip ~ office_net) { set req.backend_hint = office; }")}`,
  },
  "name-must-have-type": {
    meaning:
      "The name already means something else: it is one of VCL's own, or was used before as something of another kind.",
    failing: "backend req none;\n",
    fixed: "backend request none;\nunused request;\n",
  },
  "reserved-prefix": {
    meaning: "Names that begin with vcl_ belong to VCL itself.",
    failing: "backend vcl_origin none;\n",
    fixed: "backend origin none;\nunused origin;\n",
  },
  "reserved-sub-name": {
    meaning:
      "Subs whose name begins with vcl_ are run by the cache, and there is none of this name. Often it is misspelled; a sub of your own takes another name and is called.",
    failing: "sub vcl_receive { }\n",
    fixed: "sub vcl_recv { }\n",
  },
  undefined: {
    meaning: "The name is used, but nothing in the program or its includes declares it.",
    failing: inRecv("call normalize;"),
    fixed: `sub normalize { unset req.http.X-Debug; }\n${inRecv("call normalize;")}`,
  },
  unused: {
    meaning:
      "Something is declared and never used, which Varnish refuses: often the use is misspelled. `unused NAME;` says that it is meant.",
    failing: 'acl office { "10.0.0.0"/8; }\n',
    fixed: 'acl office { "10.0.0.0"/8; }\nunused office;\n',
  },
  "unused-target": {
    meaning: "`unused` is for declarations of the program: subs, backends, probes, ACLs.",
    failing: "unused req.url;\n",
    fixed: "sub helper { }\nunused helper;\n",
  },
  "no-backend": {
    meaning:
      "A program has at least one backend. One that never fetches says so with `backend default none;`.",
    failing: "vcl 4.1;\nsub vcl_recv { return (synth(404)); }\n",
    fixed: "vcl 4.1;\nbackend default none;\nsub vcl_recv { return (synth(404)); }\n",
  },
  "two-default-backends": {
    meaning:
      "The backend named default is the one that requests get when nothing else is said, so there is one at most.",
    failing: 'vcl 4.1;\nbackend default none;\nbackend default { .host = "127.0.0.1"; }\n',
    fixed: 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; }\n',
  },
  "vmod-not-found": {
    meaning:
      "There is no NAME.vcc for this import: not among the VMODs that come with vclc, and not in a folder of --vmod-path.",
    failing: "import stdd;\n",
    fixed: "import std;\n",
  },
  "vmod-unusable": {
    meaning: "The interface of the VMOD was found but has mistakes of its own; the note shows the first.",
    failing: "import broken;\n",
    fixed: "import mended;\n",
    files: {
      "broken.vcc": '$Module broken 3 "Broken"\n\n$Function NOTHING f()\n',
      "mended.vcc": '$Module mended 3 "Mended"\n\n$Function VOID f()\n',
    },
  },
  "vmod-other-import": {
    meaning: "Two modules are imported under one name. Importing the same module again is harmless.",
    failing: "import std as x;\nimport directors as x;\n",
    fixed: "import std;\nimport directors;\n",
  },
} as const satisfies Record<string, Explanation>;
