import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EsiEvent, EsiFeatures } from "../../src/runtime/body/esi/esi-event.js";
import { EsiParser } from "../../src/runtime/body/esi/esi-parser.js";
import { cutAt, noFeatures } from "../support/body-filters.js";

/** What a page becomes: text with includes in braces, and the problems, each with the bytes that were settled before it. */
interface Reading {
  readonly text: string;
  readonly problems: string[];
  readonly found: boolean;
}

function read(page: string, features: Partial<EsiFeatures> = {}, places: readonly number[] = []): Reading {
  const parser = new EsiParser("/dir/page?q=/x", { ...noFeatures, ...features });
  let text = "";
  const problems: string[] = [];
  let [position, settled, kind] = [0, 0, "drop"];
  const take = (event: EsiEvent) => {
    if (event.kind === "include")
      text += `{${event.host ?? ""}${event.url}${event.continues ? " continue" : ""}}`;
    else if (event.kind === "problem") {
      const { level, text: what } = event.problem;
      problems.push(level === undefined ? what : `${level}: after ${settled} ${what}`);
    } else {
      if (event.kind !== kind) settled = position;
      kind = event.kind;
      position += event.bytes.length;
      if (event.kind === "keep") text += Buffer.from(event.bytes).toString("latin1");
    }
  };
  const bytes = Buffer.from(page, "latin1");
  for (const piece of cutAt(bytes, places)) parser.parse(piece).forEach(take);
  parser.finish().forEach(take);
  expect(position).toBe(bytes.length);
  return { text, problems, found: parser.found };
}

const include = '<esi:include src="/b"/>';
const after3 = (problem: string) => [`ERR: after 3 ${problem}`];

