import { expect, test } from "vitest";
import { runProgram } from "../../src/host/node/run-program.js";

const run = (script: string, seconds = 10): Promise<string> =>
  runProgram({ command: process.execPath, args: ["-e", script], environment: { WORD: "hello" }, seconds });

test("a program is run with its environment, and what it prints is the answer", async () => {
  expect(await run("console.log(process.env.WORD, process.env.PATH !== undefined)")).toBe("hello true\n");
});

test.each([
  ["console.error('no\\nmore'); process.exit(3)", 10, /: it ended with exit code 3: no$/],
  ["setTimeout(() => {}, 60000)", 0.3, /: it took more than 0.3 s$/],
  ["console.log('x'.repeat(2000000))", 10, /: it printed more than 1048576 bytes$/],
])("what goes wrong is one line: %s", async (script, seconds, message) => {
  await expect(run(script, seconds)).rejects.toThrow(message);
});

test("a program that is not there", async () => {
  const call = { command: "/nowhere/login", args: [], environment: {}, seconds: 1 };
  await expect(runProgram(call)).rejects.toThrow("/nowhere/login: there is no such program");
});
