import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Thread } from "../../src/host/node/thread.js";
import { temporaryFolder } from "../support/cli.js";

/** A thread of a program that says twice what it is told, and can be told to break. */
function twice(data: string): Thread<string, string> {
  const entry = join(temporaryFolder(), "twice.mjs");
  writeFileSync(
    entry,
    `import { parentPort, workerData } from "node:worker_threads";
parentPort.on("message", ({ id, job }) => {
  if (job === "exit") process.exit(3);
  if (job === "break") setImmediate(() => { throw new Error("broken"); });
  else parentPort.postMessage(job === "no" ? { id, thrown: "will not" } : { id, result: workerData + job + job });
});
`,
  );
  const thread = new Thread<string, string>(entry, data);
  onTestFinished(() => thread.stop());
  return thread;
}

test("jobs are answered, each with its own result", async () => {
  const thread = twice(">");
  expect(await Promise.all(["a", "b", "c"].map((job) => thread.run(job)))).toEqual([">aa", ">bb", ">cc"]);
});

test("a job that throws fails alone", async () => {
  const thread = twice("");
  const jobs = [thread.run("no"), thread.run("a")];
  await expect(jobs[0]).rejects.toThrow("will not");
  await expect(jobs[1]).resolves.toBe("aa");
});

test.each([
  ["exit", "the thread ended: it was stopped"],
  ["break", "the thread ended: broken"],
])("a thread that ends over a job (%s) fails what waits; the next job gets a new one", async (job, why) => {
  const thread = twice("");
  await expect(thread.run(job)).rejects.toThrow(why);
  expect(await thread.run("a")).toBe("aa");
});

test("stopping fails what waits", async () => {
  const thread = twice("");
  const waiting = expect(thread.run("break")).rejects.toThrow("the thread ended");
  await thread.stop();
  await waiting;
});
