import { spawn } from "node:child_process";
import type { VitestMessage } from "./messages.js";

/** A run of vitest. */
export interface VitestRun {
  /** Its folder. */
  readonly folder: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Seconds that a test may take; 0: as long as it likes. */
  readonly timeout: number;
}

/** A file that did not come to its end. */
export interface EndlessFile {
  readonly file: string;
  /** The first of its tests that was not heard to be over. vitest tells of results ten times a second, so it may be one soon after it that does not end. */
  readonly test: string | undefined;
}

/** How a run of vitest ended. */
export interface VitestEnd {
  /** The file that did not come to its end, where one did not. */
  readonly endless?: EndlessFile;
  /** What vitest itself said. */
  readonly output: string;
}

/**
 * Runs vitest and passes on what its reporter tells. vitest ends tests that wait too long, but not one that loops: when a file takes longer than all its
 * tests together may, the whole group of processes is killed.
 */
export function runVitestProcess(
  { folder, program, args, env, timeout }: VitestRun,
  tell: (message: VitestMessage) => void,
): Promise<VitestEnd> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  const kill = (): void => killGroup(child.pid);
  const interrupted = (): never => process.exit(2);
  process.on("exit", kill).on("SIGINT", interrupted).on("SIGTERM", interrupted);
  let endless: EndlessFile | undefined;
  const watch = watchFiles(timeout, (late) => {
    endless = late;
    kill();
  });
  child.on("message", (message: VitestMessage) => {
    watch.note(message);
    tell(message);
  });
  return new Promise((resolve) => {
    const end = (): void => {
      watch.stop();
      process.off("exit", kill).off("SIGINT", interrupted).off("SIGTERM", interrupted);
      resolve({ output, ...(endless !== undefined && { endless }) });
    };
    child.on("error", ({ message }) => {
      output += message;
      end();
    });
    child.on("close", end);
  });
}

/** Seconds that a file has for what is no test: being compiled, hooks. */
const outside = 20;

/** Tells of the first file that takes longer than its tests may. */
function watchFiles(timeout: number, late: (file: EndlessFile) => void) {
  const timers = new Map<string, NodeJS.Timeout>();
  const begin = (file: string, tests: Set<string>): void => {
    const milliseconds = (outside + tests.size * timeout) * 1000;
    timers.set(
      file,
      setTimeout(() => late({ file, test: [...tests][0] }), milliseconds),
    );
  };
  /** Of each file, the tests that are not over. */
  const waiting = new Map<string, Set<string>>();
  return {
    note(message: VitestMessage): void {
      if (message.kind === "unhandled" || timeout === 0) return;
      const { file } = message;
      if (message.kind === "result") return void waiting.get(file)?.delete(message.test);
      clearTimeout(timers.get(file));
      if (message.kind === "over") return;
      const tests = new Set(message.tests);
      waiting.set(file, tests);
      begin(file, tests);
    },
    stop: (): void => timers.forEach((timer) => clearTimeout(timer)),
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
