/** Units of a DURATION in seconds; the case counts. */
export const durationUnits = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
} as const satisfies Record<string, number>;

/** Units of BYTES, in lower case: any case is legal. */
export const byteUnits = {
  b: 1,
  k: 2 ** 10,
  kb: 2 ** 10,
  m: 2 ** 20,
  mb: 2 ** 20,
  g: 2 ** 30,
  gb: 2 ** 30,
  t: 2 ** 40,
  tb: 2 ** 40,
  p: 2 ** 50,
  pb: 2 ** 50,
} as const satisfies Record<string, number>;

/** Seconds of a duration unit, or undefined where there is no such unit. */
export function durationUnit(text: string): number | undefined {
  return Object.hasOwn(durationUnits, text) ? durationUnits[text as keyof typeof durationUnits] : undefined;
}

/** Bytes of a byte unit in any case, or undefined where there is no such unit. */
export function byteUnit(text: string): number | undefined {
  const unit = text.toLowerCase();
  return Object.hasOwn(byteUnits, unit) ? byteUnits[unit as keyof typeof byteUnits] : undefined;
}
