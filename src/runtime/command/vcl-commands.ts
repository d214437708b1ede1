import { CommandFailure } from "../vcl/command-failure.js";
import type { Instance } from "../instance.js";
import type { VclListing } from "../vcl/vcl-table.js";
import type { VclState } from "../vcl/vcl.js";
import type { Command, CompiledVcl, Control, ShownSource } from "./command.js";
import { columns, jsonReply, ok, type Reply } from "./reply.js";
import { symbolTable } from "./symbol-table.js";

const stateSyntax = "[auto|cold|warm]";

export const vclCommands: readonly Command[] = [
  {
    name: "vcl.deps",
    syntax: "[-j]",
    help: "List the loaded VCLs and labels with what they depend on.",
    least: 0,
    most: 0,
    json: true,
    run({ instance }, { json, words }) {
      const deps = instance.deps();
      if (json) return jsonReply(1, words, instance.host.now(), deps);
      return ok(columns(deps.flatMap((vcl) => dependencyRows(vcl.name, vcl.deps))));
    },
  },
  {
    name: "vcl.discard",
    syntax: "<name_pattern>...",
    help: "Unload the VCLs and labels whose names match.",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    async run({ instance }, { args }) {
      await instance.discard(...args);
      return ok();
    },
  },
  {
    name: "vcl.inline",
    syntax: `<configname> <quoted_VCLstring> ${stateSyntax}`,
    help: "Compile VCL given as a word or as a here-document, and load it under the name.",
    least: 2,
    most: 3,
    run: (control, { args: [name = "", text = "", state] }) =>
      load(control, name, () => control.compiler.text(name, text), stateOf(state)),
  },
  {
    name: "vcl.label",
    syntax: "<label> <configname>",
    help: "Make a label for a VCL, or point an existing label at it.",
    least: 2,
    most: 2,
    async run({ instance }, { args: [label = "", name = ""] }) {
      await instance.label(label, name);
      return ok();
    },
  },
  {
    name: "vcl.list",
    syntax: "[-j]",
    help: "List the loaded VCLs and labels.",
    least: 0,
    most: 0,
    json: true,
    run({ instance, worker }, { json, words }) {
      const list = instance.list();
      // Nothing counts requests while nobody serves.
      const uses = (worker?.running ?? true) ? String : () => "-";
      return json
        ? jsonReply(2, words, instance.host.now(), list.map(jsonListing))
        : ok(columns(list.map((listing) => listingRow(listing, uses(listing.busy)))));
    },
  },
  {
    name: "vcl.load",
    syntax: `<configname> <filename> ${stateSyntax}`,
    help: "Compile the file and load it under the name.",
    least: 2,
    most: 3,
    run: (control, { args: [name = "", file = "", state] }) =>
      load(control, name, () => control.compiler.file(file), stateOf(state)),
  },
  {
    name: "vcl.show",
    syntax: "[-v] [<configname>]",
    help: "Show the source of a VCL, the active one unless named; -v shows included files and the built-in VCL too.",
    least: 0,
    most: 2,
    run: (control, { args }) => show(control, args),
  },
  {
    name: "vcl.state",
    syntax: `<configname> <auto|cold|warm>`,
    help: "Keep a VCL warm or cold, or let use decide.",
    least: 2,
    most: 2,
    async run({ instance }, { args: [name = "", state = ""] }) {
      await instance.setState(name, stateOf(state));
      return ok();
    },
  },
  {
    name: "vcl.symtab",
    syntax: "",
    help: "Show which VCLs and labels refer to which.",
    least: 0,
    most: 0,
    debug: true,
    run: ({ instance }) => ok(symbolTable(instance)),
  },
  {
    name: "vcl.use",
    syntax: "<configname|label>",
    help: "New requests start in this VCL from now on.",
    least: 1,
    most: 1,
    run: async ({ instance }, { args: [name = ""] }) => ok(await instance.use(name)),
  },
];

/** Compiles, loads, and remembers the source for `vcl.show`. */
async function load(
  { instance, sources }: Control,
  name: string,
  compile: () => Promise<CompiledVcl>,
  state: VclState,
): Promise<Reply> {
  instance.checkNewName(name);
  refuseTooMany(instance);
  const { module, sources: compiled, warnings = "" } = await compile();
  sources.set(module, compiled);
  await instance.load(name, module, state);
  return ok(warnings + warningOfMany(instance));
}

const seeParameters = "(See max_vcl and max_vcl_handling parameters)";

function refuseTooMany(instance: Instance): void {
  const { max_vcl, max_vcl_handling } = instance.params;
  const count = instance.vcls().length;
  if (max_vcl_handling === 2 && count >= max_vcl)
    throw new CommandFailure(300, `Too many (${count}) VCLs already loaded\n${seeParameters}`);
}

function warningOfMany(instance: Instance): string {
  const { max_vcl, max_vcl_handling } = instance.params;
  const count = instance.vcls().length;
  if (max_vcl_handling !== 1 || count <= max_vcl) return "";
  return `${count} VCLs loaded\nRemember to vcl.discard the old/unused VCLs.\n${seeParameters}\n`;
}

function stateOf(text = "auto"): VclState {
  if (text === "auto" || text === "cold" || text === "warm") return text;
  throw new CommandFailure(106, "State must be one of auto, cold or warm.");
}

function dependencyRows(name: string, deps: readonly string[]): string[][] {
  return deps.length === 0 ? [[name]] : deps.map((dep) => [name, dep]);
}

function listingRow({ status, state, temperature, name, label, labels }: VclListing, busy: string): string[] {
  const row = [status, state, temperature, busy, name];
  if (label) {
    const refs = label.refs > 0 ? ` (${label.refs} return(vcl)${label.refs > 1 ? "s" : ""})` : "";
    return [...row, "->", `${label.name}${refs}`];
  }
  return labels > 0 ? [...row, "<-", `(${labels} label${labels > 1 ? "s" : ""})`] : row;
}

function jsonListing({ label, labels, ...listing }: VclListing): object {
  if (label) {
    const refs = label.refs > 0 ? { refs: label.refs } : {};
    return { ...listing, label: { name: label.name, ...refs } };
  }
  return labels > 0 ? { ...listing, labels } : listing;
}

function show({ instance, sources }: Control, args: readonly string[]): Reply {
  const verbose = args[0] === "-v";
  const [name, surplus] = verbose ? args.slice(1) : args;
  if (surplus !== undefined) throw new CommandFailure(106, `Too many parameters: '${surplus}'`);
  const vcl = name === undefined ? instance.active : instance.vcl(name);
  if (!vcl) {
    throw new CommandFailure(106, name === undefined ? "No active VCL" : `No VCL named '${name}'`);
  }
  const shown = sources.get(vcl.module) ?? [];
  if (!verbose) return ok(shown[0]?.text ?? "");
  return ok(shown.map(withHead).join(""));
}

function withHead({ name, text }: ShownSource, index: number): string {
  return `// VCL.SHOW ${index} ${text.length} ${name}\n${text}\n`;
}
