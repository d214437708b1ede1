import type { Host } from "../../../runtime/index.js";
import { AnswerValue } from "./answer-value.js";

/** What a program says of a user (`status` of ExecCredential). */
export interface Credential {
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** The program of a kubeconfig's user. */
interface ExecProgram {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly installHint: string | undefined;
  readonly wantsCluster: boolean;
}

const versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
/** Seconds that a program has to answer. */
const patience = 30;

/** Reads `exec` of a user. `place` makes a path of the file one that can be run. Throws an error with one line. */
function readProgram(exec: AnswerValue, place: (path: string) => string): ExecProgram {
  const command = exec.field("command").needed().text() ?? "";
  if (command === "") throw new Error("users.exec.command is empty");
  const apiVersion = exec.field("apiVersion").text() ?? "";
  if (!versions.includes(apiVersion))
    throw new Error(`users.exec.apiVersion is "${apiVersion}". It can be ${versions.join(" or ")}`);
  if (exec.field("interactiveMode").text() === "Always")
    throw new Error("users.exec.interactiveMode is Always: there is nobody to answer the program");
  const variables = exec.field("env").items();
  return {
    apiVersion,
    command: command.includes("/") ? place(command) : command,
    args: exec
      .field("args")
      .items()
      .map((arg) => arg.text() ?? ""),
    environment: Object.fromEntries(
      variables.map((one) => [one.field("name").needed().text() ?? "", one.field("value").text() ?? ""]),
    ),
    installHint: exec.field("installHint").text(),
    wantsCluster: exec.field("provideClusterInfo").flag() === true,
  };
}

/** Credentials that a program gives (client-go credential plugins of Kubernetes): kept until they expire, or are refused. */
export class ExecCredentials {
  readonly #program: ExecProgram;
  readonly #cluster: () => Promise<unknown>;
  readonly #host: Host;
  #current: Promise<Credential> | undefined;
  /** Seconds since the epoch. */
  #end = Infinity;

  /** `exec` and `cluster` are the kubeconfig's. Throws an error with one line where `exec` is wrong. */
  constructor(exec: unknown, cluster: () => Promise<unknown>, place: (path: string) => string, host: Host) {
    this.#program = readProgram(new AnswerValue(exec, "users.exec"), place);
    this.#cluster = cluster;
    this.#host = host;
  }

  current(): Promise<Credential> {
    if (!this.#current || this.#host.now() >= this.#end) {
      this.#end = Infinity;
      const asked = this.#run();
      this.#current = asked;
      // What has failed is tried again with the next question.
      asked.catch(() => {
        if (this.#current === asked) this.#current = undefined;
      });
    }
    return this.#current;
  }

  /** The server does not take them (any more). */
  forget(): void {
    this.#current = undefined;
  }

  async #run(): Promise<Credential> {
    const { apiVersion, command, args, environment, installHint, wantsCluster } = this.#program;
    if (!this.#host.runProgram) throw new Error(`${command}: there are no programs here`);
    const spec = { interactive: false, ...(wantsCluster && { cluster: await this.#cluster() }) };
    const info = JSON.stringify({ kind: "ExecCredential", apiVersion, spec });
    const call = {
      command,
      args,
      environment: { ...environment, KUBERNETES_EXEC_INFO: info },
      seconds: patience,
    };
    const printed = await this.#host.runProgram(call).catch((error: unknown) => {
      const hint = installHint === undefined ? "" : ` (${installHint.trim().split("\n", 1)[0] ?? ""})`;
      throw new Error(`${error instanceof Error ? error.message : String(error)}${hint}`);
    });
    try {
      return this.#read(AnswerValue.parse(printed));
    } catch (error) {
      throw new Error(`${command}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #read(said: AnswerValue): Credential {
    const { apiVersion } = this.#program;
    if (said.field("kind").text() !== "ExecCredential" || said.field("apiVersion").text() !== apiVersion)
      throw new Error(`it printed no ExecCredential of ${apiVersion}`);
    const status = said.field("status").needed();
    const token = status.field("token").text();
    const certificate = status.field("clientCertificateData").text();
    const key = status.field("clientKeyData").text();
    if ((certificate === undefined) !== (key === undefined))
      throw new Error("it printed a certificate without its key, or a key without its certificate");
    if (token === undefined && certificate === undefined)
      throw new Error("it printed neither a token nor a certificate");
    const expiry = status.field("expirationTimestamp").text();
    const end = expiry === undefined ? Infinity : Date.parse(expiry) / 1000;
    if (Number.isNaN(end)) throw new Error(`expirationTimestamp "${expiry ?? ""}" is no time`);
    this.#end = end;
    return { token, certificate, key };
  }
}
