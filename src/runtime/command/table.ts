import { backendCommands } from "./backend-commands.js";
import { banCommands } from "./ban-commands.js";
import type { Command } from "./command.js";
import { debugCommands } from "./debug-commands.js";
import { globalCommands } from "./global-commands.js";
import { parameterCommands } from "./parameter-commands.js";
import { sessionCommands } from "./session-commands.js";
import { storageCommands } from "./storage-commands.js";
import { workerCommands } from "./worker-commands.js";
import { vclCommands } from "./vcl-commands.js";

/** Every command, sorted by name. */
export const commandTable: readonly Command[] = [
  ...backendCommands,
  ...banCommands,
  ...debugCommands,
  ...globalCommands,
  ...parameterCommands,
  ...sessionCommands(() => commandTable),
  ...storageCommands,
  ...vclCommands,
  ...workerCommands,
].sort((a, b) => (a.name < b.name ? -1 : 1));
