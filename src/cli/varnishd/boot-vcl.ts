import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { nodeSourceReader } from "../../host/node/source-reader.js";
import type { Control } from "../../runtime/command/index.js";
import { CliError } from "../cli-error.js";
import { runCommands } from "../run/run-commands.js";
import type { VarnishdArguments } from "./arguments.js";

/** Loads and uses what `-f` and `-b` name, then carries out the commands of `-I`. */
export async function loadAtStart(given: VarnishdArguments, control: Control): Promise<void> {
  const files = given.all("f").filter((file) => file !== "");
  const backend = given.one("b");
  if (backend !== undefined && files.length > 0) throw new CliError("Only one of -b or -f can be specified");
  for (const [index, file] of files.entries()) {
    const compiled = await control.compiler.file(found(file, control));
    await use(control, files.length === 1 ? "boot" : `boot${index}`, compiled);
  }
  if (backend !== undefined) {
    const text = `vcl 4.1;\n\n${backendDeclaration(backend)}\n`;
    await use(control, "boot", await control.compiler.text("<-b>", text));
  }
  const commands = given.one("I");
  if (commands === undefined) return;
  const content = nodeSourceReader.read(commands);
  if ("error" in content) throw new CliError(`Can't open ${commands}: ${content.error}`);
  await runCommands(commands, content.text, control);
}

/** A relative path is looked for in the folders of `vcl_path`, and nowhere else. */
function found(file: string, { instance }: Control): string {
  const folders = isAbsolute(file) ? [""] : String(instance.parameters.get("vcl_path")).split(":");
  const paths = folders.map((folder) => join(folder, file));
  const path = paths.find((candidate) => existsSync(candidate));
  if (path === undefined) throw new CliError(`Cannot read -f file '${file}' (No such file or directory)`);
  return path;
}

async function use(
  { instance, sources }: Control,
  name: string,
  { module, sources: texts }: Awaited<ReturnType<Control["compiler"]["file"]>>,
): Promise<void> {
  sources.set(module, texts);
  await instance.load(name, module);
  await instance.use(name);
}

/** `none`, a path, or `host[:port]`. */
function backendDeclaration(text: string): string {
  if (text.toLowerCase() === "none") return "backend default none;";
  if (text.startsWith("/")) return `backend default { .path = "${quoted(text)}"; }`;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]\s]+))(?::([^:\s]+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new CliError(`invalid -b argument: ${text}`);
  const ofPort = port === undefined ? "" : ` .port = "${quoted(port)}";`;
  return `backend default { .host = "${quoted(host)}";${ofPort} }`;
}

/** VCL's strings have no escapes. */
function quoted(text: string): string {
  if (/["\n]/.test(text)) throw new CliError(`invalid -b argument: ${text}`);
  return text;
}
