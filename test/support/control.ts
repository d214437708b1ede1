import { readFileSync } from "node:fs";
import { CommandFailure, Instance, type VclModule } from "vclc/runtime";
import { MemoryHost } from "../../src/host/memory/index.js";
import { CommandSession, type CompiledVcl, type Control } from "../../src/runtime/command/index.js";
import { vclModule } from "./proxy.js";

/** What commands act on, with a compiler of this process. */
export function controlOf(instance: Instance = new Instance(new MemoryHost())): Control {
  const compile = (name: string, text: string): CompiledVcl => {
    let module: VclModule;
    try {
      module = vclModule(text, name);
    } catch (error) {
      throw new CommandFailure(106, error instanceof Error ? error.message : String(error));
    }
    return { module, sources: [{ name, text }] };
  };
  return {
    instance,
    sources: new WeakMap(),
    pid: 42,
    program: "test-1",
    compiler: {
      text: async (name, text) => compile(name, text),
      file: async (path) => compile(path, readFileSync(path, "latin1")),
    },
  };
}

/** A session that needs no secret. */
export function openSession(control = controlOf()): CommandSession {
  return new CommandSession({ control, challenge: "x".repeat(32) });
}

/** Sends text and answers with the replies to it, as they go over the wire. */
export async function replies(session: CommandSession, text: string): Promise<string[]> {
  session.receive(text);
  const all: string[] = [];
  for (let reply = await session.next(); reply; reply = await session.next()) all.push(reply.text);
  return all;
}

/** Sends one command; answers with status and body of its reply. */
export async function command(
  session: CommandSession,
  line: string,
): Promise<[status: number, body: string]> {
  const [reply = ""] = await replies(session, `${line}\n`);
  return [Number(reply.slice(0, 3)), reply.slice(13, -1)];
}
