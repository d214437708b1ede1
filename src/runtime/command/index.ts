/** Commands as varnishd's: their table, their language, and a session that speaks the protocol over any connection. */
export { challengeOf } from "./authentication.js";
export type { CompiledVcl, Control, ShownSource, VclCompiler } from "./command.js";
export { readCommands, type CommandLine } from "./command-file.js";
export { ParameterStore } from "./parameter-store.js";
export { hasLimits } from "./parameter-commands.js";
export { formatValue } from "./parameter-values.js";
export { commandTable } from "./table.js";
export { status, type Reply } from "./reply.js";
export { findCommand, readRequest, runCommand } from "./run-command.js";
export { CommandSession, type SessionReply } from "./session.js";
export type { ListeningPlace, Worker } from "./worker.js";
export { CommandSyntaxError, splitCommand } from "./words.js";
