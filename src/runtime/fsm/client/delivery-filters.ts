import type { CloseReason } from "../../exchange.js";
import type { BodySource } from "../../body/body.js";
import { DeliveryTail } from "../../body/delivery-tail.js";
import type { EsiDelivery } from "../../body/esi/esi-delivery.js";
import type { EsiProgram } from "../../body/esi/esi-program.js";
import { gzipOptions } from "../fetch-context.js";
import type { GzipMember } from "../../body/gzip-member.js";
import { DeliveryAccounts } from "../../body/filter-accounts.js";
import { FilterChain, openChain } from "../../body/filter-chain.js";
import {
  FilterFailure,
  type BodyLink,
  type DeliveryContext,
  type FilterCounter,
  type StoredBodyFacts,
} from "../../body/filter-kind.js";
import { UnknownFilter } from "../../body/filter-registry.js";
import type { HeaderList } from "../../http/header-list.js";
import { hasFeature } from "../../parameters.js";
import type { RequestTask } from "../request-task.js";
import type { ResponseVariables } from "../variables/resp.js";
import { IncludeFields } from "./include-exchange.js";
import { deliverInclude } from "./include.js";

/** A body to be delivered: an object's, or one that VCL wrote. */
export interface Payload {
  readonly facts: Readonly<StoredBodyFacts>;
  /** Bytes; undefined where they are not known before the end. */
  readonly length: number | undefined;
  readonly source: BodySource;
}

/** The filters of a delivery, open; `length` are the bytes that come out of them, undefined where that is not known. */
export interface OpenDelivery {
  readonly chain: FilterChain;
  readonly tail: BodyLink;
  readonly length: number | undefined;
}

const noNames: readonly string[] = [];

/** Opens the filters of a list, which may change headers and status of the response. Undefined: they cannot be opened, which the log tells. */
export function openDelivery(
  task: RequestTask,
  response: ResponseVariables,
  payload: Payload,
  list: string,
): OpenDelivery | undefined {
  task.log("Filters", list);
  const kinds = task.vcl.filters.delivery.parse(list);
  if (kinds instanceof UnknownFilter) return refused(task, kinds.message);
  const names = kinds.length === 0 ? noNames : kinds.map(({ name }) => name);
  const output = task.include?.output(task, names);
  const tail = output?.tail ?? new DeliveryTail();
  // Most includes are put in as they are.
  if (kinds.length === 0 && !task.accounts) {
    return { chain: new FilterChain(noNames, [], tail), tail, length: payload.length };
  }
  const member = output?.member;
  const context = new ResponseContext(task, response, payload, member);
  try {
    task.deliveryAccounts = task.accounts
      ? new DeliveryAccounts(endName(task, payload, member, names))
      : undefined;
    const chain = openChain(kinds, context, tail, task.deliveryAccounts);
    return { chain, tail, length: context.length };
  } catch (problem) {
    return refused(task, problem instanceof Error ? problem.message : String(problem));
  }
}

/** What the end of the filters is called in Varnish: the connection, or how the body gets into that of the parent. */
function endName(
  task: RequestTask,
  { facts }: Payload,
  member: GzipMember | undefined,
  filters: readonly string[],
): string {
  if (!task.include) return "V1B";
  if (!member) return "VED";
  return facts.isGzip && !filters.includes("gunzip") ? "VZZ" : "PGZ";
}

function refused(task: RequestTask, problem: string): undefined {
  task.log("Error", problem);
  task.log("Error", "Failure to push processors");
}

/** What the filters of a response see of it. */
class ResponseContext implements DeliveryContext {
  readonly compression;
  readonly gzip;
  readonly http: HeaderList;
  readonly logsPositions: boolean;
  readonly request: HeaderList;
  readonly encodings: string | undefined;
  readonly facts: Readonly<StoredBodyFacts>;
  readonly storedLength: number | undefined;
  readonly esi: EsiDelivery | undefined;
  readonly maxRanges: number;
  length: number | undefined;
  private readonly task: RequestTask;
  private readonly response: ResponseVariables;

  constructor(
    task: RequestTask,
    response: ResponseVariables,
    payload: Payload,
    member: GzipMember | undefined,
  ) {
    const { host, params } = task.core;
    this.task = task;
    this.response = response;
    this.compression = host.compression;
    this.gzip = gzipOptions(params);
    this.http = response.http;
    this.logsPositions = !task.silent;
    this.request = task.req.http;
    this.encodings = task.clientEncodings;
    this.facts = payload.facts;
    this.storedLength = this.length = payload.length;
    this.maxRanges = params.max_ranges;
    this.esi = payload.facts.esi && esiDelivery(task, payload.facts.esi, member);
  }

  get status(): number {
    return this.response.status;
  }
  set status(status: number) {
    this.response.status = status;
  }

  log(tag: string, text: string): void {
    this.task.log(tag, text);
  }

  count(counter: FilterCounter): void {
    this.task.core.count(counter);
  }

  random(): number {
    return this.task.core.host.random();
  }
}

function esiDelivery(task: RequestTask, program: EsiProgram, member: GzipMember | undefined): EsiDelivery {
  const { params } = task.core;
  let fields: IncludeFields | undefined;
  return {
    program,
    member,
    abortsOnError: hasFeature(params, "esi_include_onerror"),
    include(segment, parent, turn) {
      fields ??= new IncludeFields(task.exchange.fields, parent.member !== undefined);
      return deliverInclude(task, segment, parent, fields, turn);
    },
    ahead: params.esi_parallel,
  };
}

/** Notes why filters ended a delivery, in the log and on the connection. */
export function noteFailure(task: RequestTask, problem: unknown): void {
  if (!(problem instanceof FilterFailure)) return;
  task.log("Error", problem.message);
  if (problem.closes !== undefined) task.exchange.session.close(problem.closes as CloseReason);
}
