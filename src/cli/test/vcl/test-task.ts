import type { CachedObject } from "../../../runtime/cache/cached-object.js";
import { RequestTask } from "../../../runtime/fsm/request-task.js";
import { ObjectVariables } from "../../../runtime/fsm/variables/obj.js";
import { ResponseVariables } from "../../../runtime/fsm/variables/resp.js";
import { HttpHeaders } from "../../../runtime/http/index.js";
import type { Obj, Resp } from "../../../runtime/task.js";
import { VclFailure } from "../../../runtime/index.js";
import type { MemoryResponse } from "../../../host/memory/index.js";

/** The task that a test runs as: `req` is what it sends, `resp` and `obj` are what came of the last request. A sub reads them once, so they stay. */
export class TestTask extends RequestTask {
  override method = "vcl_deliver";
  readonly #latest: ResponseVariables = new ResponseVariables(
    this,
    new HttpHeaders(),
    0,
    "",
    this.now,
    false,
  );
  readonly #object = new DeliveredObject(() => this.host.now());
  #has = false;

  override get resp(): Resp {
    return this.#latest;
  }

  override get obj(): Obj {
    return this.#object;
  }

  /** Whether a response has come yet. */
  get hasResponse(): boolean {
    return this.#has;
  }

  /** Time has passed: `now` says so. */
  keepTime(): void {
    this.now = this.host.now();
  }

  /** Shows the test what came. */
  show(response: MemoryResponse, object: CachedObject | undefined): void {
    this.#has = true;
    this.#latest.http.replaceWith(new HttpHeaders(response.headers));
    this.#latest.status = response.status;
    this.#latest.reason = response.reason;
    this.#object.object = object;
  }
}

/** `obj`: the object that the last response was made of, as it is now. */
class DeliveredObject implements Obj {
  object: CachedObject | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get #variables(): ObjectVariables {
    if (!this.object)
      throw new VclFailure("no obj: the last response, if there was one, was made without an object");
    return new ObjectVariables(this.object, this.#now());
  }

  get http() {
    return this.#variables.http;
  }
  get age() {
    return this.#variables.age;
  }
  get can_esi() {
    return this.#variables.can_esi;
  }
  get grace() {
    return this.#variables.grace;
  }
  get hits() {
    return this.#variables.hits;
  }
  get keep() {
    return this.#variables.keep;
  }
  get proto() {
    return this.#variables.proto;
  }
  get reason() {
    return this.#variables.reason;
  }
  get status() {
    return this.#variables.status;
  }
  get storage() {
    return this.#variables.storage;
  }
  get time() {
    return this.#variables.time;
  }
  get ttl() {
    return this.#variables.ttl;
  }
  get uncacheable() {
    return this.#variables.uncacheable;
  }
}
