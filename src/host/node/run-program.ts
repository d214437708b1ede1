import { execFile } from "node:child_process";
import type { ProgramCall } from "../../runtime/index.js";

/** Bytes that a program may print. */
const longestAnswer = 1 << 20;

/** Runs a program to its end, beside everything else. Answers with what it printed; rejects with one line. */
export function runProgram({ command, args, environment, seconds }: ProgramCall): Promise<string> {
  const options = {
    env: { ...process.env, ...environment },
    timeout: seconds * 1000,
    killSignal: "SIGKILL",
    maxBuffer: longestAnswer,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, printed, complaints) => {
      if (!error) {
        resolve(printed);
        return;
      }
      const said = complaints.trim().split("\n", 1)[0] ?? "";
      reject(new Error(`${command}: ${whyOf(error, seconds)}${said === "" ? "" : `: ${said}`}`));
    });
    child.stdin?.end();
  });
}

function whyOf(
  { code, killed, signal }: { code?: unknown; killed?: boolean; signal?: unknown },
  seconds: number,
): string {
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return `it printed more than ${longestAnswer} bytes`;
  if (killed === true) return `it took more than ${seconds} s`;
  if (code === "ENOENT") return "there is no such program";
  if (typeof code === "number") return `it ended with exit code ${code}`;
  return typeof code === "string" ? code : `it was ended by ${String(signal)}`;
}
