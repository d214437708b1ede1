import { CommandFailure, type Front, type Instance } from "../../runtime/index.js";
import type { ListeningPlace, Worker } from "../../runtime/command/index.js";
import type { ListenArgument } from "../run/listen-argument.js";
import { listenAt } from "../run/open-front.js";

/** The part that varnishd has a process of its own for: connections are taken while it runs. */
export class Serving implements Worker {
  running = false;
  places: readonly ListeningPlace[] = [];
  readonly #instance: Instance;
  readonly #arguments: readonly ListenArgument[];
  #fronts: Front[] = [];

  constructor(instance: Instance, given: readonly ListenArgument[]) {
    this.#instance = instance;
    this.#arguments = given;
  }

  async start(): Promise<void> {
    const places: ListeningPlace[] = [];
    try {
      for (const argument of this.#arguments) {
        const { front, bound } = await listenAt(this.#instance, argument);
        this.#fronts.push(front);
        for (const { address, port } of bound) places.push({ name: argument.facts.name, address, port });
      }
    } catch (error) {
      await this.stop();
      throw new CommandFailure(300, error instanceof Error ? error.message : String(error));
    }
    this.places = places;
    this.running = true;
  }

  /** Whatever is in flight is cut off, as it is when varnishd stops its worker. */
  async stop(): Promise<void> {
    const fronts = this.#fronts;
    this.#fronts = [];
    this.places = [];
    this.running = false;
    await Promise.all(fronts.map((front) => front.stop(0)));
    this.#instance.cache.clear();
  }
}
