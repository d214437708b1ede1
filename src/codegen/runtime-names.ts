/** What emitted code imports from the runtime. Typed, so that a handler cannot ask for a name that does not exist. */
export const runtimeValues = [
  "aclToString",
  "backendToString",
  "blob",
  "blobToString",
  "boolToString",
  "bytesToString",
  "compare",
  "defineVcl",
  "durationToString",
  "equal",
  "header",
  "headerToString",
  "intDivide",
  "intModulo",
  "intToString",
  "ip",
  "ipEqual",
  "ipToString",
  "lower",
  "notEqual",
  "probeToString",
  "realToString",
  "regex",
  "stevedoreToString",
  "timeToString",
  "upper",
] as const;

export type RuntimeValue = (typeof runtimeValues)[number];

const runtimeTypes = [
  "Action",
  "BackendTask",
  "ClientTask",
  "Director",
  "HousekeepingTask",
  "Task",
  "VclRef",
] as const;

export type RuntimeType = (typeof runtimeTypes)[number];

export const runtimeNames: readonly string[] = [...runtimeValues, ...runtimeTypes];

/** Members of the task that a sub takes into locals of the same name. */
export const messageNames = [
  "bereq",
  "beresp",
  "obj",
  "obj_stale",
  "req",
  "req_top",
  "resp",
  "sess",
] as const;

export type MessageName = (typeof messageNames)[number];

/** Names that emitted functions use. */
export const taskNames: readonly string[] = [
  "action",
  "bind",
  "fini",
  "init",
  "objects",
  "runtime",
  "task",
  "vmods",
  "vpi",
  ...messageNames,
];
