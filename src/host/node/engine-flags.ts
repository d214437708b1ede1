import { setFlagsFromString } from "node:v8";

/**
 * Sets what V8 must do differently for VCL. To be called before the first regex is made and the first VCL is loaded:
 * a regex that backtracks without end is handed to V8's linear-time engine, so that no subject stalls the process; and compiled code is
 * not cached by its text, so that a discarded VCL is forgotten. The heap may grow by a fifth before garbage is looked for, where V8 would wait until
 * it has four times as much: what storages account for must be about what the process has. Stack traces name VCL lines.
 */
export function setEngineFlags(): void {
  setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
  setFlagsFromString("--regexp-backtracks-before-fallback=50000");
  setFlagsFromString("--no-compilation-cache");
  setFlagsFromString("--heap-growing-percent=20");
  process.setSourceMapsEnabled(true);
}
