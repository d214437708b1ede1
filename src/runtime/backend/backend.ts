import type { Director, Health } from "../director/director.js";
import type { DirectorList } from "../director/director-list.js";
import { References } from "../director/references.js";
import type { BackendTask, BackendTransaction, ClientTask } from "../task.js";
import type { BackendDefinition } from "../vcl/vpi.js";
import { Fetcher } from "./fetcher.js";
import type { BackendServices } from "./backend-services.js";
import type { HealthHistory } from "./health-history.js";
import { identityOf } from "./identity.js";
import { Opening } from "./opening.js";
import { PollSpecification } from "./poll-specification.js";
import type { AdminHealth, BackendReference, SharedBackend } from "./shared-backend.js";
import type { BackendResponse, Endpoint, RawConnection, TransactionLog, Transport } from "./transport.js";

/**
 * A backend as one VCL sees it: its limits, its time-outs, its probe. What is true of it whoever asks is in the state that it shares with the
 * backends of its identity in other VCLs. Belongs to the VCL that declares it, or to the global list.
 */
export class Backend implements Director, BackendReference {
  readonly vclName: string;
  readonly kind = "backend";
  readonly endpoint: Endpoint;
  /** Set by the constructor and by `useTransport`, as what follows from it is. */
  definition!: BackendDefinition;
  pollSpecification: PollSpecification | undefined;
  /** Present once it counts its references. */
  declare retain?: () => void;
  declare release?: () => void;
  readonly #services: BackendServices;
  #opening!: Opening;
  #fetcher!: Fetcher;
  #fullName: string;
  #references: References | undefined;
  #shared: SharedBackend | undefined;
  #warm = false;

  /** `endpoint` may get its address later, but before anything else is asked of the backend. */
  constructor(
    vclName: string,
    fullName: string,
    definition: BackendDefinition,
    endpoint: Endpoint,
    services: BackendServices,
  ) {
    this.vclName = vclName;
    this.#fullName = fullName;
    this.endpoint = endpoint;
    this.#services = services;
    this.#define(definition);
  }

  /** What HTTP goes over from now on. Only before it is warm: nobody has a connection yet. */
  useTransport(transport: Transport): void {
    const known = this.#shared;
    if (known) this.#services.shared.leave(known, this);
    this.#shared = undefined;
    this.#define({ ...this.definition, transport });
    if (known) this.attach();
  }

  /** What requests without Host and probes send as Host. */
  get hostHeader(): string {
    return this.definition.hostHeader ?? this.definition.host ?? "0.0.0.0";
  }

  get fullName(): string {
    return this.#fullName;
  }

  get warm(): boolean {
    return this.#warm;
  }

  /** The state that it shares, from when its address is known. */
  get shared(): SharedBackend {
    return (this.#shared ??= this.#services.shared.join(
      identityOf(this.vclName, this.endpoint, this.definition, this.#opening),
      this,
    ));
  }

  /** What probes found out; undefined when this VCL has no probe for it, and so does not care. */
  get history(): HealthHistory | undefined {
    return this.pollSpecification && this.shared.history;
  }

  get admin(): AdminHealth {
    return this.shared.admin;
  }

  /** Connections in use, by whatever VCL. */
  get connections(): number {
    return this.shared.slots.used;
  }

  /** `backend.set_health` */
  setHealth(admin: AdminHealth): void {
    this.shared.setHealth(admin);
  }

  health(): Health {
    const { history } = this;
    const { admin, adminChanged, since } = this.shared;
    if (admin !== "auto") return { healthy: admin === "healthy", changed: adminChanged };
    return { healthy: history?.healthy ?? true, changed: Math.max(history?.changed ?? since, adminChanged) };
  }

  /** Its address is known: it refers to its shared state from now on, warm or not. */
  attach(): void {
    void this.shared;
  }

  /** The VCL has become warm: its probe may run. */
  warmUp(): void {
    this.#warm = true;
    this.shared.warmed(this);
  }

  /** The VCL becomes cold: its probe must not run. */
  cool(): void {
    this.#warm = false;
    this.#shared?.cooled(this);
  }

  /** Its VCL has become the active one: its probe is to be the one that runs. */
  prefer(): void {
    this.shared.prefer(this);
  }

  /** It ends, with its VCL or by itself: its state retires unless somebody else refers to it. */
  end(): void {
    this.#warm = false;
    if (this.#shared) this.#services.shared.leave(this.#shared, this);
  }

  /** References held now; 0 while it lives as long as its VCL, and once it has retired. */
  get references(): number {
    return this.#references?.count ?? 0;
  }

  /** From now on it counts its references, of which the caller owns the first: it is on that list until the last one goes. */
  countOn(list: DirectorList): void {
    const references = new References(this.vclName, () => list.resign(this));
    this.#references = references;
    this.retain = () => references.retain();
    this.release = () => references.release();
    list.add(this);
  }

  /** Makes it a backend of the global list: it belongs to no VCL and is always warm. Health and connections stay as they are. */
  moveTo(list: DirectorList): void {
    this.#fullName = `global.${this.vclName}`;
    this.countOn(list);
    this.warmUp();
  }

  /** Called by its list once nobody holds or walks it any more. */
  retire(): void {
    this.end();
  }

  #define(definition: BackendDefinition): void {
    this.definition = definition;
    this.#opening = new Opening(definition, this.endpoint, this.hostHeader);
    this.pollSpecification =
      definition.probe &&
      new PollSpecification(definition.probe, this.#opening, definition.transport, this.hostHeader);
    this.#fetcher = new Fetcher(this, this.#opening, this.#services);
  }

  fetch(task: BackendTask): Promise<BackendResponse> {
    return this.#fetcher.fetch(task as BackendTransaction);
  }

  open(task: ClientTask, connectTimeout?: number, records?: TransactionLog): Promise<RawConnection> {
    return this.#fetcher.open(task, connectTimeout, records);
  }
}

/** A backend that is made for the global list: it belongs to no VCL and is always warm. */
export class GlobalBackend extends Backend {
  declare retain: () => void;
  declare release: () => void;

  constructor(
    name: string,
    definition: BackendDefinition,
    endpoint: Endpoint,
    services: BackendServices,
    list: DirectorList,
  ) {
    super(name, `global.${name}`, definition, endpoint, services);
    this.moveTo(list);
  }
}
