import { expect, test } from "vitest";
import * as accept from "../../src/vmod/accept/index.js";
import { makeTask } from "../support/vmod-task.js";
import { request } from "../../src/host/memory/index.js";
import { runVcl } from "../support/vmod-vcl.js";

const task = makeTask("client", "vcl_recv");

function rule(...choices: string[]): accept.Rule {
  const made = accept.Rule.create(makeTask("housekeeping", "vcl_init"), "rule", "text/plain");
  for (const choice of choices) made.add(task, choice);
  return made;
}

test.each([
  ["text/html", "text/html"],
  ["TEXT/HTML", "text/html"],
  ["application/json, text/html", "application/json"],
  ["application/json;q=0.5, text/html", "text/html"],
  ["application/json ; q=0.5 ,text/html;q=0.75", "text/html"],
  ["text/html;q=0.5, application/json;q=0.5", "text/html"],
  ["text/html;q=0, application/json;q=0.001", "application/json"],
  ["text/html;q=0", "text/plain"],
  ["image/png, */*", "text/plain"],
  ["image/png, text/html;level=1", "text/html"],
  ["text/html;level=1;q=0.1, application/json;q=0.9", "text/html"],
  ["text/html;q=0.1;level=1, application/json;q=0.9", "application/json"],
  ["text/html;q=1e-1, application/json;q=0.2", "application/json"],
  [" text/html , ", "text/html"],
  ["", "text/plain"],
  [undefined, "text/plain"],
])("%j becomes %s", (header, choice) => {
  expect(rule("text/html", "application/json").filter(task, header)).toBe(choice);
});

test.each([
  ",text/html",
  "text/html,,application/json",
  "text/html application/json",
  "text/html;q",
  "text/html;q=",
  "text/html;q = 1",
  "text/html;q=2",
  "text/html;q=1.1",
  "text/html;q=.5",
  "text/html;q=0x1",
  "text/html;q=nan",
  "text/html;q=0.5x",
  "text/html=1",
  ";q=1",
])("%j does not parse and gets the fallback", (header) => {
  expect(rule("text/html", "application/json").filter(task, header)).toBe("text/plain");
});

test("a choice is added once, with the spelling of the first time, and can be removed", () => {
  const one = rule("Text/HTML", "text/html", "");
  one.add(task, undefined);
  expect(one.filter(task, "text/html")).toBe("Text/HTML");
  one.remove(task, "TEXT/html");
  one.remove(task, undefined);
  expect(one.filter(task, "text/html")).toBe("text/plain");
});

test("a rule without a fallback answers with an empty string", () => {
  const made = accept.Rule.create(makeTask("housekeeping", "vcl_init"), "rule", undefined);
  expect(made.filter(task, "text/html")).toBe("");
});

test("hostile headers take no long time", () => {
  const start = performance.now();
  for (const piece of [" ", "a", "a;", "a;b=c", ";a=b ", "a, ", "a ;  b=c  "]) {
    rule("text/html").filter(task, `x${piece.repeat(20_000)}=`);
  }
  expect(performance.now() - start).toBeLessThan(1000);
});

test("in VCL", async () => {
  const { instance } = await runVcl(
    { accept },
    `
    sub vcl_init { new lang = accept.rule("en"); lang.add("fr"); lang.add("de"); lang.add("it"); lang.remove("it"); }
    sub vcl_recv { set req.http.accept-language = lang.filter(req.http.accept-language); return (synth(200, req.http.accept-language)); }`,
  );
  const language = async (value: string) =>
    (await request(instance, { url: "/", headers: [["Accept-Language", value]] })).reason;
  expect(await language("it, de;q=0.8, fr;q=0.9")).toBe("fr");
  expect(await language("it")).toBe("en");
});
