import { setFlagsFromString } from "node:v8";

/** Has V8 look for garbage when the heap has grown by a third, where it would wait until it has four times as much: slower, and half the memory. */
export function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=30");
}

/**
 * Sets what V8 must do differently for VCL. To be called before the first VCL is loaded: compiled code is not cached by its text, so that a
 * discarded VCL is forgotten. The heap may grow by a fifth before garbage is looked for, where V8 would wait until it has four times as much: what
 * storages account for must be about what the process has. Stack traces name VCL lines.
 */
export function setEngineFlags(): void {
  setFlagsFromString("--no-compilation-cache");
  setFlagsFromString("--heap-growing-percent=20");
  process.setSourceMapsEnabled(true);
}
