import type { Host, TimerHandle } from "../../../runtime/index.js";
import { messageOf } from "../applied-services.js";
import type { ServiceConfig } from "../endpoint-config.js";
import type { OpenSource, ServiceSource, ServiceState } from "../service-source.js";
import type { AnswerValue } from "./answer-value.js";
import { BackOff } from "./back-off.js";
import type { HttpAnswer } from "./http-answer.js";
import { HttpClient, type HttpRequest, type ServerUrl, type TlsOf } from "./http-client.js";

/** Something that is asked over the network for services, and goes on telling of changes. */
export interface Watch {
  /** Asks for as long as it goes. Resolves where it is to be asked again, rejects with one line where that failed. */
  follow(link: Link): Promise<void>;
}

/** Thrown by a watch that has to begin anew: nothing is lost by that. */
export class BeginAnew extends Error {}

export interface RemoteOptions {
  readonly name: string;
  readonly place: string;
  readonly key: string;
  readonly family: string;
  /** Who can be asked, each as good as the others; none for what is not asked over HTTP. */
  readonly urls: readonly ServerUrl[];
  readonly tls: TlsOf;
  /** Seconds that a VCL that loads waits for the first answer. */
  readonly patience: number;
  /** The services that there will be whatever is found, without endpoints. */
  readonly expected: readonly ServiceConfig[];
  /** Makes what is watched, anew each time that the source is opened. */
  watches(): readonly Watch[];
}

/** A source over the network. What it has said last holds for as long as nobody can be asked. */
export function remoteSource(host: Host, options: RemoteOptions): ServiceSource {
  const { name, place, key, family } = options;
  return {
    ...{ name, logName: "svc", place, key, family, isLenient: true },
    open: (changed) =>
      host.isCheck ? nobodyAsked(options.expected) : new RemoteSource(host, options, changed),
  };
}

/** What takes the place of a source in a check. */
function nobodyAsked(services: readonly ServiceConfig[]): OpenSource<undefined> {
  const state = { services, rest: undefined };
  return { read: () => Promise.resolve(state), close: () => undefined };
}

/** Seconds that an exchange lasts which has ended as it should. */
const shortest = 1;
/** Seconds that a stream lasts which is none that fails at once. */
const settled = 5;

class RemoteSource implements OpenSource<undefined> {
  readonly host: Host;
  readonly #options: RemoteOptions;
  readonly #changed: () => void;
  readonly #links: readonly Link[];
  #state: ServiceState<undefined> | undefined;
  #waiting: (() => void)[] = [];

  constructor(host: Host, options: RemoteOptions, changed: () => void) {
    this.host = host;
    this.#options = options;
    this.#changed = changed;
    const watches = options.watches();
    const say = (): void => this.#said();
    this.#links = watches.map(() => new Link(host, options.urls, options.tls, say));
    for (const [index, watch] of watches.entries()) void this.#run(watch, this.#links[index] as Link);
  }

  get problem(): string | undefined {
    return this.#links.find(({ problem }) => problem !== undefined)?.problem;
  }

  async read(): Promise<ServiceState<undefined>> {
    const { patience } = this.#options;
    if (!this.#isKnown && this.problem === undefined) await this.#first(patience);
    if (!this.#isKnown) throw new Error(this.problem ?? `no answer within ${patience} s`);
    this.#state ??= {
      services: this.#links.flatMap(({ services }) => services ?? []),
      rest: undefined,
    };
    return this.#state;
  }

  close(): void {
    for (const link of this.#links) link.close();
    this.#wake();
  }

  get #isKnown(): boolean {
    return this.#links.every(({ services }) => services !== undefined);
  }

  /** Until there is an answer of each, or a problem, or the time is over. */
  #first(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.host.setTimer(seconds, resolve);
      this.#waiting.push(() => {
        this.host.clearTimer(timer);
        resolve();
      });
    });
  }

  #said(): void {
    this.#state = undefined;
    if (this.#isKnown || this.problem !== undefined) this.#wake();
    this.#changed();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #run(watch: Watch, link: Link): Promise<void> {
    const backOff = new BackOff(this.host);
    while (link.isOpen) {
      const began = this.host.monotonic();
      let isGood = false;
      try {
        await watch.follow(link);
        isGood = this.host.monotonic() - began >= shortest;
      } catch (error) {
        if (!(error instanceof BeginAnew) && link.failed(wordsOf(error))) continue;
      }
      if (!link.isOpen) return;
      if (link.wasAlive || isGood) backOff.reset();
      link.wasAlive = false;
      await link.sleep(backOff.next());
    }
  }
}