describe("ESI markup", () => {
  test.each([
    ["an include", `<a>${include}</a>`, "<a>{/b}</a>"],
    ["single quotes, line ends, tabs", "<a><esi:include\n\tsrc='/b'\r\n/>", "<a>{/b}"],
    ["no quotes and a blank before the end", "<a><esi:include src=/b />", "<a>{/b}"],
    [
      "attributes that mean nothing, quoted or not",
      "<a><esi:include alt='x' foo=1 bar src='/b'/>",
      "<a>{/b}",
    ],
    ["no blank between attributes", `<a><esi:include alt="x"src="/b"/>`, "<a>{/b}"],
    [
      "a relative address: the directory of the parent, its query does not count",
      "<a><esi:include src='b'/>",
      "<a>{/dir/b}",
    ],
    [
      "an address of nothing, or of a query",
      "<a><esi:include src=''/><esi:include src='?q'/>",
      "<a>{/dir/}{/dir/?q}",
    ],
    ["an absolute address", "<a><esi:include src='http://h.x:81/b?x=1'/>", "<a>{h.x:81/b?x=1}"],
    [
      "capitals and // are no scheme",
      "<a><esi:include src='HTTP://o/b'/><esi:include src='//o/b'/>",
      "<a>{/dir/HTTP://o/b}{//o/b}",
    ],
    [
      "the five entities, once",
      '<a><esi:include src="/b?&amp;&lt;&gt;&apos;&quot;&#65;&amp;amp;"/>',
      `<a>{/b?&<>'"&#65;&amp;}`,
    ],
    [
      "onerror with the one value that counts",
      "<a><esi:include onerror='continue' src='/b'/><esi:include src='/c' onerror='Continue'/>",
      "<a>{/b continue}{/c}",
    ],
    ["remove", "<a>1<esi:remove>2<b>3</esi:remove>4", "<a>14"],
    [
      "an end tag of remove inside a comment does not count",
      "<a><esi:remove><!-- </esi:remove> -->x</esi:remove>4",
      "<a>4",
    ],
    ["remove that is never closed", "<a>1<esi:remove>2", "<a>1"],
    ["comment", "<a>1<esi:comment text='x'/>2", "<a>12"],
    [
      "<!--esi: the marks go, what is between is read",
      `<a>1<!--esi <p>${include}</p>-->2`,
      "<a>1 <p>{/b}</p>2",
    ],
    ["<!--esi that is never closed", `<a>1<!--esi ${include}`, "<a>1 {/b}"],
    ["<!--esi inside <!--esi", "<a>1<!--esi 2<!--esi 3-->4-->5", "<a>1 2 34-->5"],
    [
      "a comment hides what is in it, and ends the mode of <!--esi",
      `<a><!--esi 1<!-- ${include} -->2-->3`,
      `<a> 1<!-- ${include} -->2-->3`,
    ],
    [
      "--- does not end a comment",
      `<a><!-- x --->${include}<!-- y -->${include}`,
      `<a><!-- x --->${include}<!-- y -->{/b}`,
    ],
    ["<!----> is text", `<a><!---->${include}`, "<a><!---->{/b}"],
    [
      "CDATA hides, and ]]]> does not end it",
      `<a><![CDATA[x]]]>${include}]]>${include}`,
      `<a><![CDATA[x]]]>${include}]]>{/b}`,
    ],
    [
      "another tag goes up to the next >",
      `<a href='${include}'>1 < 2 ${include} 3 ${include}`,
      `<a href='${include}'>1 < 2 ${include} 3 {/b}`,
    ],
    ["a page that ends in <es", "<a>1<es", "<a>1<es"],
    ["a page that ends in a tag of ESI", `<a>1${include}2<esi:inc`, "<a>1{/b}2"],
    ["blanks before the first tag", `\r\n\t <a>${include}`, "\r\n\t <a>{/b}"],
  ])("%s", (_, page, text) => {
    expect(read(page).text).toBe(text);
  });

  test.each([
    ["ESI 1.0 <esi:include> lacks src attr", "<a><esi:include foo='/b'/>"],
    ["ESI 1.0 <esi:include> has multiple src= attributes", "<a><esi:include src='/b' src='/c'/>"],
    ["ESI 1.0 <esi:include> has whitespace in src= attribute", "<a><esi:include src='/b c'/>"],
    ["ESI 1.0 <esi:include> invalid src= URL", "<a><esi:include src='http://h.x'/>"],
    ["ESI 1.0 </esi:include> illegal end-tag", "<a></esi:include>"],
    ["ESI 1.0 </esi:comment> illegal end-tag", "<a></esi:comment>"],
    [
      "ESI 1.0 <esi:include> element nested in <esi:remove>",
      "<a><esi:remove><esi:include src='/b'/></esi:remove>",
    ],
    [
      "ESI 1.0 <esi:comment> element nested in <esi:remove>",
      "<a><esi:remove><esi:comment text='x'/></esi:remove>",
    ],
    ["ESI 1.0 Nested <!--esi element in <esi:remove>", "<a><esi:remove><!--esi x--></esi:remove>"],
    ["ESI 1.0 <esi:comment> needs final '/'", "<a><esi:comment>"],
    ["ESI 1.0 <esi:bogus> element", "<a><esi:vars>"],
    ["ESI 1.0 <esi:remove/> not legal", "<a><esi:remove/>"],
    ["ESI 1.0 <esi:remove> already open", "<a><esi:remove><esi:remove></esi:remove>"],
    ["ESI 1.0 <esi:remove> not open", "<a></esi:remove>"],
    ["XML 1.0 '>' does not follow '/' in tag", "<a><esi:include src='/b'/ >"],
    ["XML 1.0 Illegal attribute start char", "<a><esi:include src ='/b'/>"],
    ["XML 1.0 Illegal attr char", "<a><esi:include a%='/b'/>"],
    ["XML 1.0 Illegal attribute delimiter", "<a><esi:include src= '/b'/>"],
    ["XML 1.0 Missing end attribute delimiter", "<a><esi:include src=/b/>"],
    ["VEP ended inside a tag", "<a><esi:include "],
  ])("wrong: %s; nothing is included, the tag goes", (problem, page) => {
    expect(read(page)).toEqual({ text: "<a>", problems: after3(problem), found: true });
  });

  test("an include without its last slash is a warning", () => {
    const { text, problems } = read("<a><esi:include src='/b'>x</a>");
    expect(text).toBe("<a>{/b}x</a>");
    expect(problems).toEqual(["WARN: after 3 ESI 1.0 <esi:include> lacks final '/'"]);
  });

  test("says the place where the tag begins, not that of the fault", () => {
    expect(read(`<a>${include}12<esi:vars>345<esi:bogus x>`).problems).toEqual([
      "ERR: after 28 ESI 1.0 <esi:bogus> element",
      "ERR: after 41 ESI 1.0 <esi:bogus> element",
    ]);
  });

  test("is looked for only where the first byte that is no blank is <", () => {
    const page = `x<a>${include}`;
    const notXml = "WARN: No ESI processing, first char not '<'. (See feature esi_disable_xml_check)";
    expect(read(page)).toEqual({ text: page, problems: [notXml], found: false });
    expect(read(page, { esi_disable_xml_check: true }).text).toBe("x<a>{/b}");
    expect(read("\xebx").problems[0]).toContain("but BOM");
  });

  test("the feature esi_remove_bom removes what Varnish takes for a byte order mark", () => {
    const mark = "\xef\xbb\xbf";
    expect(read(`${mark}<a>${include}`, { esi_remove_bom: true }).found).toBe(false);
    expect(read(`\xeb\xbb\xbf<a>${include}`, { esi_remove_bom: true }).text).toBe("<a>{/b}");
    const both = { esi_remove_bom: true, esi_disable_xml_check: true };
    expect(read(`${mark}<a>${include}`, both).text).toBe(`${mark}<a>{/b}`);
  });

  test("the feature esi_ignore_other_elements finds tags inside others", () => {
    const page = `<a href='${include}'>1 < 2 ${include}`;
    expect(read(page, { esi_ignore_other_elements: true }).text).toBe("<a href='{/b}'>1 < 2 {/b}");
  });

  test("https is left out, or taken for http where esi_ignore_https says so; either is a warning", () => {
    const page = "<a><esi:include src='https://h.x/b'/>";
    expect(read(page)).toMatchObject({
      text: "<a>",
      problems: ["WARN: after 3 ESI 1.0 <esi:include> with https:// ignored"],
    });
    expect(read(page, { esi_ignore_https: true })).toMatchObject({
      text: "<a>{h.x/b}",
      problems: ["WARN: after 3 ESI 1.0 <esi:include> https:// treated as http://"],
    });
  });

  test("a page without any has none", () => {
    expect(read("<a>x<!-- y --></a>").found).toBe(false);
    expect(read("<a>x<!--esi y").found).toBe(false);
    expect(read("<a>x<!--esi y-->").found).toBe(true);
  });

  /** Pieces that pages are made of: whole tags, halves of tags, and what could be taken for them. */
  const pieces = fc.constantFrom(
    ...[
      "<a>",
      "text",
      include,
      "<esi:include ",
      "src='/b'",
      "src=/b ",
      " onerror='continue'",
      "/>",
      "/",
      "<",
      ">",
      " ",
      "\n",
      "'",
      '"',
    ],
    ...[
      "<esi:remove>",
      "</esi:remove>",
      "<esi:comment text='x'/>",
      "</esi:include>",
      "<esi:vars>",
      "<esi:",
      "</",
    ],
    ...[
      "<!--esi",
      "<!--",
      "-->",
      "--",
      "-",
      "<!---->",
      "<![CDATA[",
      "]]>",
      "]",
      "src='https://s/q'",
      "src='http://h/p'",
      "\xeb\xbb\xbf",
    ],
  );
  const flags = fc.record({
    esi_disable_xml_check: fc.boolean(),
    esi_remove_bom: fc.boolean(),
    esi_ignore_other_elements: fc.boolean(),
    esi_ignore_https: fc.boolean(),
  });

  test("is read the same however the page is cut", () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 14 }),
        flags,
        fc.array(fc.nat(), { maxLength: 8 }),
        (parts, features, places) => {
          const page = parts.join("");
          expect(read(page, features, places)).toEqual(read(page, features));
          const everywhere = Array.from(page, (_, index) => index);
          expect(read(page, features, everywhere)).toEqual(read(page, features));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
