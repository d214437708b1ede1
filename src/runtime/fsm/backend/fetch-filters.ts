import type { BodyLink, StoredBodyFacts } from "../../body/filter-kind.js";
import { FetchAccounts } from "../../body/filter-accounts.js";
import type { FilterChain } from "../../body/filter-chain.js";
import { openChain, OpenFailure } from "../../body/filter-chain.js";
import { UnknownFilter } from "../../body/filter-registry.js";
import { FetchFailure } from "../../backend/transport.js";
import { fetchContext } from "../fetch-context.js";
import type { FetchTask } from "../fetch-task.js";

/** The filters of a fetch, open. */
export interface FetchChain {
  readonly chain: FilterChain;
  /** Filled in while the body passes. */
  readonly facts: StoredBodyFacts;
  /** Where it is wanted. */
  readonly accounts: FetchAccounts | undefined;
}

/**
 * Opens the filters that `beresp.filters` names, or the ones that are due without it. They change the headers of beresp, so that must come before the
 * object is made of it. Throws a FetchFailure.
 */
export function openFetchChain(task: FetchTask, tail: BodyLink): FetchChain {
  const { beresp, bereq } = task;
  const list = beresp.filters ?? "";
  const context = fetchContext(task, { http: beresp.http, status: beresp.status, url: bereq.url });
  task.log("Filters", list);
  const kinds = task.vcl.filters.fetch.parse(list);
  if (kinds instanceof UnknownFilter) throw new FetchFailure(kinds.message);
  try {
    const accounts = task.accounts ? new FetchAccounts(task.framing) : undefined;
    return { chain: openChain(kinds, context, tail, accounts), facts: context.facts, accounts };
  } catch (problem) {
    if (!(problem instanceof OpenFailure)) throw problem;
    const before = [{ tag: "VCL_Error", text: problem.message }];
    throw new FetchFailure(`Fetch filter ${problem.filter} failed to open`, { before });
  }
}
