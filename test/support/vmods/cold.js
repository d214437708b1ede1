/** A VMOD that fails when its VCL becomes warm. */
export function event(_task, _priv, event) {
  if (event === "warm") throw new Error("it is too cold");
}

export function f() {
  // Nothing to do: it is the event that counts.
}
