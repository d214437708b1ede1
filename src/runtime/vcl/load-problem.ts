import { CommandFailure } from "./command-failure.js";

/**
 * What kind of thing is wrong with a VCL that does not load: a global director that is not registered or has a backend's name, a label that
 * does not exist, the path of a backend that is no socket, a host name of a backend, an ACL or a constant that has no address, vcl_init (or a VMOD's LOAD event) that failed, or a
 * VMOD's WARM event.
 */
export type LoadProblemKind =
  | "missing-global"
  | "colliding-global"
  | "missing-label"
  | "path"
  | "backend"
  | "acl"
  | "ip"
  | "init"
  | "warmup";

/** One thing that is wrong. */
export interface LoadProblem {
  readonly kind: LoadProblemKind;
  /** The global director, label, backend, ACL, or the text of the constant; of vcl_init and WARM, that of the VCL. */
  readonly name: string;
  /** One line, or what a VMOD said. */
  readonly text: string;
  /** What was thrown, where something was: its stack leads to the statement of vcl_init. */
  readonly cause?: unknown;
}

/** A VCL did not load: everything that was found wrong with it, in the order of loading. */
export class LoadFailure extends CommandFailure {
  readonly problems: readonly LoadProblem[];

  constructor(vcl: string, problems: readonly LoadProblem[]) {
    const step = problems.some(({ kind }) => kind !== "warmup") ? "initialization" : "warmup";
    const text = problems.map((problem) => problem.text).join("\n");
    super(300, `VCL "${vcl}" Failed ${step}\nMessage:\n\t${text.replaceAll("\n", "\n\t")}`);
    this.problems = problems;
  }
}

/** Collects what is wrong while a VCL loads, so that one load finds all of it. */
export class LoadProblems {
  readonly found: LoadProblem[] = [];

  note(kind: LoadProblemKind, name: string, text: string, cause?: unknown): void {
    this.found.push({ kind, name, text, ...(cause !== undefined && { cause }) });
  }

  /** Notes what was thrown. */
  noteThrown(kind: LoadProblemKind, name: string, cause: unknown): void {
    this.note(kind, name, cause instanceof Error ? cause.message : String(cause), cause);
  }
}
