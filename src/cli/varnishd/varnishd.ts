import { hostname } from "node:os";
import { rmSync, writeFileSync } from "node:fs";
import { NodeHost, type CommandPort } from "../../host/node/index.js";
import { installedLogFormat } from "../../host/node/vsm/log-format.js";
import { Publication } from "../../host/node/vsm/publication.js";
import { workFolder } from "../../host/node/vsm/shared-memory.js";
import { ParameterStore, type Control } from "../../runtime/command/index.js";
import { CommandFailure, defaultParameters, Instance, type Storage } from "../../runtime/index.js";
import { CliError } from "../cli-error.js";
import { packageVersion } from "../package-version.js";
import { controlOf } from "../run/command-port.js";
import { answeringCompiler, type ThreadedCompiler } from "../run/compilers.js";
import { joinedSinks } from "../run/log-sinks.js";
import { Observing } from "../run/observe/observing.js";
import { tidyStorage } from "../run/tidy-storage.js";
import { readListenArguments } from "../run/listen-argument.js";
import { readParameter } from "../run/parameters.js";
import { closeStorages, openStorages, readStorageArguments } from "../run/storage-arguments.js";
import { surviveClosedOutput } from "../run/signals.js";
import { readArguments, type VarnishdArguments } from "./arguments.js";
import { documentOf } from "./documentation.js";
import { loadAtStart } from "./boot-vcl.js";
import { commandsAt, commandsFrom, commandsFromInput } from "./command-input.js";
import { detach, tellParent } from "./detach.js";
import { openSecret } from "./secret.js";
import { Serving } from "./serving.js";

const noExtensions =
  "-E loads an extension, a library of machine code for varnishd itself. This process runs none: what it did, a VMOD in a folder of -p vmod_path can do";

/** Number before that of the first transaction, as Varnish's tests expect it. */
const testsXid = 999;

/** Starts as varnishd does, with its arguments, and runs until it is told to end. */
export async function runVarnishd(args: readonly string[]): Promise<void> {
  const given = readArguments(args);
  if (given.has("V")) {
    process.stdout.write(`varnishd (vclc-${packageVersion()})\n`);
    return;
  }
  if (given.has("x")) {
    process.stdout.write(documentOf(given), "latin1");
    return;
  }
  if (given.has("E")) throw new CliError(noExtensions);
  const parameters = readParameters(given);
  if (given.has("C")) return check(given, parameters);
  const inForeground = given.has("d") || given.has("F");
  if (!inForeground) return detach(args);
  surviveClosedOutput();
  const storages = await openStorages(readStorageArguments(given.all("s")));
  const observing = await Observing.open(given.observe, identityOf(given));
  const daemon = new Varnishd(given, parameters, storages, observing);
  try {
    await daemon.begin();
    tellParent();
    await daemon.untilEnd();
  } finally {
    await daemon.end();
  }
}

function readParameters(given: VarnishdArguments): ParameterStore {
  const store = new ParameterStore({ ...defaultParameters });
  const seconds = given.one("t");
  const [space] = given.one("l")?.split(",") ?? [];
  const texts = [
    ...given.all("p"),
    ...(seconds === undefined ? [] : [`default_ttl=${seconds}`]),
    ...(space === undefined ? [] : [`vsl_space=${space}`]),
  ];
  for (const text of texts) {
    const wrong = readParameter(text, store);
    if (wrong !== undefined) throw new CliError(wrong);
  }
  for (const name of given.all("r").flatMap((names) => names.split(","))) {
    if (!store.fact(name)) throw new CliError(`Unknown parameter ${name}`);
    store.protect(name);
  }
  return store;
}

/** `-C`: compiles, and ends with what there is to say about that. */
async function check(given: VarnishdArguments, parameters: ParameterStore): Promise<void> {
  const compiler = answeringCompiler({}, () => parameters);
  try {
    for (const file of given.all("f")) {
      const { warnings } = await compiler.file(file);
      process.stderr.write(warnings ?? "");
    }
  } catch (error) {
    throw refusal(error);
  } finally {
    await compiler.stop();
  }
}

function refusal(error: unknown): unknown {
  return error instanceof CommandFailure ? new CliError(error.message.trimEnd()) : error;
}

