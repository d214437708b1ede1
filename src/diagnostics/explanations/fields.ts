import type { Explanation } from "./explanation.js";

/** A backend, with `unused` so that nothing else is wrong with it. */
const backend = (...fields: readonly string[]) =>
  `backend origin {\n${fields.map((line) => `  ${line}\n`).join("")}}\nunused origin;\n`;
const probe = (...fields: readonly string[]) =>
  `probe health {\n${fields.map((line) => `  ${line}\n`).join("")}}\nunused health;\n`;
const acl = (...entries: readonly string[]) =>
  `acl office {\n${entries.map((line) => `  ${line}\n`).join("")}}\nunused office;\n`;
const host = '.host = "127.0.0.1";';
const relay = 'backend relay { .host = "relay.example.com"; }\n';

/** What the codes about backends, probes and ACLs mean. */
export const fieldExplanations = {
  "field-unknown": {
    meaning: "A backend or probe has no such field. The hint names the one that is spelled alike.",
    failing: backend('.hots = "127.0.0.1";'),
    fixed: backend(host),
  },
  "field-redefined": {
    meaning: "A field is given twice; only one value could hold.",
    failing: backend(host, '.host = "127.0.0.2";'),
    fixed: backend(host),
  },
  "field-value": {
    meaning:
      "The field takes a value of another form: .port a string, time limits a number with a unit, counts a plain number.",
    failing: backend(host, ".port = 8080;"),
    fixed: backend(host, '.port = "8080";'),
  },
  "field-version": {
    meaning: "Backends on Unix domain sockets (.path) came with vcl 4.1.",
    failing: 'vcl 4.0;\nbackend default { .path = "/run/origin.sock"; }\n',
    fixed: 'vcl 4.1;\nbackend default { .path = "/run/origin.sock"; }\n',
  },
  "field-boolean": {
    meaning: "The field is switched with true or false, without quotes.",
    failing: probe(".expect_close = yes;"),
    fixed: probe(".expect_close = true;"),
  },
  "backend-address-redefinition": {
    meaning: "A backend is reached at a host or at a Unix domain socket, not at both.",
    failing: backend(host, '.path = "/run/origin.sock";'),
    fixed: backend(host),
  },
  "backend-without-address": {
    meaning:
      "A backend needs an address: .host, or .path for a Unix domain socket. One that never answers is declared `backend NAME none;`.",
    failing: backend('.port = "8080";'),
    fixed: backend(host, '.port = "8080";'),
  },
  "backend-host": {
    meaning:
      "The text can be neither an address nor the name of a host. Whether the name exists is found out when the VCL is loaded.",
    failing: backend('.host = "origin..example";'),
    fixed: backend('.host = "origin.example";'),
  },
  "backend-path": {
    meaning:
      "The path of a Unix domain socket is absolute and short enough for the system (107 bytes on Linux).",
    failing: backend('.path = "run/origin.sock";'),
    fixed: backend('.path = "/run/origin.sock";'),
  },
  "backend-proxy-header": {
    meaning: "There are two versions of the PROXY protocol: 1, a line of text, and 2, binary.",
    failing: backend(host, ".proxy_header = 3;"),
    fixed: backend(host, ".proxy_header = 2;"),
  },
  "backend-probe": {
    meaning: "A probe is named, or written out in braces.",
    failing: backend(host, '.probe = "health";'),
    fixed: backend(host, '.probe = { .url = "/health"; }'),
  },
  "backend-default-probe": {
    meaning: "`.probe = default` means the probe named default, and there is none.",
    failing: backend(host, ".probe = default;"),
    fixed: `probe default { .url = "/health"; }\n${backend(host, ".probe = default;")}`,
  },
  "backend-via-stacked": {
    meaning: "A backend is reached through one other (.via) at most.",
    failing: `${relay}backend far { .host = "far.example.com"; .via = relay; }\nbackend origin { .host = "origin.example.com"; .via = far; }\nunused origin;\n`,
    fixed: `${relay}backend origin { .host = "origin.example.com"; .via = relay; }\nunused origin;\n`,
  },
  "backend-via-path": {
    meaning: "A Unix domain socket is on this machine; no other can lead to it.",
    failing: relay + backend('.path = "/run/origin.sock";', ".via = relay;"),
    fixed: relay + backend('.host = "origin.example.com";', ".via = relay;"),
  },
  "backend-authority-ip": {
    meaning:
      "The relay is told the name of the host to connect to (TLS server name); an address is none. Give .authority or .host_header.",
    failing: relay + backend(host, ".via = relay;"),
    fixed: relay + backend(host, '.authority = "origin.example.com";', ".via = relay;"),
  },
  "probe-request-redefinition": {
    meaning: ".url makes the request of the probe, .request gives it in full: only one of them.",
    failing: probe('.url = "/health";', '.request = "GET /health HTTP/1.1" "Host: origin";'),
    fixed: probe('.request = "GET /health HTTP/1.1" "Host: origin";'),
  },
  "probe-expected-response": {
    meaning: "The expected status is one of HTTP: three digits.",
    failing: probe(".expected_response = 20;"),
    fixed: probe(".expected_response = 200;"),
  },
  "probe-window-alone": {
    meaning:
      "A .window says over how many probes is judged; .threshold, how many of them must be good, has to be given with it.",
    failing: probe(".window = 5;"),
    fixed: probe(".window = 5;", ".threshold = 3;"),
  },
  "probe-window-size": {
    meaning: "The results of 64 probes are remembered.",
    failing: probe(".window = 100;", ".threshold = 3;"),
    fixed: probe(".window = 64;", ".threshold = 3;"),
  },
  "probe-threshold": {
    meaning:
      "More probes would have to be good than are looked at, so that the backend could never be healthy.",
    failing: probe(".window = 5;", ".threshold = 6;"),
    fixed: probe(".window = 5;", ".threshold = 3;"),
  },
  "acl-flag": {
    meaning: "An ACL has the flags log, fold, pedantic and table, each switched with + or -.",
    failing: 'acl office +logg { "10.0.0.0"/8; }\nunused office;\n',
    fixed: 'acl office +log { "10.0.0.0"/8; }\nunused office;\n',
  },
  "acl-flag-argument": {
    meaning: "Switching a flag off takes no parentheses.",
    failing: 'acl office -fold(+report) { "10.0.0.0"/8; }\nunused office;\n',
    fixed: 'acl office -fold { "10.0.0.0"/8; }\nunused office;\n',
  },
  "acl-flag-subflag": {
    meaning: "Only +fold takes something in parentheses: -report.",
    failing: 'acl office +fold(-repeat) { "10.0.0.0"/8; }\nunused office;\n',
    fixed: 'acl office +fold(-report) { "10.0.0.0"/8; }\nunused office;\n',
  },
  "acl-address": {
    meaning: "An entry is an address, a network or the name of a host; this text can be none of them.",
    failing: acl('"10.1..2";'),
    fixed: acl('"10.1.0.2";'),
  },
  "acl-address-ignored": {
    meaning:
      "An entry in parentheses is left out when its name cannot be found. This text can be no name, so that it never counts.",
    failing: acl('("...com");'),
    fixed: acl('("office.example.com");'),
  },
  "acl-mask-not-numeric": {
    meaning: "The number of bits of a network follows the slash.",
    failing: acl('"10.0.0.0/x";'),
    fixed: acl('"10.0.0.0/8";'),
  },
  "acl-mask-twice": {
    meaning: "The mask stands in the string or after it, not both.",
    failing: acl('"10.0.0.0/8"/8;'),
    fixed: acl('"10.0.0.0"/8;'),
  },
  "acl-mask-too-wide": {
    meaning: "IPv4 addresses have 32 bits, IPv6 addresses 128.",
    failing: acl('"10.0.0.0"/33;'),
    fixed: acl('"10.0.0.0"/32;'),
  },
  "acl-masked-bits": {
    meaning:
      "The address has bits beyond its mask: either the mask or the address is a mistake. The message offers the network. ACLs with -pedantic take it.",
    failing: acl('"10.0.0.1"/8;'),
    fixed: acl('"10.0.0.0"/8;'),
  },
  "acl-conflict": {
    meaning: "The same network is both in the ACL and excluded from it.",
    failing: acl('"10.0.0.0"/8;', '! "10.0.0.0"/8;'),
    fixed: acl('"10.0.0.0"/8;', '! "10.1.0.0"/16;'),
  },
} as const satisfies Record<string, Explanation>;
