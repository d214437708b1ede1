import { restrictedStatements } from "./actions.js";
import type { backendFields, probeFields } from "./fields.js";
import type { SubScope } from "./subs.js";
import type { VclType } from "./types.js";

/** A word that a statement or a declaration begins with, or a built-in function: how it is written, and what it does. */
export interface WordDoc {
  readonly syntax: string;
  readonly text: string;
  /** Where it is legal, if not everywhere that its kind is. */
  readonly subs?: readonly SubScope[];
}

/** Statements and built-in functions. */
export const statementDocs: Readonly<Record<string, WordDoc>> = {
  ban: {
    syntax: "ban(STRING);",
    text: "Bans the objects that match an expression. std.ban() tells what is wrong with one.",
  },
  call: {
    syntax: "call NAME;",
    text: "Runs a sub of your own, and goes on after it, unless it returns an action.",
  },
  else: { syntax: "if (BOOL) { … } else { … }", text: "What runs where no condition before it holds." },
  elseif: {
    syntax: "if (BOOL) { … } elseif (BOOL) { … }",
    text: "Another condition, looked at where none before it holds. elsif, elif and else if are the same.",
  },
  hash_data: {
    syntax: "hash_data(STRING);",
    text: "Adds a text to what tells one object from another.",
    subs: restrictedStatements.HashDataStatement,
  },
  if: { syntax: "if (BOOL) { … }", text: "Runs what is in the braces where the condition holds." },
  include: {
    syntax: 'include "FILE";',
    text: "Takes the text of a file in its place, wherever it stands: ./FILE lies beside the file that includes it, others are looked for along --vcl-path. include +glob takes all that match.",
  },
  new: {
    syntax: "new NAME = VMOD.OBJECT(…);",
    text: "Makes an object of a VMOD, which all subs know by its name.",
    subs: restrictedStatements.NewStatement,
  },
  regsub: {
    syntax: "regsub(STRING, REGEX, STRING)",
    text: "The text with the first match replaced; \\1 to \\9 are its groups, \\0 the whole match.",
  },
  regsuball: {
    syntax: "regsuball(STRING, REGEX, STRING)",
    text: "The text with every match replaced; \\1 to \\9 are its groups, \\0 the whole match.",
  },
  return: {
    syntax: "return (ACTION);",
    text: "Ends the method sub with an action, which says what comes next. In a sub of your own return; goes back to where it was called.",
  },
  set: {
    syntax: "set VARIABLE = EXPRESSION;",
    text: "Gives a variable or a header a value. += adds to it, and -=, *= and /= do what they say with numbers.",
  },
  synthetic: {
    syntax: "synthetic(STRING);",
    text: "Adds to the body of a response that the cache makes itself.",
    subs: restrictedStatements.SyntheticStatement,
  },
  unset: { syntax: "unset VARIABLE;", text: "Takes a header away, or gives a variable its default back." },
};

/** Declarations. */
export const declarationDocs: Readonly<Record<string, WordDoc>> = {
  acl: {
    syntax: 'acl NAME { "192.0.2.0"/24; ! "192.0.2.7"; }',
    text: "A list of addresses, to match an IP with ~. The most specific entry decides.",
  },
  backend: {
    syntax: 'backend NAME { .host = "…"; … }',
    text: "A server that requests are sent to; backend NAME none; is one that there is not. The first one is the default.",
  },
  import: {
    syntax: 'import NAME [as ALIAS] [from "FILE"];',
    text: "Makes the functions and objects of a VMOD known.",
  },
  probe: { syntax: 'probe NAME { .url = "…"; … }', text: "How the health of backends is found out." },
  sub: {
    syntax: "sub NAME { … }",
    text: "A sub: one of VCL's own (vcl_recv …), or yours, to be called. Several of VCL's own with one name run one after the other.",
  },
  unused: { syntax: "unused NAME;", text: "Says that what is declared by that name may be left unused." },
  vcl: { syntax: "vcl 4.1;", text: "The version of the language; stands before everything else." },
};

