import { inRecv, inSub, type Explanation } from "./explanation.js";

/** What the codes about statements and about the rules over the call graph mean. */
export const statementExplanations = {
  "assignment-operator": {
    meaning:
      "+= and its like exist only for the types that have the operation: texts grow with +=, numbers and durations take all four.",
    failing: inRecv('set req.http.X-Path -= "/";'),
    fixed: inRecv('set req.http.X-Path += "/";'),
  },
  "read-only": {
    meaning: "The variable tells what is; nobody can set it.",
    failing: inRecv('set client.ip = "127.0.0.1";'),
    fixed: inRecv('set client.identity = "127.0.0.1";'),
  },
  "not-settable": {
    meaning: "The variable can be read or unset, but not set.",
    failing: inSub("vcl_backend_fetch", 'set bereq.body = "x";'),
    fixed: inSub("vcl_backend_fetch", "unset bereq.body;"),
  },
  "not-unsettable": {
    meaning: "The variable always has a value. Set it to another.",
    failing: inRecv("unset req.url;"),
    fixed: inRecv('set req.url = "/";'),
  },
  "action-unknown": {
    meaning: "No action of this name exists. Actions are written in small letters.",
    failing: inRecv("return (PASS);"),
    fixed: inRecv("return (pass);"),
  },
  "action-arguments": {
    meaning: "The action takes no arguments, or not this many.",
    failing: inRecv("return (hash(1));"),
    fixed: inRecv("return (hash);"),
  },
  "action-argument-missing": {
    meaning: "The action needs to know more: synth its status, vcl and dispatch their label.",
    failing: inRecv("return (synth);"),
    fixed: inRecv("return (synth(404));"),
  },
  "return-without-action": {
    meaning:
      "`return;` goes back to the sub that called. A sub that the cache runs was called by none and has to say what happens next.",
    failing: inRecv("return;"),
    fixed: inRecv("return (hash);"),
  },
  "not-available": {
    meaning:
      "The variable or function exists in some subs only: there is no answer yet in vcl_recv, no client in vcl_backend_fetch. The hint says where it is legal; the note shows the call that leads to it from elsewhere.",
    failing: inRecv("if (beresp.status == 404) { return (pass); }"),
    fixed: inSub("vcl_backend_response", "if (beresp.status == 404) { set beresp.ttl = 10s; }"),
  },
  "not-settable-here": {
    meaning: "The variable can be set in other subs only.",
    failing: inRecv("set beresp.ttl = 1h;"),
    fixed: inSub("vcl_backend_response", "set beresp.ttl = 1h;"),
  },
  "not-unsettable-here": {
    meaning: "The variable can be unset in other subs only.",
    failing: inRecv("unset beresp.http.Server;"),
    fixed: inSub("vcl_backend_response", "unset beresp.http.Server;"),
  },
  "not-an-action-here": {
    meaning:
      "The statement belongs to other subs: hash_data to vcl_hash, synthetic to vcl_synth and vcl_backend_error, new to vcl_init.",
    failing: inRecv("hash_data(req.http.Accept-Language);"),
    fixed: inSub("vcl_hash", "hash_data(req.http.Accept-Language);"),
  },
  "invalid-return": {
    meaning:
      "The action is none of this sub's, or of one that calls it: each sub of the cache has its own ways on. The hint lists them.",
    failing: inRecv("return (deliver);"),
    fixed: inRecv("return (hash);"),
  },
  recursion: {
    meaning: "A sub calls itself, directly or through others. VCL has no recursion; the notes show the way.",
    failing: `sub a {\n  call b;\n}\nsub b {\n  call a;\n}\n${inRecv("call a;")}`,
    fixed: `sub a {\n  call b;\n}\nsub b {\n  unset req.http.X;\n}\n${inRecv("call a;")}`,
  },
  "method-sub-call": {
    meaning: "Subs that the cache runs cannot be called. Move what they share to a sub of its own.",
    failing: inSub("vcl_miss", "call vcl_pass;"),
    fixed: `sub shared {\n  unset bereq.http.X;\n}\n${inSub("vcl_backend_fetch", "call shared;")}`,
  },
  "builtin-sub-call": {
    meaning:
      "A part of the built-in VCL is called from where it cannot work: it reads or returns what is not legal there.",
    failing: inSub("vcl_deliver", "call vcl_req_cookie;"),
    fixed: inRecv("call vcl_req_cookie;"),
  },
  "impossible-sub": {
    meaning:
      "The sub uses things that no single sub of the cache has together, so that nobody could ever run it. It shows where the sub is handed to a VMOD and could be called from anywhere.",
    failing: `import runner;\nsub helper {\n  unset req.http.X;\n  unset beresp.http.X;\n}\n${inRecv("runner.run(helper);")}`,
    fixed: `import runner;\nsub helper {\n  unset req.http.X;\n}\n${inRecv("runner.run(helper);")}`,
    files: { "runner.vcc": '$Module runner 3 "Runs"\n\n$Function VOID run(SUB what)\n' },
  },
} as const satisfies Record<string, Explanation>;
