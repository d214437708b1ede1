import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatVcl, type FormatOptions } from "../../src/format/format.js";
import { readTokens } from "../../src/format/read-tokens.js";
import { parse } from "../../src/parser/parse.js";
import type { SourceFile } from "../../src/source/source-file.js";
import { corpusCases } from "../support/conformance.js";
import { generatedVcl } from "../support/generated-vcl.js";
import { memoryReader, printTree } from "../support/print-syntax.js";
import { Random } from "../support/random.js";

const sourceOf = (text: string): SourceFile => ({ name: "main.vcl", text, kind: "file" });

function formatted(text: string, options?: FormatOptions): string {
  const result = formatVcl(sourceOf(text), options);
  if ("problems" in result) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.text;
}

/** Words and comments in their order; white space within comments does not count. */
function content(text: string): { words: string[]; comments: string[] } {
  const read = readTokens(sourceOf(text));
  if ("problems" in read) throw new Error("refused");
  const gaps = [...read.tokens.map(({ gap }) => gap), read.rest];
  return {
    words: read.tokens.map(({ image }) => image),
    comments: gaps.flatMap(({ comments }) => comments.map((comment) => comment.text.replaceAll(/\s+/g, " "))),
  };
}

/** The tree without places. */
function treeOf(text: string): string | undefined {
  const { program, diagnostics } = parse(sourceOf(text), { reader: memoryReader(), vclPath: [] });
  return diagnostics.length > 0 ? undefined : printTree(program).replaceAll(/ \[[^\]]*\]$/gm, "");
}

function fixtureTexts(): string[] {
  const folders = ["fixtures", "examples"];
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".vcl"))
      .map((name) => readFileSync(join(folder, name), "latin1")),
  );
}

const corpus = corpusCases();
if (!corpus) console.warn("SKIPPED: the formatter on the corpus, which is not here");
const texts = [...fixtureTexts(), ...(corpus ?? []).map(({ vcl }) => vcl)].filter(
  (text) => !("problems" in formatVcl(sourceOf(text))),
);

