import { expect, test } from "vitest";
import * as unix from "../../src/vmod/unix/index.js";
import { makeTask } from "../support/vmod-task.js";

test("over TCP there is no peer to ask for: logged, and no answer", () => {
  const task = makeTask("client", "vcl_recv", { local: { endpoint: "127.0.0.1:80" } });
  expect([unix.user(task), unix.group(task), unix.uid(task), unix.gid(task)]).toEqual([
    undefined,
    undefined,
    -1,
    -1,
  ]);
  expect(task.records).toEqual(
    Array(4).fill("VCL_Error vmod unix error: not listening on a Unix domain socket"),
  );
});

test("over a Unix-domain socket the VCL fails, with the reason", () => {
  const task = makeTask("backend", "vcl_backend_fetch", { local: { endpoint: "/run/v.sock" } });
  for (const ask of [unix.user, unix.group, unix.uid, unix.gid]) {
    expect(() => ask(task)).toThrow("vmod unix failure: not supported on this platform");
  }
});
