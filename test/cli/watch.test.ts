import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { builtCli, temporaryFolder, vclc } from "../support/cli.js";

const good = "vcl 4.1;\nbackend b none;\nsub vcl_recv { return (synth(204)); }\n";
const bad = "vcl 4.1;\nbackend b none;\nsub vcl_recv { set req.nosuch = 1; }\n";
const spec = "name: answers\nrequest: { url: / }\nexpectations: { response: { status: 204 } }\n";

/** Starts a command that watches; `until` resolves when its output has such a piece. */
function watching(args: readonly string[], cwd: string): { until(piece: string): Promise<void> } {
  const child = spawn(process.execPath, [builtCli(), ...args], { cwd });
  onTestFinished(() => void child.kill());
  let output = "";
  let look = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      look();
    });
  }
  return {
    until: (piece) =>
      new Promise((resolve) => {
        look = () => {
          if (!output.includes(piece)) return;
          output = "";
          resolve();
        };
        look();
      }),
  };
}

test("check --watch checks again when a file changes, and goes on where one cannot be read", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "main.vcl"), bad);
  const { until } = watching(["check", "--watch", "main.vcl"], folder);
  await until("1 error");
  writeFileSync(join(folder, "main.vcl"), `# mended\n${good}`);
  await until("main.vcl changed");
  writeFileSync(join(folder, "main.vcl"), bad);
  await until("1 error");
});

test("test --watch runs again when a test or its VCL changes", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "p.vcl"), good);
  const { until } = watching(["test", "--watch"], folder);
  await until("no test to run");
  writeFileSync(join(folder, "p.test.yaml"), spec);
  await until("1 passed, 0 failed");
  writeFileSync(join(folder, "p.vcl"), good.replace("204", "500"));
  await until("0 passed, 1 failed");
});

test("standard input cannot be watched, and what is not there neither", async () => {
  expect(await vclc(["check", "--watch", "-"])).toMatchObject({
    code: 2,
    stderr: "vclc: standard input cannot be watched\n",
  });
  const { code, stderr } = await vclc(["check", "--watch", "nowhere/main.vcl"], temporaryFolder());
  expect(stderr).toBe("vclc: cannot watch nowhere: No such file or directory\n");
  expect(code).toBe(2);
});
