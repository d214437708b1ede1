import type { Instance } from "../instance.js";
import type { VclModule } from "../vcl/vpi.js";
import type { Worker } from "./worker.js";
import type { Reply } from "./reply.js";

/** A source that a VCL was compiled from. */
export interface ShownSource {
  readonly name: string;
  readonly text: string;
}

/** A compiled VCL and what `vcl.show` shows of it: the main source first. */
export interface CompiledVcl {
  readonly module: VclModule;
  readonly sources: readonly ShownSource[];
  /** What the compiler had to say all the same. */
  readonly warnings?: string;
}

/** Makes modules out of VCL. Rejects with a CommandFailure that carries the diagnostics. */
export interface VclCompiler {
  file(path: string): Promise<CompiledVcl>;
  text(name: string, text: string): Promise<CompiledVcl>;
}

/** What commands act on. */
export interface Control {
  readonly instance: Instance;
  readonly compiler: VclCompiler;
  /** What the loaded VCLs were compiled from. */
  readonly sources: WeakMap<VclModule, readonly ShownSource[]>;
  /** What can be started and stopped; where it is not there, the process serves as long as it runs. */
  readonly worker?: Worker;
  /** The process that serves. */
  readonly pid: number;
  /** First line of the banner: name and version of the program. */
  readonly program: string;
}

/** The words of a request. */
export interface Invocation {
  /** As given, with the command's name and its flags. */
  readonly words: readonly string[];
  /** Without the name, and without the `-j` of a command that knows it. */
  readonly args: readonly string[];
  readonly json: boolean;
}

/** A row of the table of commands. */
export interface Command {
  readonly name: string;
  /** The arguments as `help` shows them. */
  readonly syntax: string;
  readonly help: string;
  /** Fewest and most arguments, `-j` not counted. */
  readonly least: number;
  readonly most: number;
  /** Whether it knows `-j`. */
  readonly json?: true;
  /** Only `help -a` and `help -d` show it. */
  readonly debug?: true;
  /** Refuses with a CommandFailure. */
  run(control: Control, invocation: Invocation): Reply | Promise<Reply>;
}
