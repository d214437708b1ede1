import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect, type NetConnectOpts } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { builtCli, temporaryFolder } from "./cli.js";

/** A running `vclc run`. */
export interface RunningVclc {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Where it listens, in the order of `-a`, as it printed that. */
  readonly places: readonly string[];
  /** The port of the first of them. */
  readonly port: number;
  /** Everything that it has printed. */
  readonly output: () => string;
  /** Resolves with the exit code. */
  readonly exit: Promise<number | null>;
}

/** Starts `vclc run` with a VCL and waits until it listens at as many places as there are `-a`; it ends with the test. */
export async function runVclc(vcl: string, args: readonly string[], places = 1): Promise<RunningVclc> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "main.vcl"), vcl);
  const command = [builtCli(), "run", "-f", "main.vcl", ...args];
  const child = spawn(process.execPath, command, { cwd: folder });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  let text = "";
  const found = (): string[] =>
    [...text.matchAll(/^Listening on (.*)$/gm)].map((match) => match[1] as string);
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      if (found().length >= places) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", () => reject(new Error(text)));
  });
  const port = Number(/\d+$/.exec(found()[0] ?? "")?.[0] ?? 0);
  return { child, folder, places: found(), port, output: () => text, exit };
}

/** Sends bytes (latin1) and answers with all that comes until the other side ends, or the connection breaks. */
export function exchangeBytes(place: NetConnectOpts, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(place, () => socket.write(bytes, "latin1"));
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => (answer += text));
    socket.on("end", () => socket.end());
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
  });
}
