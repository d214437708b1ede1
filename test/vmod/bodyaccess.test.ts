import { expect, test } from "vitest";
import { request } from "../../src/host/memory/index.js";
import * as bodyaccess from "../../src/vmod/bodyaccess/index.js";
import * as std from "../../src/vmod/std/index.js";
import { runVcl } from "../support/vmod-vcl.js";

async function post(statements: string, body: string, more = "") {
  const { instance, host } = await runVcl({ bodyaccess, std }, `sub vcl_recv { ${statements} }\n${more}`);
  return { answer: await request(instance, { method: "POST", body }), instance, host };
}

test("a kept body is measured, matched and logged", async () => {
  const { answer, host } = await post(
    `std.cache_req_body(1KB);
    bodyaccess.log_req_body("body: ", 4);
    return (synth(200, bodyaccess.len_req_body() + " " + bodyaccess.rematch_req_body("l+o") + " " + bodyaccess.rematch_req_body("^x")));`,
    "hello",
  );
  expect(answer.reason).toBe("5 1 0");
  expect(host.captured.texts("Debug")).toEqual(["body: hell", "body: o"]);
});

test("a body that was not kept is -1, and the log says so", async () => {
  const { answer, host } = await post(
    'return (synth(200, bodyaccess.len_req_body() + " " + bodyaccess.rematch_req_body("x")));',
    "hello",
  );
  expect(answer.reason).toBe("-1 -1");
  expect(host.captured.texts("VCL_Error")).toContain("Unbuffered req.body");
});

test("hash_req_body makes bodies part of the hash", async () => {
  const { instance, host } = await post(
    "std.cache_req_body(1KB); return (hash);",
    "one",
    "sub vcl_hash { bodyaccess.hash_req_body(); } sub vcl_backend_response { set beresp.ttl = 60s; return (deliver); }",
  );
  for (const body of ["one", "two", "two"]) await request(instance, { method: "POST", body });
  expect(host.requests).toHaveLength(2);
});

test("outside the subs that they are for, functions answer -1 or do nothing, and the log says so", async () => {
  const { answer, host } = await post(
    "std.cache_req_body(1KB); bodyaccess.hash_req_body(); return (synth(200));",
    "hello",
    'sub vcl_synth { set resp.reason = bodyaccess.len_req_body() + " " + bodyaccess.rematch_req_body("l"); }',
  );
  expect(answer.reason).toBe("-1 -1");
  expect(host.captured.texts("VCL_Error")).toEqual([
    "hash_req_body can only be used in vcl_hash{}",
    "len_req_body can only be used in vcl_recv{}",
    "rematch_req_body can be used only in vcl_recv{}",
  ]);
});
