import { serveThread } from "../../host/node/thread.js";
import type { CompilerFlags } from "../analyze-options.js";
import { compileVcl, type CompileJob, type CompileResult } from "./compile-vcl.js";

/** The thread on which a running proxy compiles: requests go on meanwhile. */
serveThread((flags: CompilerFlags) => {
  const compile = (job: CompileJob): CompileResult => compileVcl(job, flags, false);
  // Once for nothing, so that the first real job does not wait for what the compiler does only once.
  compile({ name: "start", text: "vcl 4.1; backend default none;" });
  return compile;
});
