import { CommandFailure } from "./command-failure.js";
import { Housekeeping } from "./housekeeping.js";
import { linkSubs } from "./link-subs.js";
import type { LoadServices } from "./load-services.js";
import { loadingVpi } from "./loading-vpi.js";
import type { GlobalDirectorRegistry } from "./registry.js";
import { warmVcl } from "./temperature.js";
import type { Vcl } from "./vcl.js";

/** An object of a VMOD that wants to be told when its VCL goes. */
interface Finishing {
  fini?(): void;
}

/**
 * Loads a module into a VCL, in Varnish's order (vcl-lifecycle 4): declarations, host names, LOAD events, vcl_init, bindings, check
 * of the objects, and, unless it is to stay cold, WARM. Rejects with a CommandFailure, and leaves nothing behind then.
 */
export async function loadVcl(
  vcl: Vcl,
  services: LoadServices,
  registry: GlobalDirectorRegistry,
): Promise<void> {
  let step = "initialization";
  const task = new Housekeeping("vcl_init", vcl, services, registry);
  try {
    await declare(vcl, services, task);
    await initialise(vcl, task);
    step = "warmup";
    if (vcl.state !== "cold") await warmVcl(vcl, task);
    else vcl.temperature = "cold";
  } catch (error) {
    await unloadVcl(vcl, services, registry);
    const text = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      300,
      `VCL "${vcl.name}" Failed ${step}\nMessage:\n\t${text.replaceAll("\n", "\n\t")}`,
    );
  } finally {
    task.finish();
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
    task.log("VCL_Error", error instanceof Error ? error.message : String(error));
  };
  try {
    await vcl.body.fini?.(task);
  } catch {
    task.log("VCL_Error", "VRT_fail() from vcl_fini{} has no effect");
  }
  await vcl.undoAll(registry, failed);
  task.finish();
}

async function declare(vcl: Vcl, services: LoadServices, task: Housekeeping): Promise<void> {
  const { module } = vcl;
  const { vpi, lookUps } = loadingVpi(vcl, services, task.registry);
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

async function initialise(vcl: Vcl, task: Housekeeping): Promise<void> {
  const { body } = vcl;
  // vcl_fini and the objects made so far have their turn also when vcl_init fails.
  vcl.onDiscard(() => finishObjects(vcl));
  const action = await body.init?.(task);
  if (action === "fail") throw new Error("vcl_init returned fail");
  for (const [name, object, nullOk] of body.objects?.() ?? []) {
    if (object === undefined && !nullOk) throw new Error(`Object ${name} not initialized`);
  }
  body.bind?.();
}

function finishObjects(vcl: Vcl): void {
  for (const [, object] of [...(vcl.body.objects?.() ?? [])].reverse())
    (object as Finishing | undefined)?.fini?.();
}
