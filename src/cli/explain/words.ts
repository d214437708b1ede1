import {
  actions,
  actionsOf,
  isActionName,
  type ActionEntry,
  type ActionName,
} from "../../language/actions.js";
import { setLimits, type RuntimeLimit } from "../../language/limits.js";
import { actionDocs, subDocs } from "../../language/sub-docs.js";
import {
  describeMask,
  isMethodSub,
  maskOf,
  methodSubNames,
  methodSubs,
  type MethodSub,
} from "../../language/subs.js";
import { variableDocs } from "../../language/variable-docs.js";
import { variables, type VariableEntry } from "../../language/variables.js";
import { otherWords } from "./other-words.js";
import { limitRow, paragraphs, row } from "./page.js";

/** What the tables of the language say of a variable, a sub or an action; undefined of anything else. */
export function explainWord(word: string): string | undefined {
  const name = word.toLowerCase();
  if (isMethodSub(name)) return explainSub(name);
  const action = /^return\s*\(\s*(\w+).*\)\s*;?$/.exec(name)?.[1] ?? name;
  if (isActionName(action)) return explainAction(action);
  return explainVariable(name);
}

/** The words that can be explained, as they are written, by what they are. */
export const wordsByKind: Readonly<Record<string, readonly string[]>> = {
  variables: [...new Set(variables.map(({ name }) => name))],
  subs: methodSubNames,
  actions: Object.keys(actions).map((name) => `return(${name})`),
  ...otherWords,
};

/** All of them. */
export function languageWords(): readonly string[] {
  return Object.values(wordsByKind).flat();
}

function explainVariable(name: string): string | undefined {
  const own = variables.filter((entry) => entry.name === name);
  const message = /^(\w+\.http)(?:\.[^.]+)?$/.exec(name)?.[1];
  const entries = own.length > 0 ? own : variables.filter((entry) => entry.name === `${message}.*`);
  if (entries.length === 0) return undefined;
  return entries.map((entry) => page(name, entry, variableDocs[entry.name])).join("\n");
}

function page(
  name: string,
  { type, read, write, unset, since, until, nullable }: VariableEntry,
  doc: string,
): string {
  const only = since === 41 ? " (VCL 4.1)" : until === 40 ? " (VCL 4.0)" : "";
  const where = (scopes: VariableEntry["read"] | undefined) =>
    scopes === undefined || scopes.length === 0 ? "nowhere" : describeMask(maskOf(scopes));
  return [
    `${name}: ${type}${only}\n\n`,
    `${paragraphs(doc)}\n\n`,
    row("read in", where(read)),
    row("set in", where(write)),
    row("unset in", where(unset)),
    nullable ? row("value", "may be unset") : "",
    limitRow((setLimits as Readonly<Record<string, RuntimeLimit>>)[name], "set, it "),
  ].join("");
}

function explainSub(name: MethodSub): string {
  const legal = actionsOf(name).map((action) => `return (${written(action)})`);
  return [
    `sub ${name} (${methodSubs[name]})\n\n`,
    `${paragraphs(subDocs[name])}\n\n`,
    row("ends in", legal.join(", ")),
    name === "vcl_init" || name === "vcl_fini"
      ? ""
      : row("else", "the built-in sub of that name runs after it"),
  ].join("");
}

function explainAction(name: ActionName): string {
  const { subs }: ActionEntry = actions[name];
  return [
    `return (${written(name)})\n\n`,
    `${paragraphs(actionDocs[name])}\n\n`,
    row("legal in", describeMask(maskOf(subs))),
  ].join("");
}

/** An action with what stands in its parentheses: `synth(INT [, STRING])`. */
function written(name: ActionName): string {
  const { args, needed, bare }: ActionEntry = actions[name];
  if (args.length === 0) return name;
  const given =
    args.slice(0, needed).join(", ") +
    args
      .slice(needed)
      .map((arg) => ` [, ${arg}]`)
      .join("");
  return bare ? `${name}[(${given})]` : `${name}(${given})`;
}