describe("vclc fmt", () => {
  test("lays out declarations, statements and expressions", () => {
    expect(
      formatted(`vcl 4.1;   import std; import  directors from "x";
include +glob "./a*.vcl" ;
acl   purge +log -pedantic { ! "10.0.0.1" ;  "10.0.0.0" / 8; "localhost"; }


probe p { .request =
   "GET / HTTP/1.1"
   "Host: x"
  ; }
backend default { .host="127.0.0.1" ; .probe={.url="/x";.interval=5s;} .max_connections = 10; }
backend b none;
sub vcl_recv {
  set req.http.X="a"+req.url+"b" "c";
  if(req.url~"^/a"&&!(req.http.host=="x"||client.ip!~purge)){return(pass);}elsif(req.url){ return( synth( 404 ,"no") ) ; }
  else { unset req.http.x; }
  set req.http.A = -1; set req.http.B = 1 - -1; { call x; }
  set req.ttl = 10s - 2m*3;
}
sub empty {}`),
    ).toBe(`vcl 4.1;
import std;
import directors from "x";
include +glob "./a*.vcl";
acl purge +log -pedantic {
    !"10.0.0.1";
    "10.0.0.0"/8;
    "localhost";
}

probe p {
    .request =
        "GET / HTTP/1.1"
        "Host: x";
}
backend default {
    .host = "127.0.0.1";
    .probe = {
        .url = "/x";
        .interval = 5s;
    }
    .max_connections = 10;
}
backend b none;
sub vcl_recv {
    set req.http.X = "a" + req.url + "b" "c";
    if (req.url ~ "^/a" && !(req.http.host == "x" || client.ip !~ purge)) {
        return (pass);
    } elsif (req.url) {
        return (synth(404, "no"));
    } else {
        unset req.http.x;
    }
    set req.http.A = -1;
    set req.http.B = 1 - -1;
    {
        call x;
    }
    set req.ttl = 10s - 2m * 3;
}
sub empty {}
`);
  });

  test("breaks what is too long where it reads best", () => {
    expect(
      formatted(
        `sub a {
  set req.http.X = regsub(req.url, "^/(some|long|alternatives)/.*$", "/x") + std.tolower(req.http.Host);
  if (req.http.User-Agent ~ "(?i)some long pattern" && req.http.Cookie ~ "another=long;pattern") { return (pass); }
}`,
        { indent: 2, width: 60 },
      ),
    ).toBe(`sub a {
  set req.http.X = regsub(
    req.url,
    "^/(some|long|alternatives)/.*$",
    "/x"
  )
    + std.tolower(req.http.Host);
  if (
    req.http.User-Agent ~ "(?i)some long pattern"
    && req.http.Cookie ~ "another=long;pattern"
  ) {
    return (pass);
  }
}
`);
  });

  test("comments stay where they belong, empty lines are kept to one", () => {
    expect(
      formatted(`# head

vcl 4.1; // version
/* drawn
 * box
   */
acl a { "10.0.0.0"/8; # net
# own line
}



sub vcl_recv { # open

  /* inline */ set req.http.c = "a" # why
   + "b";
  if (req.url) { call x; } # behind
  // before else
  else { return (pass); }


  # end
}
sub only { # comment
}
# last`),
    ).toBe(`# head

vcl 4.1; // version
/* drawn
 * box
 */
acl a {
    "10.0.0.0"/8; # net
    # own line
}

sub vcl_recv { # open
    /* inline */ set req.http.c = "a" # why
        + "b";
    if (req.url) {
        call x;
    } # behind
    // before else
    else {
        return (pass);
    }

    # end
}
sub only { # comment
}
# last
`);
  });

  test("text of several lines, carriage returns and bytes beyond ASCII stay as they are", () => {
    const text = 'sub a {\r\n  set req.http.a = {"one\r\n   two"};\r\n  # gr\xc3\xbcn\r\n}\r\n';
    expect(formatted(text)).toBe('sub a {\n    set req.http.a = {"one\r\n   two"};\n    # gr\xc3\xbcn\n}\n');
    expect(formatted("")).toBe("");
    expect(formatted("# only a comment")).toBe("# only a comment\n");
  });

  test.each([
    ["sub a {", /Expected '}'/],
    ["sub a { } }", /a statement/],
    [`sub a ${"{".repeat(100_000)}`, /Nested too deeply: more than 100 levels/],
    [`sub a { set req.url = ${"(".repeat(100_000)}1; }`, /Nested too deeply: more than 50 levels/],
    [
      `sub a { set req.url = ${"((".repeat(40)}1${"))".repeat(40)}; }`,
      /Nested too deeply: more than 50 levels/,
    ],
    ["set a = b", /Expected '}'/],
    ['sub a { set req.url = "open; }', /[Uu]nterminated/],
    ["sub a { C{ int x; }C }", /Inline-C/],
  ])("%.40j cannot be laid out, and it is said why", (text, message) => {
    const result = formatVcl(sourceOf(text));
    expect("problems" in result ? result.problems[0]?.message : "").toMatch(message);
  });

  test("on every program at hand: the same words, comments and tree, and a second time changes nothing", () => {
    expect(texts.length).toBeGreaterThan(150);
    let trees = 0;
    for (const text of texts) {
      const before = { ...content(text), tree: treeOf(text) };
      for (const options of [undefined, { indent: 2, width: 40 }]) {
        const once = formatted(text, options);
        expect({ ...content(once), tree: treeOf(once) }, text).toEqual(before);
        expect(formatted(once, options)).toBe(once);
      }
      if (before.tree !== undefined) trees++;
    }
    expect(trees).toBeGreaterThan(100);
  }, 120_000);

  test("with comments and line ends strewn in between any two words: the same", () => {
    const random = new Random(41);
    const strewn = [
      "\n",
      "\n\n\n",
      " ",
      "\t",
      "# c\n",
      "// d\n\n",
      "/* e */",
      "/* f\n g */",
      "\n# own\n",
      " /* h */ /* i */\n",
    ];
    for (let round = 0; round < 1500; round++) {
      const read = readTokens(sourceOf(texts[random.below(texts.length)] as string));
      if ("problems" in read || read.tokens.length > 400) continue;
      let text = "";
      for (const { image, gap } of read.tokens) {
        const strew = random.below(4) === 0 ? (strewn[random.below(strewn.length)] as string) : " ";
        text += (gap.isEmpty ? "" : ` ${strew}`) + image;
      }
      const once = formatted(text);
      expect(content(once)).toEqual(content(text));
      expect(formatted(once), text).toBe(once);
      expect(treeOf(once), text).toBe(treeOf(text));
    }
  }, 120_000);

  test("ten thousand lines take no long time, and none is lost", () => {
    const text = generatedVcl(10_000);
    const once = formatted(text);
    expect(content(once).words.length).toBe(content(text).words.length);
  });
});
