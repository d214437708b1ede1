import { hostname } from "node:os";
import { NodeHost, type CommandPort } from "../../host/node/index.js";
import { nodeSourceReader } from "../../host/node/source-reader.js";
import { ParameterStore, type Control } from "../../runtime/command/index.js";
import { defaultParameters, Instance, type Front } from "../../runtime/index.js";

import { CliError } from "../cli-error.js";
import type { CompilerFlags } from "../analyze-options.js";
import { commandPortAddress, controlOf, openCommandPort } from "./command-port.js";
import { answeringCompiler, printingCompiler, type ThreadedCompiler } from "./compilers.js";
import { readListenArguments } from "./listen-argument.js";
import { joinedSinks, printRecords } from "./log-sinks.js";
import { readParameter } from "./parameters.js";
import { Observing, type ObserveFlags } from "./observe/observing.js";
import { openFront } from "./open-front.js";
import { defaultDrainTime, stopSignal, surviveClosedOutput } from "./signals.js";
import { runCommands } from "./run-commands.js";
import { closeStorages, openStorages, readStorageArguments } from "./storage-arguments.js";
import { tidyStorage } from "./tidy-storage.js";
import { openWorkFolder, type WorkFolderFlags } from "./work-folder.js";

/** What the options of `vclc run` are parsed to. */
export interface RunFlags extends CompilerFlags, WorkFolderFlags, ObserveFlags {
  readonly file?: readonly string[];
  readonly commands?: string;
  readonly commandPort?: string;
  readonly secret?: string;
  readonly listen?: readonly string[];
  readonly param?: readonly string[];
  readonly storage?: readonly string[];
  readonly identity?: string;
  readonly drainTime?: string;
  readonly log?: boolean;
}

/** Loads what the flags name, answers requests until a signal says stop, and lets the requests in flight finish. */
export async function runProxy(flags: RunFlags): Promise<void> {
  surviveClosedOutput();
  const drainTime = readDrainTime(flags.drainTime);
  const addresses = readListenArguments(flags.listen ?? [":8080"]);
  const commandAddress = commandPortAddress(flags);
  const parameters = readParameters(flags);
  const storages = await openStorages(readStorageArguments(flags.storage ?? []));
  const identity = flags.identity ?? hostname();
  const observing = await Observing.open(flags, identity);
  const publication = openWorkFolder(flags, identity, parameters);
  const log = joinedSinks([
    ...(flags.log ? [printRecords] : []),
    ...(publication ? [publication.log] : []),
    ...observing.sinks,
  ]);
  const host = new NodeHost(log && { log });
  const instance = new Instance(host, {
    parameters,
    storages,
    identity,
    ...(observing.propagation && { propagation: observing.propagation }),
  });
  publication?.start(instance);
  tidyStorage(instance);
  const fronts: Front[] = [];
  const control = controlOf(instance, printingCompiler(flags));
  const ports: CommandPort[] = [];
  const compilers: ThreadedCompiler[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(ports.map((port) => port.stop()));
    await Promise.all(compilers.map((compiler) => compiler.stop()));
    await Promise.all(fronts.map((front) => front.stop(drainTime)));
    await instance.shutdown();
    await closeStorages(storages);
    await host.close();
    await observing.close();
    publication?.close();
  };
  try {
    await observing.start(instance);
    await loadAll(instance, flags, control);
    if (commandAddress) {
      const compiler = answeringCompiler(flags);
      compilers.push(compiler);
      ports.push(await openCommandPort(commandAddress, { ...control, compiler }, flags));
    }
    for (const address of addresses) fronts.push(await openFront(instance, address));
  } catch (error) {
    await stop();
    throw error;
  }
  await stopSignal(instance, fronts, drainTime);
  await stop();
}

async function loadAll(instance: Instance, flags: RunFlags, control: Control): Promise<void> {
  const files = flags.file ?? [];
  if (files.length === 0 && flags.commands === undefined && flags.commandPort === undefined) {
    throw new CliError("nothing to run: give a VCL file with -f, or a file of commands with -I");
  }
  for (const [index, file] of files.entries()) {
    const name = files.length === 1 ? "boot" : `boot${index}`;
    await refusalsAsErrors(file, async () => {
      const { module, sources } = await control.compiler.file(file);
      control.sources.set(module, sources);
      await instance.load(name, module);
      await instance.use(name);
    });
  }
  if (flags.commands === undefined) return;
  const content = nodeSourceReader.read(flags.commands);
  if ("error" in content) throw new CliError(`cannot read ${flags.commands}: ${content.error}`);
  await runCommands(flags.commands, content.text, control);
  if (!instance.list().some(({ status }) => status === "active")) {
    throw new CliError(`${flags.commands}: no VCL is active. End it with vcl.use NAME`);
  }
}

async function refusalsAsErrors(file: string, load: () => Promise<void>): Promise<void> {
  try {
    await load();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readDrainTime(text: string | undefined): number {
  const seconds = text === undefined ? defaultDrainTime : Number(text);
  if (!(seconds >= 0)) throw new CliError(`--drain-time takes seconds, not "${text}"`);
  return seconds;
}

function readParameters(flags: RunFlags): ParameterStore {
  const store = new ParameterStore({ ...defaultParameters });
  for (const text of flags.param ?? []) {
    const wrong = readParameter(text, store);
    if (wrong !== undefined) throw new CliError(wrong);
  }
  return store;
}
