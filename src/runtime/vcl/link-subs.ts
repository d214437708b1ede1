import type { Task } from "../task.js";
import type { BackendSub, ClientSub, LinkedSubs } from "./loaded-vcl.js";
import type { SubResult, VclBody } from "./vpi.js";

/** The subs that tasks run. */
const taskSubs = {
  vcl_recv: true,
  vcl_pipe: true,
  vcl_pass: true,
  vcl_hash: true,
  vcl_purge: true,
  vcl_miss: true,
  vcl_hit: true,
  vcl_deliver: true,
  vcl_synth: true,
  vcl_backend_fetch: true,
  vcl_backend_refresh: true,
  vcl_backend_response: true,
  vcl_backend_error: true,
} as const satisfies Record<ClientSub | BackendSub, true>;

type AnySub = (task: Task) => SubResult;

/** Joins each sub of a VCL with the built-in sub of the same name, which runs when the user's falls through. */
export function linkSubs(body: VclBody, builtin: VclBody): LinkedSubs {
  const linked: Record<string, AnySub> = {};
  for (const name of Object.keys(taskSubs) as (ClientSub | BackendSub)[]) {
    const own = body[name] as AnySub | undefined;
    const rest = builtin[name] as AnySub | undefined;
    if (!rest) throw new Error(`the built-in VCL has no ${name}`);
    linked[name] = own ? follow(own, rest) : rest;
  }
  return linked as unknown as LinkedSubs;
}

function follow(own: AnySub, rest: AnySub): AnySub {
  return (task) => {
    const action = own(task);
    if (typeof action === "string") return action;
    if (action === undefined) return rest(task);
    return action.then((settled) => settled ?? rest(task));
  };
}
