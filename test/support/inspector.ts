import { spawn, type ChildProcess } from "node:child_process";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { builtCli } from "./cli.js";

type Message = Readonly<Record<string, unknown>>;

/** A process under `node --inspect-brk`, and a session of the inspector protocol with it. */
export interface Debuggee {
  readonly child: ChildProcess;
  /** Calls a method of the protocol; rejects with the error that it answers with. */
  send<Result>(method: string, params?: object): Promise<Result>;
  /** The next event of that name that nobody has taken yet. */
  event<Params>(method: string): Promise<Params>;
  /** Everything of that name that came so far. */
  seen<Params>(method: string): readonly Params[];
  /** Resolves with the first match in what the process printed. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts `vclc` under a debugger, as an editor does: it stands before its first line. */
export async function debugVclc(args: readonly string[], cwd: string): Promise<Debuggee> {
  const child = spawn(process.execPath, ["--inspect-brk=127.0.0.1:0", builtCli(), ...args], { cwd });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = textOf(child);
  const [, url = ""] = await output(/Debugger listening on (ws:\S+)/);
  const socket = new WebSocket(url);
  await new Promise((opened, failed) => {
    socket.addEventListener("open", opened);
    socket.addEventListener("error", failed);
  });
  onTestFinished(() => socket.close());
  return { child, printed: output, ...session(socket) };
}

function textOf(child: ChildProcess): Debuggee["printed"] {
  let text = "";
  const checks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      text += data.toString();
      for (const check of checks) check();
    });
  }
  return (pattern) =>
    new Promise((done) => {
      const check = (): void => {
        const match = pattern.exec(text);
        if (!match) return;
        checks.delete(check);
        done(match);
      };
      checks.add(check);
      check();
    });
}

function session(socket: WebSocket): Pick<Debuggee, "send" | "event" | "seen"> {
  const answers = new Map<number, (message: Message) => void>();
  const events: { readonly method: string; readonly params: unknown; taken: boolean }[] = [];
  const waiting = new Set<() => void>();
  let count = 0;
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse((data as Buffer | string).toString()) as Message;
    if (typeof message.id === "number") answers.get(message.id)?.(message);
    else {
      events.push({ method: String(message.method), params: message.params, taken: false });
      for (const look of waiting) look();
    }
  });
  return {
    send: <Result>(method: string, params: object = {}) =>
      new Promise<Result>((done, failed) => {
        const id = ++count;
        answers.set(id, ({ result, error }) => {
          if (error === undefined) done(result as Result);
          else failed(new Error(`${method}: ${(error as { message: string }).message}`));
        });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    event: <Params>(method: string) =>
      new Promise<Params>((done) => {
        const look = (): void => {
          const found = events.find((event) => event.method === method && !event.taken);
          if (!found) return;
          found.taken = true;
          waiting.delete(look);
          done(found.params as Params);
        };
        waiting.add(look);
        look();
      }),
    seen: <Params>(method: string) =>
      events.filter((event) => event.method === method).map(({ params }) => params as Params),
  };
}
