import { describe, expect, test } from "vitest";
import { readListenArguments } from "../../src/cli/run/listen-argument.js";

const places = (text: string) => readListenArguments([text])[0]?.place;

describe("-a", () => {
  test.each([
    ["127.0.0.1:8080", { host: "127.0.0.1", port: 8080 }],
    ["127.0.0.1", { host: "127.0.0.1", port: 80 }],
    ["127.0.0.1:", { host: "127.0.0.1", port: 80 }],
    ["127.0.0.1:https", { host: "127.0.0.1", port: 443 }],
    [":0", { port: 0 }],
    ["*:80", { port: 80 }],
    ["8080", { port: 8080 }],
    ["[::1]:80", { host: "::1", port: 80 }],
    ["[::1]", { host: "::1", port: 80 }],
    ["::1", { host: "::1", port: 80 }],
    ["www.example.com:81", { host: "www.example.com", port: 81 }],
    ["/run/v.sock", { path: "/run/v.sock" }],
    [
      "/run/a=b.sock,mode=0660,user=www,group=adm",
      { path: "/run/a=b.sock", mode: 0o660, user: "www", group: "adm" },
    ],
    ["@name", { path: "@name" }],
  ])("%s", (text, place) => {
    expect(places(text)).toEqual(place);
  });

  test("S3-02 a name before the address, a protocol behind it; VCL sees the address as it was given", () => {
    expect(
      readListenArguments([":80", "/a,PROXY", "x=[::1]:81,proxy", "y-1=localhost:82,HTTP", ":83"]).map(
        ({ facts }) => facts,
      ),
    ).toEqual([
      { name: "a0", endpoint: ":80", protocol: "HTTP" },
      { name: "a1", endpoint: "/a", protocol: "PROXY" },
      { name: "x", endpoint: "[::1]:81", protocol: "PROXY" },
      { name: "y-1", endpoint: "localhost:82", protocol: "HTTP" },
      { name: "a2", endpoint: ":83", protocol: "HTTP" },
    ]);
  });

  test("PROXY and tls= go together, in any order", () => {
    const read = readListenArguments([":80,tls=a.pem,PROXY", ":81,PROXY,tls=a.pem"]);
    expect(read.map(({ facts, tls }) => [facts.protocol, tls])).toEqual([
      ["PROXY", ["a.pem"]],
      ["PROXY", ["a.pem"]],
    ]);
  });

  test.each([
    [[""], "-a : where to listen is missing: ADDRESS:PORT or /PATH"],
    [["=:80"], '-a =:80: "" is no name: a letter, then letters, digits, - and _'],
    [["1a=:80"], '-a 1a=:80: "1a" is no name: a letter, then letters, digits, - and _'],
    [["a b=:80"], '-a a b=:80: "a b" is no name: a letter, then letters, digits, - and _'],
    [["x=:80", "x=:81"], "-a x=:81: there is a listening socket named x already"],
    [["a1=:80", ":81", ":82"], "-a :82: there is a listening socket named a1 already"],
    [["127.0.0.1:nosuch"], "-a 127.0.0.1:nosuch: there is no port nosuch"],
    [["127.0.0.1:70000"], "-a 127.0.0.1:70000: there is no port 70000"],
    [["[::1"], "-a [::1: it is no ADDRESS:PORT; IPv6 goes in brackets: [::1]:80"],
    [["[x]:80"], "-a [x]:80: it is no ADDRESS:PORT; IPv6 goes in brackets: [::1]:80"],
    [["1:2:3:80"], "-a 1:2:3:80: it is no ADDRESS:PORT; IPv6 goes in brackets: [::1]:80"],
    [["127.0.0.1 80"], "-a 127.0.0.1 80: it is no ADDRESS:PORT; IPv6 goes in brackets: [::1]:80"],
    [["run/v.sock"], "-a run/v.sock: the path of a Unix socket begins with /"],
    [["@"], "-a @: an abstract socket has a name: @NAME"],
    [[`/${"x".repeat(107)}`], /a path has 107 bytes at most$/],
    [[":80,TLS"], '-a :80,TLS: "TLS" is no protocol. There are HTTP and PROXY'],
    [[":80,"], '-a :80,: "" is no protocol. There are HTTP and PROXY'],
    [[":80,HTTP,PROXY"], "-a :80,HTTP,PROXY: PROXY is one protocol too many"],
    [
      [":80,mode=660"],
      "-a :80,mode=660: mode=660 is not for addresses. There is tls=; paths have user=, group= and mode= too",
    ],
    [["@x,user=www"], "-a @x,user=www: an abstract socket has no user"],
    [["/x,mode=999"], "-a /x,mode=999: mode=999 is no mode: three octal digits"],
    [["/x,mode="], "-a /x,mode=: mode= has no value"],
    [["/x,user=a,user=b"], "-a /x,user=a,user=b: Too many user sub-args"],
    [["/x,depth=3"], '-a /x,depth=3: "depth" is no option. There are tls=, user=, group= and mode='],
    [[":80,tls="], "-a :80,tls=: tls= has no file"],
  ])("%j is refused", (texts, message) => {
    expect(() => readListenArguments(texts)).toThrow(message);
  });
});
