/**
 * The versions of the module format, which is what emitted modules and this runtime agree on: what a module imports, and how it is called.
 * A change that old modules do not survive is a new version. What the compiler writes stands in `codegen/module-format.ts`.
 */
export type ModuleFormat = 1 | 2;

const linked: ReadonlySet<unknown> = new Set<ModuleFormat>([1, 2]);

/** What an emitted module says of itself. */
export interface ModuleHead {
  readonly format: ModuleFormat;
  /** The source's name, for messages. */
  readonly source: string;
  /** Language version times ten. */
  readonly version: 40 | 41;
}

/** Throws when a module was compiled by a vclc whose modules this runtime does not know. */
export function checkFormat(head: ModuleHead): void {
  if (linked.has(head.format)) return;
  throw new Error(refusal(head));
}

/** Modules from before there were formats have the source's name in the head's place. */
function refusal(head: Partial<ModuleHead> | string): string {
  const { format, source = "?" } = typeof head === "string" ? { source: head } : head;
  const found = format === undefined ? "no module format" : `module format ${format}`;
  const known = [...linked].join(", ");
  return `The module of ${source} has ${found}, this vclc/runtime takes ${known}: compile ${source} again with the same version of vclc`;
}
