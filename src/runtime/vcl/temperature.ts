import { Backend } from "../backend/backend.js";
import type { Housekeeping } from "./housekeeping.js";
import type { Vcl } from "./vcl.js";
import type { VclEvent, VmodModule } from "./vpi.js";

/**
 * Makes a VCL warm: the VMODs in order of import, then the directors, whose probes start. A VMOD that fails sends COLD to those before it; the
 * VCL is cold then, and its failure is thrown.
 */
export async function warmVcl(vcl: Vcl, task: Housekeeping): Promise<void> {
  const { vmods } = vcl.module;
  // Warm while its VMODs are told, so that they can prevent its discard.
  vcl.temperature = "warm";
  for (const [index, vmod] of vmods.entries()) {
    try {
      await vmod.event?.(task, vcl.priv(vmod), "warm");
    } catch (error) {
      vcl.temperature = "cold";
      await tell(vcl, vmods.slice(0, index).reverse(), task, "cold");
      throw error;
    }
  }
  await vcl.directors.walk((director) => {
    if (director instanceof Backend) director.warmUp();
  });
  vcl.served = true;
}

/** The VCL has become the active one: the probes of its backends are the ones that run, whoever else has the same backends (S2-41). */
export function preferBackends(vcl: Vcl): void {
  for (const director of vcl.directors) if (director instanceof Backend) director.prefer();
}

/** Takes the warmth out of a VCL that no task uses: the directors, then the VMODs in reverse order. COLD must not fail: that is logged. */
export async function coolVcl(vcl: Vcl, task: Housekeeping): Promise<void> {
  vcl.temperature = "cooling";
  await vcl.directors.walk((director) => {
    if (director instanceof Backend) director.cool();
  });
  await tell(vcl, [...vcl.module.vmods].reverse(), task, "cold");
  settleCooling(vcl);
}

/** A cooling VCL is cold once nobody prevents its discard. */
export function settleCooling(vcl: Vcl): void {
  if (vcl.temperature === "cooling" && vcl.holds.length === 0) vcl.temperature = "cold";
}

async function tell(
  vcl: Vcl,
  vmods: readonly VmodModule[],
  task: Housekeeping,
  event: VclEvent,
): Promise<void> {
  for (const vmod of vmods) {
    try {
      await vmod.event?.(task, vcl.priv(vmod), event);
    } catch (error) {
      task.log("VCL_Error", error instanceof Error ? error.message : String(error));
    }
  }
}
