import type { Node } from "yaml";
import type { Expectations } from "./test-case.js";
import type { YamlReader } from "./yaml-reader.js";

type Fields<Key extends string> = Partial<Record<Key, Node>>;

/** Reads what a test or a step expects. A response without a status is expected to be a 200, as vcltest has it. */
export function readExpectations(reader: YamlReader, node: Node | undefined): Expectations {
  const keys = ["response", "backend", "cache", "cookies", "log"] as const;
  const { response, backend, cache, cookies, log } = reader.fields(node, "expectations", keys);
  return {
    ...readResponse(reader, response),
    ...readBackend(reader, backend),
    ...readCache(reader, cache),
    cookies: reader
      .entries(cookies, "cookies")
      .map(([name, value]) => [name, reader.text(value ?? null, name)] as const),
    log: log ? reader.list(log, "log").map((text) => reader.text(text, "a text of the log")) : [],
  };
}

function readResponse(reader: YamlReader, node: Node | undefined) {
  const keys = ["status", "reason", "headers", "body", "body_contains"] as const;
  const { status, reason, headers, body, body_contains }: Fields<(typeof keys)[number]> = reader.fields(
    node,
    "response",
    keys,
  );
  return {
    status: status ? reader.number(status, "status") : 200,
    reason: reason && reader.text(reason, "reason"),
    headers: reader
      .entries(headers, "headers")
      .map(
        ([name, value]) =>
          [name, reader.isNull(value) ? undefined : reader.text(value ?? null, name)] as const,
      ),
    body: body && reader.text(body, "body"),
    bodyContains: body_contains && reader.text(body_contains, "body_contains"),
  };
}

/** `backend: api`, or a mapping. */
function readBackend(reader: YamlReader, node: Node | undefined) {
  if (node && reader.isText(node))
    return { backendUsed: reader.text(node, "backend"), backendCalls: undefined, callsByBackend: [] };
  const { used, calls, backends } = reader.fields(node, "backend", ["used", "calls", "backends"]);
  return {
    backendUsed: used && reader.text(used, "used"),
    backendCalls: calls && reader.number(calls, "calls"),
    callsByBackend: reader.entries(backends, "backends").map(([name, value, key]) => {
      const { calls: number } = reader.fields(value, name, ["calls"]);
      return [
        name,
        number ? reader.number(number, "calls") : reader.fail(key, `${name} needs calls`),
      ] as const;
    }),
  };
}

function readCache(reader: YamlReader, node: Node | undefined) {
  const { hit, age_gt, age_lt } = reader.fields(node, "cache", ["hit", "age_gt", "age_lt"]);
  return {
    hit: hit && reader.boolean(hit, "hit"),
    ageGt: age_gt && reader.number(age_gt, "age_gt"),
    ageLt: age_lt && reader.number(age_lt, "age_lt"),
  };
}
