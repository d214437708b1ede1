import { CommandFailure } from "../vcl/command-failure.js";
import type { Command, Control, Invocation } from "./command.js";
import { parameterAliases } from "./other-parameter-table.js";
import type { ParameterFact } from "./parameter-table.js";
import type { ParameterValue } from "./parameter-store.js";
import { formatValue } from "./parameter-values.js";
import { jsonReply, ok, status, type Reply } from "./reply.js";

export const parameterCommands: readonly Command[] = [
  {
    name: "param.reset",
    syntax: "[-j] <param>",
    help: "Give a parameter its default value.",
    least: 1,
    most: 1,
    json: true,
    run(control, invocation) {
      const [text = ""] = invocation.args;
      return setText(control, invocation, text, "default");
    },
  },
  {
    name: "param.set",
    syntax: "[-j] <param> <value>",
    help: "Set a parameter.",
    least: 2,
    most: 2,
    json: true,
    run(control, invocation) {
      const [text = "", value = ""] = invocation.args;
      return setText(control, invocation, text, value);
    },
  },
  {
    name: "param.show",
    syntax: "[-l|-j] [<param>|changed]",
    help: "Show parameters and their values.",
    least: 0,
    most: 2,
    json: true,
    run: show,
  },
];

/** The parameter that a name means. */
function known({ instance }: Control, text: string): string {
  const name = parameterAliases.get(text) ?? text;
  if (!instance.parameters.fact(name)) throw new CommandFailure(106, `Unknown parameter "${text}".`);
  return name;
}

function setText(control: Control, invocation: Invocation, text: string, value: string): Reply {
  const { parameters } = control.instance;
  const name = known(control, text);
  if (parameters.isProtected(name)) throw new CommandFailure(107, `parameter "${name}" is protected.`);
  const read = parameters.read(name, value);
  if ("wrong" in read) {
    throw new CommandFailure(106, `${read.wrong}\n(attempting to set param '${name}' to '${value}')`);
  }
  return set(control, invocation, name, read.value);
}

function factOf({ instance }: Control, name: string): ParameterFact {
  return instance.parameters.fact(name) as ParameterFact;
}

function set(control: Control, { json, words }: Invocation, name: string, value: ParameterValue): Reply {
  const { parameters, host } = control.instance;
  parameters.set(name, value);
  return json ? jsonReply(2, words, host.now(), [jsonParameter(control, name)]) : ok();
}

function show(control: Control, { args, json, words }: Invocation): Reply {
  const long = args[0] === "-l";
  if (long && json) throw new CommandFailure(106, "-l not permitted with param.show -j");
  const [wanted, surplus] = long ? args.slice(1) : args;
  if (surplus !== undefined) return { status: status.tooMany, body: "Too many parameters" };
  const all = control.instance.parameters.names;
  const one = wanted !== undefined && wanted !== "changed";
  const names = one
    ? [known(control, wanted)]
    : all.filter((name) => wanted === undefined || !isDefault(control, name));
  if (json) {
    const items = names.map((name) => jsonParameter(control, name));
    return jsonReply(2, words, control.instance.host.now(), items);
  }
  const text = long || one ? longText : line;
  return ok(names.map((name) => text(control, name)).join(""));
}

function isDefault({ instance: { parameters } }: Control, name: string): boolean {
  return parameters.get(name) === parameters.default(name);
}

function line(control: Control, name: string): string {
  return `${name.padEnd(29)} ${valueText(control, name)}\n`;
}

function valueText(control: Control, name: string): string {
  const fact = factOf(control, name);
  const value = formatValue(fact, control.instance.parameters.get(name));
  const unit = fact.unit === undefined ? "" : ` [${fact.unit}]`;
  return `${value}${unit}${isDefault(control, name) ? " (default)" : ""}`;
}

function longText(control: Control, name: string): string {
  const fact = factOf(control, name);
  const { minimum, maximum, help, bits } = fact;
  const normal = formatValue(fact, control.instance.parameters.default(name));
  const lines = [
    name,
    `Value is: ${valueText(control, name)}`,
    ...(isDefault(control, name) ? [] : [`Default is: ${normal}`]),
  ];
  if (hasLimits(fact)) {
    lines.push(`Minimum is: ${formatValue(fact, minimum)}`);
    if (maximum !== undefined) lines.push(`Maximum is: ${formatValue(fact, maximum)}`);
  }
  const names = bits ? `\n        Bits, each with + or - in front: ${bits.join(", ")}` : "";
  const note = control.instance.parameters.isProtected(name)
    ? "\n\n        NB: This parameter is protected and can not be changed."
    : "";
  return `${lines.join("\n        ")}\n\n        ${help}${names}${note}\n\n`;
}

/** Of a switch and of bits everything that can be written is within them. */
export const hasLimits = ({ kind }: ParameterFact): boolean => ["seconds", "bytes", "number"].includes(kind);

function jsonValue(fact: ParameterFact, value: ParameterValue): string | number | boolean {
  if (fact.kind === "switch") return value !== 0;
  return fact.kind === "bits" ? formatValue(fact, value) : value;
}

function jsonParameter(control: Control, name: string): object {
  const { parameters } = control.instance;
  const fact = factOf(control, name);
  const { unit, minimum, maximum, help } = fact;
  return {
    name,
    implemented: true,
    value: jsonValue(fact, parameters.get(name)),
    ...(unit !== undefined && { units: unit }),
    default: formatValue(fact, parameters.default(name)),
    ...(hasLimits(fact) && { minimum: formatValue(fact, minimum) }),
    ...(hasLimits(fact) && maximum !== undefined && { maximum: formatValue(fact, maximum) }),
    description: help,
    flags: parameters.isProtected(name) ? ["protected"] : [],
  };
}
