import { FetchFailure, type RawConnection } from "../../backend/transport.js";
import { backendFor } from "../../director/resolve-director.js";
import type { Action } from "../../task.js";
import { Pipe } from "../../wire/pipe.js";
import { pipeBereq } from "../backend/make-bereq.js";
import { messageOf } from "../privs.js";
import type { RequestTask } from "../request-task.js";
import type { BackendRequestVariables } from "../variables/bereq.js";
import { PipeRecords } from "./pipe-records.js";
import { vclFail } from "./failure.js";
import { withAction, type ClientStep, type NextStep } from "./step.js";
import { synth } from "./synth.js";

/** pipe: vcl_pipe looks at bereq, then both connections are joined and HTTP has no more to do with either. */
export function pipe(task: RequestTask): NextStep {
  const bereq = pipeBereq(task);
  const records = new PipeRecords(task);
  task.pipeBereq = bereq;
  records.begin(bereq);
  return withAction(task.run("vcl_pipe"), task, (_, action) => afterPipe(task, records, action));
}

function afterPipe(task: RequestTask, records: PipeRecords, action: Action): NextStep {
  const bereq = task.pipeBereq;
  if (!bereq || action !== "pipe") {
    if (bereq) bereq.backend = undefined;
    records.end(0);
    return action === "synth" ? synth : vclFail;
  }
  const { core } = task;
  const most = core.params.pipe_sess_max;
  if (most > 0 && core.pipes.open >= most) {
    core.count("pipe_limited");
    records.end(0);
    bereq.backend = undefined;
    return vclFail;
  }
  core.count("s_pipe");
  task.timestamp("Process");
  records.timestamp("Process");
  return join(task, bereq, records);
}

async function join(
  task: RequestTask,
  bereq: BackendRequestVariables,
  records: PipeRecords,
): Promise<ClientStep | undefined> {
  const { core, exchange } = task;
  core.pipes.open++;
  try {
    const connection = await open(task, bereq, records);
    if (connection) await run(task, bereq, records, connection);
    else {
      records.end(0);
      // There is nothing that could be said to a client that may not even speak HTTP.
      exchange.session.close("TX_ERROR");
      exchange.cutOff("TX_ERROR");
    }
  } finally {
    core.pipes.open--;
    bereq.backend = undefined;
  }
  return undefined;
}

async function open(
  task: RequestTask,
  bereq: BackendRequestVariables,
  records: PipeRecords,
): Promise<RawConnection | undefined> {
  try {
    const backend = await backendFor(task, bereq.backend);
    if (!backend.open) throw new FetchFailure(`Director ${backend.vclName} does not support pipe`);
    return await backend.open(task, bereq.connectTimeout.own, records);
  } catch (problem) {
    const failure = problem instanceof FetchFailure ? problem : new FetchFailure(messageOf(problem));
    for (const { tag, text } of failure.records) records.log(tag, text);
    return undefined;
  }
}

async function run(
  task: RequestTask,
  bereq: BackendRequestVariables,
  records: PipeRecords,
  { stream, release, hostHeader }: RawConnection,
): Promise<void> {
  const { core, exchange } = task;
  const kept = task.body.kept;
  if (kept) bereq.http.set("Content-Length", String(kept.length));
  if (!bereq.http.has("host")) bereq.http.set("Host", hostHeader);
  const head = `${bereq.method} ${bereq.url} ${bereq.proto}\r\n${bereq.http.lines.join("\r\n")}\r\n\r\n`;
  task.piped = true;
  task.timestamp("Pipe");
  stream.write(head, kept && [kept]);
  records.timestamp("Bereq");
  const client = exchange.takeOver();
  const times = { idle: core.params.pipe_timeout, total: bereq.task_deadline };
  const result = await new Pipe(client.stream, stream, times, core.deadlines).run(client.rest);
  task.timestamp("PipeSess");
  release(result.reason);
  records.end(head.length);
  client.ended(result.reason);
  const { fromClient, fromOrigin } = result;
  core.count("s_pipe_hdrbytes", exchange.traffic.head);
  core.count("s_pipe_in", fromClient);
  core.count("s_pipe_out", fromOrigin);
  task.log("PipeAcct", `${exchange.traffic.head} ${head.length} ${fromClient} ${fromOrigin}`);
}
