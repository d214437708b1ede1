import type { BodyFilter, BodySource } from "./body.js";
import type { BodyLink, FilterKind } from "./filter-kind.js";
import { PassingLink } from "./passing-link.js";

/** Filters in a row, open, with what takes the body at their end. Written into like one filter. */
export class FilterChain implements BodyLink {
  /** Names of the filters that take part, in order. */
  readonly names: readonly string[];
  private readonly links: readonly BodyLink[];
  private readonly first: BodyLink;
  private abandoned = false;

  constructor(names: readonly string[], links: readonly BodyLink[], tail: BodyLink) {
    this.names = names;
    this.links = [...links, tail];
    this.first = links[0] ?? tail;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    return this.first.write(chunk);
  }
  flush(): void | Promise<void> {
    return this.first.flush?.();
  }
  end(): void | Promise<void> {
    return this.first.end();
  }
  get satisfied(): boolean {
    return this.first.satisfied === true;
  }
  skip(chunks: readonly Uint8Array[]): number {
    return this.first.skip?.(chunks) ?? 0;
  }
  /** Every link learns it, once, the one nearest to the source first. */
  abandon(): void {
    if (this.abandoned) return;
    this.abandoned = true;
    for (const link of this.links) link.abandon?.();
  }
}

/** A filter of a chain could not be opened; those opened before it are closed again. */
export class OpenFailure extends Error {
  override readonly name = "OpenFailure";
  /** The filter. */
  readonly filter: string;

  constructor(filter: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.filter = filter;
  }
}

/** Counts what goes into the links of a chain. */
export interface FilterAccounts {
  /** What is to be written into instead of a link of that name; the end of the chain has none. */
  count(name: string, link: BodyLink): BodyLink;
}

/**
 * Opens filters in the order of the list, each of which sees the headers as the ones before left them. Those that step aside take no part.
 * Throws an {@link OpenFailure} at the first that cannot be opened; the tail is then untouched.
 */
export function openChain<Context>(
  kinds: readonly FilterKind<Context>[],
  context: Context,
  tail: BodyFilter,
  accounts?: FilterAccounts,
): FilterChain {
  const names: string[] = [];
  const links: BodyLink[] = [];
  let last: PassingLink | undefined;
  for (const kind of kinds) {
    // What is behind it is known only when the whole chain is open.
    const next = new PassingLink();
    let link: BodyLink | "not needed";
    try {
      link = kind.open(context, next);
    } catch (problem) {
      for (const opened of links) opened.abandon?.();
      throw new OpenFailure(kind.name, problem);
    }
    if (link === "not needed") continue;
    if (accounts) link = accounts.count(kind.name, link);
    if (last) last.target = link;
    names.push(kind.name);
    links.push(link);
    last = next;
  }
  const end = accounts?.count("", tail) ?? tail;
  if (last) last.target = end;
  return new FilterChain(names, links, end);
}

/** Ends a source whose bytes nobody wants any more; never seen outside. */
class Satisfied extends Error {}

/**
 * Sends a whole body through a chain: writes, ends, and where anything fails abandons the chain and throws, or rejects with, the reason. A chain that
 * wants no more makes the source stop, which is a good end. A body that is all there goes through without a promise, as far as the filters let it.
 */
export function pump(source: BodySource, chain: BodyLink): void | Promise<void> {
  const { whole } = source;
  if (!whole) return pumpAsItComes(source, chain);
  try {
    const running = pumpWhole(whole, chain.skip?.(whole) ?? 0, chain);
    return running?.catch((problem: unknown) => abandon(chain, problem));
  } catch (problem) {
    abandon(chain, problem);
  }
}

function abandon(chain: BodyLink, problem: unknown): never {
  chain.abandon?.();
  throw problem;
}

function pumpWhole(chunks: readonly Uint8Array[], first: number, chain: BodyLink): void | Promise<void> {
  for (let at = first; at < chunks.length && !chain.satisfied; at++) {
    const waiting = chain.write(chunks[at] as Uint8Array);
    if (waiting) return waiting.then(() => pumpWhole(chunks, at + 1, chain));
  }
  return chain.end();
}

async function pumpAsItComes(source: BodySource, chain: BodyLink): Promise<void> {
  try {
    await pipeUntilSatisfied(source, chain);
    await chain.end();
  } catch (problem) {
    abandon(chain, problem);
  }
}

async function pipeUntilSatisfied(source: BodySource, chain: BodyLink): Promise<void> {
  if (chain.satisfied) {
    source.cancel();
    return;
  }
  const stop = (): void => {
    if (chain.satisfied) throw new Satisfied();
  };
  try {
    await source.pipe({
      write(chunk) {
        const waiting = chain.write(chunk);
        return waiting ? waiting.then(stop) : stop();
      },
      flush: () => chain.flush?.(),
    });
  } catch (problem) {
    if (!(problem instanceof Satisfied)) throw problem;
    source.cancel();
  }
}