/** A process that was started as varnishd. */
class Varnishd {
  readonly #given: VarnishdArguments;
  readonly #storages: readonly Storage[];
  readonly #publication: Publication;
  readonly #host: NodeHost;
  readonly #instance: Instance;
  readonly #observing: Observing;
  readonly #serving: Serving;
  readonly #compiler: ThreadedCompiler;
  readonly #control: Control;
  readonly #ports: CommandPort[] = [];
  #ownSecret: string | undefined;

  constructor(
    given: VarnishdArguments,
    parameters: ParameterStore,
    storages: readonly Storage[],
    observing: Observing,
  ) {
    this.#given = given;
    this.#storages = storages;
    this.#observing = observing;
    const identity = identityOf(given);
    const places = readListenArguments(given.has("a") ? given.all("a") : [":80"]);
    this.#publication = publish(given, identity, parameters);
    const log = joinedSinks([this.#publication.log, ...observing.sinks]);
    this.#host = new NodeHost(log && { log });
    this.#instance = new Instance(this.#host, {
      parameters,
      identity,
      storages,
      ...(observing.propagation && { propagation: observing.propagation }),
    });
    if (parameters.hasBit("debug", "vtc_mode")) this.#instance.lastXid = testsXid;
    this.#publication.start(this.#instance);
    tidyStorage(this.#instance);
    this.#serving = new Serving(this.#instance, places);
    this.#compiler = answeringCompiler({}, () => parameters);
    this.#control = { ...controlOf(this.#instance, this.#compiler), worker: this.#serving };
  }

  /** Does what the arguments say; with `-d`, serving waits for `start`. */
  async begin(): Promise<void> {
    const given = this.#given;
    const pidFile = given.one("P");
    if (pidFile !== undefined) writeFileSync(pidFile, `${process.pid}\n`);
    try {
      await this.#observing.start(this.#instance);
      await loadAtStart(given, this.#control);
      await this.#openCommands();
      if (given.has("d")) return;
      if (this.#instance.active) await this.#serving.start();
      else if (!given.has("f")) throw new CliError("Neither -b nor -f given. (use -f '' to override)");
    } catch (error) {
      throw refusal(error);
    }
  }

  /** Until a signal asks for the end, or standard input ends where commands come from it. */
  async untilEnd(): Promise<void> {
    const signal = new Promise<void>((resolve) => {
      for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => resolve());
    });
    await (this.#given.has("d") ? Promise.race([signal, commandsFromInput(this.#control)]) : signal);
  }

  async end(): Promise<void> {
    await Promise.all(this.#ports.map((port) => port.stop()));
    await this.#compiler.stop();
    await this.#serving.stop();
    await this.#instance.shutdown();
    await closeStorages(this.#storages);
    await this.#host.close();
    await this.#observing.close();
    this.#publication.close();
    const pidFile = this.#given.one("P");
    if (pidFile !== undefined) rmSync(pidFile, { force: true });
    if (this.#ownSecret !== undefined) rmSync(this.#ownSecret, { force: true });
    process.stdin.destroy();
  }

  async #openCommands(): Promise<void> {
    const given = this.#given;
    const secret = openSecret(given.one("S"), this.#publication.folder);
    if (secret) this.#publication.tell({ "-S": `${secret.path}` });
    if (secret?.isOwn) this.#ownSecret = secret.path;
    const address = given.one("T") ?? "localhost:0";
    if (address !== "none") {
      const { port, told } = await commandsAt(address, this.#control, secret);
      this.#ports.push(port);
      this.#publication.tell({ "-T": told });
    }
    for (const master of given.all("M")) {
      this.#ports.push(await commandsFrom(master, this.#control, secret));
    }
  }
}

function identityOf(given: VarnishdArguments): string {
  return given.one("i") ?? hostname();
}

function publish(given: VarnishdArguments, identity: string, parameters: ParameterStore): Publication {
  try {
    return new Publication({
      folder: workFolder(given.one("n") ?? "varnishd"),
      identity,
      format: installedLogFormat(),
      mode: "on",
      space: Number(parameters.get("vsl_space")),
      failed: (reason) => void process.stderr.write(`vclc: ${reason}\n`),
    });
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}
