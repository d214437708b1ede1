import { spawn, type ChildProcess } from "node:child_process";
import { freePort, listening } from "../test/support/ports.js";
import { setTimeout as wait } from "node:timers/promises";
import { CliSession } from "./cli-session.js";
import type { Scratch } from "./measure.js";

/** A proxy in a process of its own, with its front and its command port. */
export interface Server {
  readonly port: number;
  /** The process that was started. */
  readonly pid: number;
  readonly commands: CliSession;
  stop(): Promise<void>;
}

const secret = "known to both\n";

/** Starts `vclc run` with a VCL file. */
export function startVclc(scratch: Scratch, vcl: string, more: readonly string[] = []): Promise<Server> {
  return start(scratch, process.execPath, [scratch.vclc, "run", "-f", vcl, ...more]);
}

/** Starts varnishd with a VCL file and a storage. */
export function startVarnishd(scratch: Scratch, vcl: string, storage = "malloc,64m"): Promise<Server> {
  const folder = `${scratch.folder}/varnish-${process.hrtime.bigint()}`;
  return start(scratch, "varnishd", ["-F", "-n", folder, "-f", vcl, "-s", storage]);
}

async function start(scratch: Scratch, program: string, args: readonly string[]): Promise<Server> {
  const [port, commandPort] = [await freePort(), await freePort()];
  const ports = ["-a", `127.0.0.1:${port}`, "-T", `127.0.0.1:${commandPort}`];
  const child = spawn(program, [...args, ...ports, "-S", scratch.file("secret", secret)], {
    stdio: "ignore",
  });
  try {
    await Promise.all([listening(port), listening(commandPort)]);
    const commands = await CliSession.open(commandPort, secret);
    // varnishd's ports are open before its worker is.
    while (!/running/.test(await commands.ask("status"))) await wait(50);
    return {
      port,
      pid: child.pid as number,
      commands,
      stop: () => {
        commands.close();
        return stopProcess(child);
      },
    };
  } catch (error) {
    await stopProcess(child);
    throw error;
  }
}

/** Ends a process and waits until it is gone. */
export function stopProcess(child: ChildProcess): Promise<void> {
  return new Promise((ended) => {
    if (child.exitCode !== null) return ended();
    child.on("exit", () => ended()).kill("SIGTERM");
  });
}
