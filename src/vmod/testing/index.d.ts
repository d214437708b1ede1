// Generated from testing.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { ClientTask, HousekeepingTask, Task } from "../../runtime/index.js";

export interface SendArgs {
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  readonly body?: string | undefined;
  readonly client?: string | undefined;
}

export interface OriginArgs {
  readonly backend?: string | undefined;
  readonly path?: string | undefined;
}

export interface OriginAnswerArgs {
  readonly status: number;
  readonly body?: string | undefined;
}

export interface OriginSetHeaderArgs {
  readonly name: string | undefined;
  readonly value?: string | undefined;
}

/**
 * What is behind a backend of the policy: the one that the object is called after, or the one named. One that no object stands for answers 200 with
 * nothing in it. "ADDRESS:PORT" stands for a backend that a VMOD makes. With a path, the object is about requests for that path only, without
 * their query.
 */
export interface Origin {
  /** Answers so from now on, in place of all that was said before. */
  readonly answer: (task: Task, args: OriginAnswerArgs) => void;

  /** A field of the answers; without a value there is none. */
  readonly set_header: (task: Task, args: OriginSetHeaderArgs) => void;

  /** Answers with the request as JSON: method, url, path, query, headers, body. */
  readonly echo: (task: Task) => void;

  /** Answers after that time. */
  readonly delay: (task: Task, time: number) => void;

  /** Resets the connection in place of an answer, or never answers. */
  readonly fail: (task: Task, how: "reset" | "silent") => void;

  /** What the operator says of the backend's health, as with the command backend.set_health. */
  readonly set_health: (task: ClientTask, state: "auto" | "healthy" | "sick") => void | Promise<void>;

  /** How many requests it got for the last request. Probes do not count. */
  readonly calls: (task: ClientTask) => number;

  /** The URL of the last request that it got. */
  readonly bereq_url: (task: ClientTask) => string | undefined;

  /** The method of the last request that it got. */
  readonly bereq_method: (task: ClientTask) => string | undefined;

  /** A field of the last request that it got; unset when there is none. */
  readonly bereq_header: (task: ClientTask, name: string | undefined) => string | undefined;

  /** The body of the last request that it got. */
  readonly bereq_body: (task: ClientTask) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface OriginClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string, args: OriginArgs) => Origin;
}

/** A policy under test, and the world around it */
export interface TestingVmod {
  /**
   * The VCL under test, relative to the file of tests. In vcl_init it holds for all tests of the file, in a test before its first request for that one.
   * Without it, it is what the command says, else the VCL of the file's name (shop.vcl for shop.test.vcl), else main.vcl.
   */
  readonly policy: (task: Task, file: string | undefined) => void;

  /** Puts a VCL behind a label, for return (dispatch(name)) and return (vcl(name)). Labels are loaded in their order, before the policy. */
  readonly label: (task: Task, name: string | undefined, file: string | undefined) => void;

  /**
   * Sends req to the policy and waits for the response; time that the policy takes passes at once. What is given holds for this request only, in place
   * of what req says. The client's address is 127.0.0.1 where none is given.
   */
  readonly send: (task: ClientTask, args: SendArgs) => void | Promise<void>;

  /** Lets time pass, with all that happens in it: ends of life, probes, time-outs. */
  readonly advance: (task: ClientTask, time: number) => void | Promise<void>;

  /**
   * Carries out a command of the operator's, such as "ban req.url ~ ^/news" or "param.set default_grace 0", and answers with what it says. The test fails
   * where it is refused.
   */
  readonly command: (
    task: ClientTask,
    line: string | undefined,
  ) => string | undefined | Promise<string | undefined>;

  /** The body of the last response. */
  readonly body: (task: ClientTask) => string | undefined;

  /** How the last request was answered: hit, miss, pass, hitmiss, hitpass, pipe or synth. */
  readonly cache: (task: ClientTask) => string | undefined;

  /** What std.log wrote during the last request, line by line. */
  readonly log: (task: ClientTask) => string | undefined;

  /** How often a sub of the state machine, such as vcl_miss, ran for the last request. */
  readonly ran: (task: ClientTask, sub: string | undefined) => number;

  /** How many requests backends got for the last request. Probes do not count. */
  readonly fetches: (task: ClientTask) => number;

  readonly Origin: OriginClass;
}

export declare const policy: TestingVmod["policy"];
export declare const label: TestingVmod["label"];
export declare const send: TestingVmod["send"];
export declare const advance: TestingVmod["advance"];
export declare const command: TestingVmod["command"];
export declare const body: TestingVmod["body"];
export declare const cache: TestingVmod["cache"];
export declare const log: TestingVmod["log"];
export declare const ran: TestingVmod["ran"];
export declare const fetches: TestingVmod["fetches"];
export declare const Origin: OriginClass;
