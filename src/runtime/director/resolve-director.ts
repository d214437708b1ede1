import { FetchFailure } from "../backend/transport.js";
import type { Task } from "../task.js";
import { directorAdmin } from "./admin-health.js";
import { VclFailure } from "../values/failure.js";
import type { Director } from "./director.js";

/** More layers than anyone builds on purpose: directors that lead back to themselves. */
const maxLayers = 64;

/**
 * Follows a director down through its layers to a backend (`.resolve()` in VCL, and the choice of where to fetch). Undefined when
 * a layer picks none. Directors that lead in a circle fail the task.
 */
export function resolveDirector(
  task: Task,
  director: Director | undefined,
): Director | undefined | Promise<Director | undefined> {
  let current = director;
  for (let layer = 0; layer < maxLayers; layer++) {
    if (!current?.resolve) return current;
    const next = resolveLayer(task, current);
    if (next instanceof Promise) return resolveSlowly(task, next, director, layer + 1);
    current = next;
  }
  return circle(director);
}

function resolveLayer(task: Task, director: Director): Director | undefined | Promise<Director | undefined> {
  const settling = director.settling?.();
  return settling ? resolveSettled(task, director, settling) : director.resolve?.(task);
}

async function resolveSettled(
  task: Task,
  director: Director,
  first: Promise<unknown>,
): Promise<Director | undefined> {
  await untilSettled(director, first);
  return director.resolve?.(task);
}

/** What was waited for may say that there is more to wait for: a fallback whose first member turned out to be sick. */
async function untilSettled(director: Director, first: Promise<unknown>): Promise<void> {
  for (let wait: Promise<unknown> | undefined = first; wait; wait = director.settling?.()) await wait;
}

/**
 * A director, once its health is known or has taken too long to know; at once where the operator has said what it is, and on the control queue
 * (S0-43, S0-44, S0-47).
 */
export function settledDirector<D extends Director | undefined>(task: Task, director: D): D | Promise<D> {
  if (!director || task.kind === "housekeeping" || directorAdmin(director) !== "auto") return director;
  const wait = director.settling?.();
  return wait ? untilSettled(director, wait).then(() => director) : director;
}

async function resolveSlowly(
  task: Task,
  first: Promise<Director | undefined>,
  director: Director | undefined,
  layers: number,
): Promise<Director | undefined> {
  let current = await first;
  for (let layer = layers; layer < maxLayers; layer++) {
    if (!current?.resolve) return current;
    current = await resolveLayer(task, current);
  }
  return circle(director);
}

function circle(director: Director | undefined): never {
  throw new VclFailure(`Director ${director?.vclName ?? ""} leads back to itself`);
}

/**
 * The backend to fetch from, for the backend task. Throws a FetchFailure with Varnish's text when there is none (state-machine 6.2,
 * step 6).
 */
export function backendFor(task: Task, director: Director | undefined): Director | Promise<Director> {
  if (!director) throw new FetchFailure("No backend");
  const backend = resolveDirector(task, director);
  return backend instanceof Promise
    ? backend.then((found) => found ?? noBackend(director))
    : (backend ?? noBackend(director));
}

function noBackend(director: Director): never {
  throw new FetchFailure(`Director ${director.vclName} returned no backend`);
}

/** Visits every director below one, itself first, each once. */
export function walkDirectors(
  director: Director,
  visit: (director: Director) => void,
  seen = new Set<Director>(),
): void {
  if (seen.has(director)) return;
  seen.add(director);
  visit(director);
  for (const member of director.members?.() ?? []) walkDirectors(member, visit, seen);
}
