import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, vclc } from "../support/cli.js";

const vcc = `$Module odd 3 "Functions that do not come back"
$ABI strict

$Function VOID loop()
$Function VOID quit()
$Function VOID later()
`;
const implementation = `export function loop() { for (;;); }
export function quit() { process.exit(0); }
export function later() {
  setImmediate(() => { throw new Error("too late"); });
  for (const until = Date.now() + 50; Date.now() < until;);
}
`;
const tests = `vcl 4.1;
import assert;
import testing;
import odd;

sub test_before { assert.true(true); }
# Loops without end.
sub test_loop { odd.loop(); }
sub test_between { testing.send("/"); assert.equal(resp.status, 200); }
sub test_quit { odd.quit(); }
sub test_later { odd.later(); testing.send("/"); testing.send("/"); testing.send("/"); assert.true(true); }
sub test_policy { testing.send("/loop"); assert.equal(resp.status, 200); }
sub test_after { testing.send("/"); assert.equal(resp.status, 200); }
`;
const policy = `vcl 4.1;
import odd;
backend default { .host = "a.example"; }
sub vcl_recv {
    if (req.url == "/loop") { odd.loop(); }
}
`;

function folderWithLoops(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "vmods"));
  for (const [name, text] of Object.entries({
    "vmods/odd.vcc": vcc,
    "vmods/odd.js": implementation,
    "package.json": '{ "type": "module" }',
    "p.vcl": policy,
    "p.test.vcl": tests,
    "q.vcl": policy,
    "q.test.yaml":
      "name: yaml loops\nrequest: { url: /loop }\n---\nname: yaml goes on\nrequest: { url: / }\nexpectations: { response: { status: 200 } }\n",
  }))
    writeFileSync(join(folder, name), text);
  return folder;
}

test.each([1, 2])(
  "what never ends, or ends the process, is that test's failure: %i jobs",
  async (jobs) => {
    const { code, stdout, stderr } = await vclc(
      [
        ...["test", "--vmod-path", "vmods", "--timeout", "2", "--jobs", String(jobs)],
        ...["--format", "json", "--coverage"],
      ],
      folderWithLoops(),
    );
    const report = JSON.parse(stdout) as {
      readonly tests: readonly { readonly name: string; readonly problem?: string }[];
    };
    const long = "ended after 2 s: something that it runs does not end, or --timeout is too short for it";
    expect(report.tests.map(({ name, problem }) => [name, problem])).toEqual([
      ["test_before", undefined],
      ["Loops without end", long],
      ["test_between", undefined],
      ["test_quit", "something that it runs, a VMOD perhaps, ended the process"],
      ["test_later", "something that it runs, a VMOD perhaps, threw where nobody catches it: too late"],
      ["test_policy", long],
      ["test_after", undefined],
      ["yaml loops", long],
      ["yaml goes on", undefined],
    ]);
    expect(stderr).toMatch(/lines branches\n.* p\.vcl/);
    expect(code).toBe(1);
  },
  30_000,
);

test("--timeout is seconds", async () => {
  for (const value of ["soon", "-1", "1e9", "9999999"]) {
    const { code, stderr } = await vclc(["test", `--timeout=${value}`], temporaryFolder());
    expect([code, stderr]).toEqual([
      2,
      `vclc: --timeout ${value}: give seconds, 30 or 0.5; 0 is without end\n`,
    ]);
  }
});