/** What exchanges over HTTP/1 that fail are called in a request's log. */
const failures: Readonly<Record<string, string>> = {
  "HTC eof (Unexpected end of input)": "the connection was closed before the answer",
  "http format error": "the answer is no HTTP",
  overflow: "the head of the answer is too long",
  timeout: "the answer has stopped",
};

/** One line for who runs the proxy: what JavaScript, or a request's log, says of it is not for them. */
function wordsOf(error: unknown): string {
  const isOwn = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
  const message = messageOf(error);
  return isOwn ? "the answer makes no sense" : (failures[message] ?? message);
}

/** What a watch has to do with: whom to ask, and who wants to know. */
export class Link {
  isOpen = true;
  /** Why nobody can be asked. */
  problem: string | undefined;
  /** The services by what is known; undefined before the first good answer. */
  services: readonly ServiceConfig[] | undefined;
  /** All has been well since this was last set back: what fails then is tried again soon. */
  wasAlive = false;
  readonly host: Host;
  readonly #client: HttpClient;
  readonly #urls: readonly ServerUrl[];
  readonly #say: () => void;
  /** Who is asked, and how many have failed one after the other. */
  #turn = 0;
  #failures = 0;
  #timer: TimerHandle;
  #wake: () => void = () => undefined;

  constructor(host: Host, urls: readonly ServerUrl[], tls: TlsOf, say: () => void) {
    this.host = host;
    this.#client = new HttpClient(host, tls);
    this.#urls = urls;
    this.#say = say;
  }

  ask(request: HttpRequest): Promise<HttpAnswer> {
    return this.#client.ask(this.#urls[this.#turn] as ServerUrl, request);
  }

  /** The lines of a stream. One that goes on for some time is a good one though it says nothing. */
  async lines(answer: HttpAnswer, take: (line: AnswerValue) => void): Promise<void> {
    const timer = this.host.setTimer(settled, () => this.alive());
    try {
      await answer.lines(take);
    } finally {
      this.host.clearTimer(timer);
    }
  }

  /** There is something new to tell. */
  say(services: readonly ServiceConfig[]): void {
    this.services = services;
    this.#isFine(undefined);
    this.#say();
  }

  /** All is well, but for the problem, and there is nothing new. */
  alive(problem?: string): void {
    const before = this.problem;
    this.wasAlive = true;
    this.#isFine(problem);
    if (problem !== before) this.#say();
  }

  /** The next one is to be asked, at once where there is one that has not failed; when nobody is left, that is a problem. */
  failed(why: string): boolean {
    if (!this.isOpen) return false;
    const asked = this.#urls[this.#turn];
    this.#turn = (this.#turn + 1) % Math.max(1, this.#urls.length);
    this.#failures += 1;
    if (this.#failures < this.#urls.length) return true;
    this.problem = asked && this.#urls.length > 1 ? `${asked.text}: ${why}` : why;
    this.#say();
    return false;
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = this.host.setTimer(seconds, resolve);
    });
  }

  close(): void {
    this.isOpen = false;
    this.#client.close();
    if (this.#timer !== undefined) this.host.clearTimer(this.#timer);
    this.#wake();
  }

  #isFine(problem: string | undefined): void {
    this.problem = problem;
    this.#failures = 0;
  }
}
