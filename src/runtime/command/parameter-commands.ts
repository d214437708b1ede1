import { defaultParameters, type Parameters } from "../parameters.js";
import { CommandFailure } from "../vcl/command-failure.js";
import type { Command, Control, Invocation } from "./command.js";
import { parameterName, parameterTable, type ParameterFact } from "./parameter-table.js";
import { formatValue, readValue } from "./parameter-values.js";
import { jsonReply, ok, status, type Reply } from "./reply.js";

type Name = keyof Parameters;

export const parameterCommands: readonly Command[] = [
  {
    name: "param.reset",
    syntax: "[-j] <param>",
    help: "Give a parameter its default value.",
    least: 1,
    most: 1,
    json: true,
    run(control, invocation) {
      const name = known(invocation.args[0] ?? "");
      return set(control, invocation, name, defaultParameters[name]);
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
      const name = known(text);
      const read = readValue(parameterTable[name], value, control.instance.params[name]);
      if (typeof read === "string") {
        throw new CommandFailure(106, `${read}\n(attempting to set param '${name}' to '${value}')`);
      }
      return set(control, invocation, name, read);
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

function known(text: string): Name {
  const name = parameterName(text);
  if (!name) throw new CommandFailure(106, `Unknown parameter "${text}".`);
  return name;
}

function set(control: Control, { json, words }: Invocation, name: Name, value: number): Reply {
  const { instance } = control;
  if (parameterTable[name].fixed && value !== instance.params[name]) {
    throw new CommandFailure(106, `Parameter ${name} is fixed at start: give it with -p`);
  }
  instance.params[name] = value;
  return json ? jsonReply(2, words, instance.host.now(), [jsonParameter(control, name)]) : ok();
}

function show(control: Control, { args, json, words }: Invocation): Reply {
  const long = args[0] === "-l";
  if (long && json) throw new CommandFailure(106, "-l not permitted with param.show -j");
  const [wanted, surplus] = long ? args.slice(1) : args;
  if (surplus !== undefined) return { status: status.tooMany, body: "Too many parameters" };
  const all = Object.keys(parameterTable) as Name[];
  const one = wanted !== undefined && wanted !== "changed";
  const names = one
    ? [known(wanted)]
    : all.filter((name) => wanted === undefined || !isDefault(control, name));
  if (json) {
    const items = names.map((name) => jsonParameter(control, name));
    return jsonReply(2, words, control.instance.host.now(), items);
  }
  const text = long || one ? longText : line;
  return ok(names.map((name) => text(control, name)).join(""));
}

function isDefault({ instance }: Control, name: Name): boolean {
  return instance.params[name] === defaultParameters[name];
}

function line(control: Control, name: Name): string {
  return `${name.padEnd(29)} ${valueText(control, name)}\n`;
}

function valueText(control: Control, name: Name): string {
  const fact = parameterTable[name];
  const value = formatValue(fact, control.instance.params[name]);
  const unit = fact.unit === undefined ? "" : ` [${fact.unit}]`;
  return `${value}${unit}${isDefault(control, name) ? " (default)" : ""}`;
}

function longText(control: Control, name: Name): string {
  const fact = parameterTable[name];
  const { minimum, maximum, help, bits } = fact;
  const lines = [
    name,
    `Value is: ${valueText(control, name)}`,
    ...(isDefault(control, name) ? [] : [`Default is: ${formatValue(fact, defaultParameters[name])}`]),
  ];
  if (hasLimits(fact)) {
    lines.push(`Minimum is: ${formatValue(fact, minimum)}`);
    if (maximum !== undefined) lines.push(`Maximum is: ${formatValue(fact, maximum)}`);
  }
  const names = bits ? `\n        Bits, each with + or - in front: ${bits.join(", ")}` : "";
  return `${lines.join("\n        ")}\n\n        ${help}${names}\n\n`;
}

/** Of a switch and of bits everything that can be written is within them. */
const hasLimits = ({ kind }: ParameterFact): boolean => kind !== "switch" && kind !== "bits";

function jsonValue(fact: ParameterFact, value: number): string | number | boolean {
  if (fact.kind === "switch") return value !== 0;
  return fact.kind === "bits" ? formatValue(fact, value) : value;
}

function jsonParameter({ instance }: Control, name: Name): object {
  const fact = parameterTable[name];
  const { unit, minimum, maximum, help, fixed } = fact;
  return {
    name,
    implemented: true,
    value: jsonValue(fact, instance.params[name]),
    ...(unit !== undefined && { units: unit }),
    default: formatValue(fact, defaultParameters[name]),
    ...(hasLimits(fact) && { minimum: formatValue(fact, minimum) }),
    ...(hasLimits(fact) && maximum !== undefined && { maximum: formatValue(fact, maximum) }),
    description: help,
    flags: fixed ? ["must_restart"] : [],
  };
}
