/** Fails the VCL task that is running (VRT_fail). The state machine catches it; it never leaves the runtime. */
export class VclFailure extends Error {
  override readonly name = "VclFailure";
}
