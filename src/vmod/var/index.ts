import { VclFailure, type Director, type Ip, type Priv, type Task } from "../../runtime/index.js";

/** What a variable may hold, by the type it was set with. */
interface Values {
  readonly STRING: string;
  readonly INT: number;
  readonly REAL: number;
  readonly DURATION: number;
  readonly IP: Ip;
  readonly BACKEND: Director | undefined;
}

interface Variable {
  readonly type: keyof Values;
  readonly value: Values[keyof Values];
}

type Variables = Map<string, Variable>;

function store<Type extends keyof Values>(
  priv: Priv,
  key: string | undefined,
  type: Type,
  value: Values[Type],
): void {
  if (key === undefined) return;
  const variables = (priv.value ??= new Map()) as Variables;
  variables.set(key, { type, value });
}

function load<Type extends keyof Values>(
  priv: Priv,
  key: string | undefined,
  type: Type,
): Values[Type] | undefined {
  if (key === undefined) return undefined;
  const found = (priv.value as Variables | undefined)?.get(key);
  return found?.type === type ? (found.value as Values[Type]) : undefined;
}

/** The var VMOD; var.vcc says what each function does. */
export function set(_task: Task, priv: Priv, key: string | undefined, value: string | undefined): void {
  store(priv, key, "STRING", value ?? "");
}

export function get(_task: Task, priv: Priv, key: string | undefined): string | undefined {
  return load(priv, key, "STRING");
}

export { set as set_string, get as get_string };

export function set_int(_task: Task, priv: Priv, key: string | undefined, value: number): void {
  store(priv, key, "INT", value);
}

export function get_int(_task: Task, priv: Priv, key: string | undefined): number {
  return load(priv, key, "INT") ?? 0;
}

export function set_real(_task: Task, priv: Priv, key: string | undefined, value: number): void {
  store(priv, key, "REAL", value);
}

export function get_real(_task: Task, priv: Priv, key: string | undefined): number {
  return load(priv, key, "REAL") ?? 0;
}

export function set_duration(_task: Task, priv: Priv, key: string | undefined, value: number): void {
  store(priv, key, "DURATION", value);
}

export function get_duration(_task: Task, priv: Priv, key: string | undefined): number {
  return load(priv, key, "DURATION") ?? 0;
}

export function set_ip(_task: Task, priv: Priv, key: string | undefined, value: Ip | undefined): void {
  if (!value) throw new VclFailure("var.set_ip(): no address");
  store(priv, key, "IP", value);
}

export function get_ip(_task: Task, priv: Priv, key: string | undefined): Ip | undefined {
  return load(priv, key, "IP");
}

export function set_backend(
  _task: Task,
  priv: Priv,
  key: string | undefined,
  value: Director | undefined,
): void {
  store(priv, key, "BACKEND", value);
}

export function get_backend(_task: Task, priv: Priv, key: string | undefined): Director | undefined {
  return load(priv, key, "BACKEND");
}

export function clear(_task: Task, priv: Priv): void {
  (priv.value as Variables | undefined)?.clear();
}

/** Shared by the VCLs of one host, which is as much of a process as portable code knows. */
const globals = new WeakMap<Task["host"], Map<string, string>>();

export function global_set(task: Task, key: string | undefined, value: string | undefined): void {
  if (key === undefined) return;
  let variables = globals.get(task.host);
  if (!variables) globals.set(task.host, (variables = new Map<string, string>()));
  if (value === undefined) variables.delete(key);
  else variables.set(key, value);
}

export function global_get(task: Task, key: string | undefined): string | undefined {
  return key === undefined ? undefined : globals.get(task.host)?.get(key);
}
