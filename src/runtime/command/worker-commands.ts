import { CommandFailure } from "../vcl/command-failure.js";
import type { Command, Control } from "./command.js";
import { jsonReply, ok } from "./reply.js";

/** Whether requests are served: always, where nobody can start and stop that. */
export const workerCommands: readonly Command[] = [
  {
    name: "start",
    syntax: "",
    help: "Start to serve.",
    least: 0,
    most: 0,
    async run(control) {
      const { worker, instance } = control;
      if (isRunning(control)) throw new CommandFailure(300, "Child in state running");
      if (!instance.active) throw new CommandFailure(300, "No VCL available\n");
      await worker?.start();
      return ok();
    },
  },
  {
    name: "status",
    syntax: "[-j]",
    help: "Say whether requests are served.",
    least: 0,
    most: 0,
    json: true,
    run(control, { json, words }) {
      const state = isRunning(control) ? "running" : "stopped";
      return json ? jsonReply(2, words, control.instance.host.now(), [state]) : ok(`Child in state ${state}`);
    },
  },
  {
    name: "tls.reload",
    syntax: "",
    help: "Read certificates and files of endpoints again, as SIGHUP does; connections stay.",
    least: 0,
    most: 0,
    async run({ instance }) {
      const problems = await instance.reload();
      if (problems.length > 0) throw new CommandFailure(300, `${problems.join("\n")}\n`);
      return ok();
    },
  },
  {
    name: "stop",
    syntax: "",
    help: "Stop serving; what was loaded stays, what was cached goes.",
    least: 0,
    most: 0,
    async run(control) {
      const { worker } = control;
      if (!worker)
        throw new CommandFailure(300, "This process serves as long as it runs: end it with SIGTERM");
      if (!worker.running) throw new CommandFailure(300, "Child in state stopped");
      await worker.stop();
      return ok();
    },
  },
];

function isRunning({ worker }: Control): boolean {
  return worker?.running ?? true;
}