/** Names that stand for a family of things. `NAME` is whatever a program or the operator calls it. */
export const familyDocs: readonly {
  readonly name: string;
  readonly type: VclType;
  readonly pattern: RegExp;
  readonly text: string;
}[] = [
  {
    name: "global.NAME",
    type: "BACKEND",
    pattern: /^global\.[\w-]+$/,
    text: "The director that a VMOD has registered by that name for all VCLs, whichever is loaded. It is looked up once, when the VCL is loaded. Only vclc has it.",
  },
];

/** What a value of each type is. */
export const typeDocs: Readonly<Record<VclType, string>> = {
  ACL: "A list of addresses, by the name of its declaration.",
  BACKEND: "A backend or a director that chooses one. As a BOOL: whether there is one.",
  BLOB: "Bytes. Written :base64:, they stand between colons.",
  BODY: "What a body may be set to: a text or bytes.",
  BOOL: "true or false.",
  BYTES: "A size: a number with B, KB, MB, GB or TB, which go by 1024.",
  DURATION: "A length of time: a number with ms, s, m, h, d, w or y.",
  ENUM: "One of the words that a VMOD's function lists.",
  HEADER: "A field of a message, by its name: req.http.Cookie.",
  HTTP: "A message with all its fields: req, bereq, resp …",
  INSTANCE: "An object that new has made.",
  INT: "A whole number of 64 bits.",
  IP: "An address with its port.",
  PROBE: "A probe, by the name of its declaration.",
  REAL: "A number with a fraction, of at most three digits after the point where it is written.",
  REGEX: "A regular expression of PCRE2's, written as a text that is known when the VCL is compiled.",
  STEVEDORE: "A storage: storage.NAME.",
  STRANDS: "Texts that are put together only where they are needed as one.",
  STRING:
    'A text of bytes: "…" on one line, {"…"} or """…""" over several. One that is unset is no text at all, and as a BOOL false.',
  SUB: "A sub, by its name.",
  TIME: "A moment, such as now.",
  VCL: "A labelled VCL.",
  VOID: "Nothing: a function that answers with it is a statement.",
};

type FieldName = keyof typeof backendFields | keyof typeof probeFields;

/** The fields of backends and probes. */
export const fieldDocs: Readonly<Record<FieldName, string>> = {
  host: "The name or address of the server. A name is looked up when the VCL is loaded.",
  path: "The path of a Unix domain socket, in place of .host.",
  port: "The port, by number or name; 80 unless said.",
  host_header: "The Host of requests and probes that have none; .host unless said.",
  authority:
    "The name that a PROXY header sends to the backend behind .via; .host_header or .host unless said.",
  connect_timeout: "How long a connection may take to come about; the parameter of that name unless said.",
  first_byte_timeout:
    "How long the first byte of a response may take; the parameter of that name unless said.",
  between_bytes_timeout:
    "How long nothing may come within a response; the parameter of that name unless said.",
  wait_timeout: "How long a task waits for a connection where .max_connections are in use.",
  max_connections: "How many connections there may be at a time; 0 is without limit.",
  wait_limit: "How many tasks may wait for a connection; 0: none.",
  proxy_header: "The version of the PROXY header that connections begin with: 1 or 2.",
  preamble: "Bytes that connections begin with.",
  probe: "How its health is found out: the name of a probe, or one in braces.",
  via: "The backend that connections go through, which gets a PROXY header with the address.",
  url: "What is asked for; / unless said.",
  request: "The whole request, line by line, in place of .url.",
  expected_response: "The status that is taken for well; 200 unless said.",
  timeout: "How long an answer may take; 2s unless said.",
  interval: "From one probe to the next; 5s unless said.",
  window: "How many of the last probes are looked at, at most 64; 8 unless said.",
  threshold: "How many of these must have gone well for the backend to be healthy; 3 unless said.",
  initial: "How many are taken to have gone well before the first; one less than .threshold unless said.",
  expect_close: "Whether the connection has to be closed after the answer; true unless said.",
};
