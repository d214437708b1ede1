import { backendCommands } from "./backend-commands.js";
import { banCommands } from "./ban-commands.js";
import type { Command } from "./command.js";
import { globalCommands } from "./global-commands.js";
import { parameterCommands } from "./parameter-commands.js";
import { sessionCommands } from "./session-commands.js";
import { storageCommands } from "./storage-commands.js";
import { vclCommands } from "./vcl-commands.js";

/** Every command, sorted by name. */
export const commandTable: readonly Command[] = [
  ...backendCommands,
  ...banCommands,
  ...globalCommands,
  ...parameterCommands,
  ...sessionCommands(() => commandTable),
  ...storageCommands,
  ...vclCommands,
].sort((a, b) => (a.name < b.name ? -1 : 1));
