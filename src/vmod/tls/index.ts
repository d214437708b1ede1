import {
  Backend as VclBackend,
  VclFailure,
  type BackendDefinition,
  type Director,
  type HousekeepingTask,
  type Priv,
  type Task,
  type VclEvent,
} from "../../runtime/index.js";
import { splitHostPort } from "../../runtime/backend/resolve-endpoint.js";
import { ClientSettings, type ClientOptions } from "./client-settings.js";
import { ClientTransport } from "./client-transport.js";
import type { BackendArgs, ClientArgs } from "./tls.vcc.js";

export { serverTransport } from "./server-transport.js";

/** Files can say of backends that they use TLS as soon as a VCL imports this. */
export function event({ control, host }: HousekeepingTask, _priv: Priv, event: VclEvent): void {
  if (event !== "load") return;
  control.transports.set("tls", (who, settings, backend) =>
    prepare({ control, host }, who, settings, nameOf(backend)),
  );
}

/** A backend that uses TLS, whoever has declared it; tls.vcc says what the arguments mean. */
class SecureBackend {
  readonly #director: Director;
  readonly #forget: () => void;

  protected constructor(director: Director, forget: () => void) {
    this.#director = director;
    this.#forget = forget;
  }

  backend(_task: Task): Director {
    return this.#director;
  }

  /** Runs when the VCL is discarded. */
  fini(): void {
    this.#forget();
  }
}

/** `new api_tls = tls.client(api, …)` */
export class Client extends SecureBackend {
  static async create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    { backend, ...options }: ClientArgs,
  ): Promise<Client> {
    if (!(backend instanceof VclBackend)) {
      const given = backend ? `${backend.vclName} is a director` : "there is none";
      throw new VclFailure(
        `${vclName}: tls.client() is about a backend that this VCL declares, and ${given}`,
      );
    }
    const { transport, forget } = await prepare(task, vclName, options, nameOf(backend.definition));
    task.useTransport(backend, transport);
    return new Client(backend, forget);
  }
}

/** `new api = tls.backend("api.example.com", "443", …)` */
export class Backend extends SecureBackend {
  static async create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    args: BackendArgs,
  ): Promise<Backend> {
    const { host = "", port = "443", ...rest } = args;
    if (host === "") throw new VclFailure(`${vclName}: tls.backend() without a host`);
    const {
      host_header,
      probe,
      max_connections,
      connect_timeout,
      first_byte_timeout,
      between_bytes_timeout,
    } = rest;
    const definition: BackendDefinition = {
      host,
      port,
      ...(host_header !== undefined && { hostHeader: host_header }),
      ...(probe && { probe }),
      ...(max_connections !== undefined && { maxConnections: max_connections }),
      ...(connect_timeout !== undefined && { connectTimeout: connect_timeout }),
      ...(first_byte_timeout !== undefined && { firstByteTimeout: first_byte_timeout }),
      ...(between_bytes_timeout !== undefined && { betweenBytesTimeout: between_bytes_timeout }),
    };
    const { ca, certificate, key, verify, verify_host, sni, server_name, min_version } = rest;
    const options = { ca, certificate, key, verify, verify_host, sni, server_name, min_version };
    const { transport, forget } = await prepare(task, vclName, options, nameOf(definition));
    return new Backend(await task.addBackend(vclName, { ...definition, transport }), forget);
  }
}

/** What others know the backend as: the host that it is at, without its port; "" for a socket's path. */
function nameOf({ host, path }: BackendDefinition): string {
  return path === undefined ? splitHostPort(host ?? "").host : "";
}

async function prepare(
  task: Pick<HousekeepingTask, "control" | "host">,
  vclName: string,
  options: ClientOptions,
  host: string,
): Promise<{ readonly transport: ClientTransport; readonly forget: () => void }> {
  const settings = new ClientSettings(vclName, options, host);
  await settings.read(task.host);
  const forget = task.control.atReload(() => settings.read(task.host));
  return { transport: new ClientTransport(settings), forget };
}
