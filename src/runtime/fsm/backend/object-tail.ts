import type { BodyLink } from "../../body/filter-kind.js";
import { FetchFailure } from "../../backend/transport.js";
import type { FetchTask } from "../fetch-task.js";
import { noStorage } from "./place-object.js";

/** Bytes that a fetch runs ahead of the only client it is for, where VCL sets no transit_buffer. */
export const defaultTransit = 256 * 1024;

/** Puts what comes out of the filters into the object, as far as its storage has room for it. */
export class ObjectTail implements BodyLink {
  private readonly task: FetchTask;

  constructor(task: FetchTask) {
    this.task = task;
  }

  /** The object is delivered while it comes; its length, where that is known. What can never be kept makes nobody else go. */
  begin(length = 0): void {
    const { object } = this.task;
    const { storage } = object;
    if (storage && !object.body.inTransit && object.size + length > storage.limit) this.deliverOnly();
  }

  write(chunk: Uint8Array): void | Promise<void> {
    const { object, core, nukes } = this.task;
    if (object.body.unwanted) throw new Error("nobody wants the body any more");
    if (object.isPrivate || object.body.inTransit) core.count("transit_stored", chunk.length);
    const wait = object.body.append(chunk);
    const fits = core.cache.account(object, nukes);
    if (object.body.inTransit) return fits ? wait : object.body.emptied();
    if (object.state === "busy") {
      if (!fits) throw new FetchFailure(noStorage);
    } else if (!fits || object.dying) this.deliverOnly();
  }

  end(): void {
    // The object ends with the fetch.
  }

  /** There is no room for it, or it was taken out meanwhile: those who read it get it to its end, and nobody else. */
  private deliverOnly(): void {
    const { object, core, beresp, nukes } = this.task;
    core.cache.kill(object);
    object.body.startTransit(beresp.transit_buffer || defaultTransit);
    core.cache.account(object, nukes);
  }
}
