// The filters of vmod_debug.
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { crc32 } from "node:zlib";
import type { HousekeepingTask } from "vclc/runtime";

interface Link {
  write(chunk: Uint8Array): void | Promise<void>;
  flush?(): void | Promise<void>;
  end(): void | Promise<void>;
  abandon?(): void;
}

interface Context {
  length?: number | undefined;
  log(tag: string, text: string): void;
}

function passing(next: Link, write: (chunk: Uint8Array) => void | Promise<void>): Link {
  return {
    write,
    flush: () => next.flush?.(),
    end: () => next.end(),
    abandon: () => next.abandon?.(),
  };
}

/** Letters thirteen places on, and back. */
function rotated(chunk: Uint8Array): Uint8Array {
  return chunk.map((byte) => {
    const small = byte | 32;
    if (small < 97 || small > 122) return byte;
    return byte + (small < 110 ? 13 : -13);
  });
}

const rot13 = {
  name: "rot13",
  open: (_: unknown, next: Link) => passing(next, (chunk) => next.write(rotated(chunk))),
};
const pedantic = {
  name: "debug.pedantic",
  open: (_: unknown, next: Link) => passing(next, (chunk) => next.write(chunk)),
};
const slow = {
  name: "debug.slow",
  open: (_: unknown, next: Link) =>
    passing(next, async (chunk) => {
      await pause(1000);
      await next.write(chunk);
    }),
};
const chunked = {
  name: "debug.chunked",
  open(context: Context, next: Link) {
    context.length = undefined;
    return passing(next, (chunk) => next.write(chunk));
  },
};

/** What the body is to be, as the last call said. */
export const expected: { sha256?: Uint8Array; crc32?: number; length?: number } = {};

interface Sum {
  add(chunk: Uint8Array): void;
  /** What is wrong: name, what there was, what there should be. */
  wrong(): readonly [string, string, string] | undefined;
}

function checking(
  name: string,
  begin: () => Sum,
): { name: string; open(context: Context, next: Link): Link } {
  return {
    name,
    open(context, next) {
      const sum = begin();
      const link = passing(next, (chunk) => {
        sum.add(chunk);
        return next.write(chunk);
      });
      return {
        ...link,
        end() {
          const wrong = sum.wrong();
          if (wrong) {
            const [what, got, wanted] = wrong;
            for (const text of [`${what} mismatch`, `got: ${got}`, `exp: ${wanted}`])
              context.log("Debug", text);
          }
          return next.end();
        },
      };
    },
  };
}

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;

const checks = [
  checking("debug.chksha256", () => {
    const hash = createHash("sha256");
    return {
      add: (chunk) => void hash.update(chunk),
      wrong() {
        const got = hex(hash.digest());
        const wanted = hex(expected.sha256 ?? new Uint8Array());
        return got === wanted ? undefined : ["sha256 checksum", got, wanted];
      },
    };
  }),
  checking("debug.chkcrc32", () => {
    let sum = 0;
    const shown = (value: number): string => value.toString(16).padStart(8, "0");
    return {
      add: (chunk) => void (sum = crc32(chunk, sum)),
      wrong: () =>
        sum === expected.crc32 ? undefined : ["crc32 checksum", shown(sum), shown(expected.crc32 ?? 0)],
    };
  }),
  checking("debug.chklen", () => {
    let length = 0;
    return {
      add: (chunk) => void (length += chunk.length),
      wrong: () =>
        length === expected.length ? undefined : ["length", String(length), String(expected.length ?? 0)],
    };
  }),
];

export function addFilters(task: HousekeepingTask): void {
  for (const kind of [rot13, slow]) task.addFilter("fetch", kind);
  for (const kind of [rot13, pedantic, slow, chunked, ...checks]) task.addFilter("delivery", kind);
}
