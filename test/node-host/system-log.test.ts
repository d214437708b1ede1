import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { SystemLog } from "../../src/host/node/system-log.js";
import { NodeHost } from "../../src/host/node/index.js";
import { temporaryFolder } from "../support/cli.js";

/** A program in place of `logger`, which does this with its standard input. */
function program(script: string): string {
  const path = join(temporaryFolder(), "logger");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test("lines go to one logger with their priority, local0 where VCL gives no facility", async () => {
  const heard = join(temporaryFolder(), "heard");
  const log = new SystemLog(() => undefined, program(`echo "$1 $2 $3" > ${heard}; cat >> ${heard}`));
  log.write(6, "one\r\ntwo");
  log.write(8 + 3, "user.err");
  await vi.waitFor(() => expect(existsSync(heard) && readFileSync(heard, "latin1")).toMatch(/user/), 5_000);
  expect(readFileSync(heard, "latin1")).toBe("--prio-prefix --tag vclc\n<134>one two\n<11>user.err\n");
});

test.each([
  [
    "no program",
    () => "/nowhere/logger",
    /^std\.syslog\(\): \/nowhere\/logger: there is no such program; lines of the next 10 s/,
  ],
  [
    "no socket",
    () => program("echo 'logger: socket /dev/log: No such file' >&2; exit 1"),
    /: socket \/dev\/log: No such file;/,
  ],
  ["an end", () => program("exit 0"), /: it has ended;/],
])("a log that cannot be reached is told once: %s", async (_what, command, message) => {
  const complain = vi.fn();
  const log = new SystemLog(complain, command());
  log.write(6, "lost");
  await vi.waitFor(() => expect(complain).toHaveBeenCalled(), 5_000);
  log.write(6, "lost too");
  expect(complain.mock.calls).toEqual([[expect.stringMatching(message)]]);
});

test("the host has a system log", () => {
  expect(new NodeHost().syslog).toBeTypeOf("function");
});
