import { Backend } from "../backend/backend.js";
import { isCounted } from "../director/counted-director.js";
import { messageOf } from "../fsm/privs.js";
import { removeDependents } from "./dependents.js";
import { Housekeeping } from "./housekeeping.js";
import { loadRegistry } from "./load-registry.js";
import { linkSubs } from "./link-subs.js";
import type { LoadServices } from "./load-services.js";
import { LoadFailure, LoadProblems } from "./load-problem.js";
import { loadingVpi } from "./loading-vpi.js";
import type { GlobalDirectorRegistry } from "./registry.js";
import { warmVcl } from "./temperature.js";
import type { Vcl } from "./vcl.js";

/** An object of a VMOD that wants to be told when its VCL goes; `served` is false when it never became warm. */
interface Finishing {
  fini?(served: boolean): void;
}

/**
 * Loads a module into a VCL, in Varnish's order (vcl-lifecycle 4): declarations, host names, LOAD events, vcl_init, bindings, check
 * of the objects, and, unless it is to stay cold, WARM. `settle` may refuse by throwing what was loaded so far. Rejects with a LoadFailure, or
 * with that refusal, and leaves nothing behind then: names that were registered meanwhile go, names that were removed come back.
 */
export async function loadVcl(
  vcl: Vcl,
  services: LoadServices,
  job: GlobalDirectorRegistry,
  settle: () => void,
): Promise<void> {
  const registry = loadRegistry(job);
  const failed = (error: unknown): void => services.control.log("VCL_Error", messageOf(error));
  try {
    await loadAndWarm(vcl, services, registry);
    settle();
  } catch (error) {
    for (const name of registry.registered()) vcl.onDiscard((later) => void later.remove(name));
    await unloadVcl(vcl, services, registry);
    registry.restore(failed);
    throw error;
  }
  registry.keep(failed);
}

async function loadAndWarm(
  vcl: Vcl,
  services: LoadServices,
  registry: GlobalDirectorRegistry,
): Promise<void> {
  const problems = new LoadProblems();
  const task = new Housekeeping("vcl_init", vcl, services, registry);
  await initialise(vcl, services, task, problems);
  // What VMODs kept for vcl_init goes before the VCL gets warm.
  task.finish();
  if (problems.found.length === 0) {
    if (vcl.state === "cold") vcl.temperature = "cold";
    else await attempt(problems, "warmup", vcl, () => warmVcl(vcl, task));
  }
  task.finish();
  if (problems.found.length > 0) throw new LoadFailure(vcl.name, problems.found);
}

async function initialise(
  vcl: Vcl,
  services: LoadServices,
  task: Housekeeping,
  problems: LoadProblems,
): Promise<void> {
  const { thorough = false } = services;
  const declared = await attempt(problems, "init", vcl, () => declare(vcl, services, task, problems));
  if (!declared || (problems.found.length > 0 && !thorough)) return;
  const done = await attempt(problems, "init", vcl, () => runInit(vcl, task));
  // What vcl_init would have registered is missing when it has failed.
  if (done || thorough) await attempt(problems, "init", vcl, () => vcl.body.bind?.());
}

/** Does a step; what it throws is noted. True when it was done. */
async function attempt(
  problems: LoadProblems,
  kind: "init" | "warmup",
  { name }: Vcl,
  step: () => void | Promise<void>,
): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    problems.noteThrown(kind, name, error);
    return false;
  }
}

/** Undoes a load, complete or not, of a VCL that is not warm: vcl_fini, objects, DISCARD events, and every binding, newest first. */
export async function unloadVcl(
  vcl: Vcl,
  services: LoadServices,
  registry: GlobalDirectorRegistry,
): Promise<void> {
  const task = new Housekeeping("vcl_fini", vcl, services, registry);
  const failed = (error: unknown): void => {
    task.log("VCL_Error", messageOf(error));
  };
  try {
    await vcl.body.fini?.(task);
  } catch {
    task.log("VCL_Error", "VRT_fail() from vcl_fini{} has no effect");
  }
  await vcl.undoAll(registry, failed);
  removeDependents(registry, vcl, failed);
  for (const director of vcl.directors) {
    vcl.directors.remove(director);
    // One that counts its references ends with the last of them.
    if (director instanceof Backend && !isCounted(director)) director.end();
  }
  task.finish();
}

async function declare(
  vcl: Vcl,
  services: LoadServices,
  task: Housekeeping,
  problems: LoadProblems,
): Promise<void> {
  const { module } = vcl;
  const { vpi, lookUps } = loadingVpi(vcl, services, task.registry, problems);
  vcl.body = {};
  const body = module.load(vpi);
  await lookUps();
  for (const vmod of module.vmods) {
    await vmod.event?.(task, vcl.priv(vmod), "load");
    vcl.onDiscard(async (registry) => {
      const last = new Housekeeping("vcl_fini", vcl, services, registry);
      await vmod.event?.(last, vcl.priv(vmod), "discard");
      last.finish();
    });
  }
  vcl.subs = linkSubs(body, services.builtin.load(vpi));
  vcl.body = body;
}

async function runInit(vcl: Vcl, task: Housekeeping): Promise<void> {
  const { body } = vcl;
  // vcl_fini and the objects made so far have their turn also when vcl_init fails.
  vcl.onDiscard(() => finishObjects(vcl, (error) => task.log("VCL_Error", messageOf(error))));
  const action = await body.init?.(task);
  if (action === "fail") throw new Error("vcl_init returned fail");
  for (const [name, object, nullOk] of body.objects?.() ?? []) {
    if (object === undefined && !nullOk) throw new Error(`Object ${name} not initialized`);
  }
}

/** Ends the objects, the last one first; `failed` is told of one that throws, the others have their turn. */
function finishObjects(vcl: Vcl, failed: (error: unknown) => void): void {
  for (const [, object] of [...(vcl.body.objects?.() ?? [])].reverse()) {
    try {
      (object as Finishing | undefined)?.fini?.(vcl.served);
    } catch (error) {
      failed(error);
    }
  }
}
