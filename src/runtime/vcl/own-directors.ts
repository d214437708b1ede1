import { Backend } from "../backend/backend.js";
import { resolveEndpoint } from "../backend/resolve-endpoint.js";
import type { Director } from "../director/director.js";
import type { OwnDirectors } from "../task.js";
import type { LoadServices } from "./load-services.js";
import type { Vcl } from "./vcl.js";
import type { BackendDefinition } from "./vpi.js";

/** The directors of one VCL as VMODs see them that make and end some while it runs. */
export class VclDirectors implements OwnDirectors {
  readonly #vcl: Vcl;
  readonly #services: LoadServices;

  constructor(vcl: Vcl, services: LoadServices) {
    this.#vcl = vcl;
    this.#services = services;
  }

  add(director: Director): void {
    this.#vcl.directors.add(director);
  }

  remove(director: Director): void {
    this.#vcl.directors.remove(director);
  }

  async addBackend(name: string, definition: BackendDefinition): Promise<Director> {
    const { backends, isActive } = this.#services;
    const vcl = this.#vcl;
    const endpoint = await resolveEndpoint(name, definition, backends.host);
    const backend = new Backend(name, `${vcl.name}.${name}`, definition, endpoint, backends);
    backend.countOn(vcl.directors);
    backend.attach();
    if (vcl.temperature === "warm" || vcl.temperature === "busy") backend.warmUp();
    if (isActive(vcl)) backend.prefer();
    return backend;
  }
}
