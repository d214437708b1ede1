import type { Task } from "../../runtime/index.js";

/** A token bucket. Times by the clock that only goes forward, in seconds. */
interface Bucket {
  readonly capacity: number;
  readonly period: number;
  tokens: number;
  /** When a token was last taken. */
  lastUsed: number;
  /** Everything is denied up to then. */
  blockedUntil: number;
}

/** Unused buckets are looked for once in so many calls. */
const callsBetweenTidying = 1000;

/** The buckets of one instance; all its VCLs share them. */
class Buckets {
  private readonly buckets = new Map<string, Bucket>();
  private calls = 0;

  get(name: string, capacity: number, period: number, now: number): Bucket {
    if (++this.calls % callsBetweenTidying === 0) this.tidy(now);
    let bucket = this.buckets.get(name);
    if (!bucket) {
      bucket = { capacity, period, tokens: capacity, lastUsed: now, blockedUntil: 0 };
      this.buckets.set(name, bucket);
    }
    return bucket;
  }

  remove(name: string): void {
    this.buckets.delete(name);
  }

  /** A bucket that is full again, and blocks nobody, is as good as none. */
  private tidy(now: number): void {
    for (const [name, { lastUsed, period, blockedUntil }] of this.buckets) {
      if (lastUsed + period < now && blockedUntil <= now) this.buckets.delete(name);
    }
  }
}

/** By the host of the instance. */
const instances = new WeakMap<object, Buckets>();

function bucketsOf({ host }: Task): Buckets {
  let buckets = instances.get(host);
  if (!buckets) instances.set(host, (buckets = new Buckets()));
  return buckets;
}

const nameOf = (...parts: readonly (string | number)[]): string => parts.join("\0");

function bucketOf(task: Task, key: string, limit: number, period: number, block: number): Bucket {
  const name = nameOf(key, limit, period, block);
  return bucketsOf(task).get(name, limit, period, task.host.monotonic());
}

/** The bucket with the tokens that the time since its last use has brought, whole ones as in varnish-modules. */
function filled(task: Task, key: string, limit: number, period: number, block: number): Bucket {
  const bucket = bucketOf(task, key, limit, period, block);
  const since = task.host.monotonic() - bucket.lastUsed;
  const brought = Math.max(0, Math.trunc((since / bucket.period) * bucket.capacity) || 0);
  bucket.tokens = Math.min(bucket.capacity, bucket.tokens + brought);
  return bucket;
}

/** The vsthrottle VMOD; vsthrottle.vcc says what each function does. */
export function is_denied(
  task: Task,
  key: string | undefined,
  limit: number,
  period: number,
  block: number,
): boolean {
  if (key === undefined) return true;
  const bucket = filled(task, key, limit, period, block);
  const now = task.host.monotonic();
  const isBlocked = now < bucket.blockedUntil;
  const hasToken = bucket.tokens > 0;
  // Who goes on while it is blocked uses up what the time brings, and is blocked anew at the end, as in varnish-modules.
  if (hasToken) bucket.tokens--;
  if (hasToken || isBlocked) bucket.lastUsed = now;
  if (isBlocked) return true;
  if (!hasToken && block > 0) bucket.blockedUntil = now + block;
  return !hasToken;
}

export function return_token(
  task: Task,
  key: string | undefined,
  limit: number,
  period: number,
  block: number,
): void {
  if (key === undefined) return;
  bucketOf(task, key, limit, period, block).tokens += 1;
}

export function remaining(
  task: Task,
  key: string | undefined,
  limit: number,
  period: number,
  block: number,
): number {
  return key === undefined ? -1 : filled(task, key, limit, period, block).tokens;
}

export function blocked(
  task: Task,
  key: string | undefined,
  limit: number,
  period: number,
  block: number,
): number {
  if (key === undefined) return -1;
  return Math.max(0, filled(task, key, limit, period, block).blockedUntil - task.host.monotonic());
}

export function remove_bucket(
  task: Task,
  key: string | undefined,
  limit: number,
  period: number,
  block: number,
): void {
  if (key !== undefined) bucketsOf(task).remove(nameOf(key, limit, period, block));
}

export function event(): void {
  // Buckets belong to the instance and outlive a VCL: a reload must not let everybody in again.
}
