import type { AnalyzedProgram, ExpressionFact, FieldFact, Resolution } from "../../src/analyze/program.js";
import type { Expression } from "../../src/parser/ast.js";
import { position } from "../../src/source/position.js";

/** The facts of a program as text, one a line, for golden files. Built-in text is left out unless it is emitted. */
export function printProgram(program: AnalyzedProgram): string {
  const { defaultBackend, version } = program;
  const lines = [
    `version ${version}`,
    ...program.imports.map(({ alias, vmod }) => `import ${vmod.name} as ${alias}`),
    `default backend ${defaultBackend?.name.text ?? "-"}`,
    ...[...program.fields].map(([node, facts]) => `fields ${nameOf(node)} ${printFields(facts)}`),
    ...program.acls.map(({ declaration, log, entries }) => {
      const list = entries.map(
        ({ syntax, address, mask, isHostName }) =>
          `${syntax.negated ? "!" : ""}${address}${mask === undefined ? "" : `/${mask}`}${isHostName ? "?" : ""}`,
      );
      return `acl ${declaration.name.text}${log ? " +log" : ""} ${list.join(" ")}`;
    }),
    ...program.subs.map(
      (sub) =>
        `sub ${sub.name} ${sub.kind} bodies=${sub.bodies.length}${sub.includesBuiltin ? " builtin" : ""} ` +
        `group=${sub.group ?? "-"}${sub.suspends ? " suspends" : ""} from=${[...sub.reachedFrom].join(",")}`,
    ),
    ...program.objects.map(({ name, import: { alias }, object }) => `object ${name} ${alias}.${object.name}`),
    ...program.labels.map(({ name }) => `label ${name}`),
    ...program.globals.map(({ name }) => `global ${name}`),
    ...[...program.targets]
      .map(([{ target }, fact]) => {
        const { line } = position(target.span.file, target.span.start);
        const name =
          fact.kind === "header" ? `${fact.message}.http.${fact.header}` : `${fact.name} ${fact.type}`;
        return { user: target.span.file.kind !== "builtin", text: `target ${line} ${name}` };
      })
      .filter(({ user }) => user)
      .map(({ text }) => text),
    ...[...program.expressions]
      .filter(([e]) => e.span.file.kind !== "builtin")
      .sort(([one], [other]) => one.span.start - other.span.start || other.span.end - one.span.end)
      .map(([e, fact]) => printExpression(e, fact)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function nameOf(node: { readonly kind: string; readonly name?: { readonly text: string } }): string {
  return node.name?.text ?? "(inline)";
}

function printFields(facts: ReadonlyMap<string, FieldFact>): string {
  const show = (fact: FieldFact) =>
    "declaration" in fact ? nameOf(fact.declaration) : JSON.stringify(fact.value);
  return [...facts].map(([name, fact]) => `.${name}=${show(fact)}`).join(" ");
}

function printExpression(e: Expression, fact: ExpressionFact): string {
  const { line, column } = position(e.span.file, e.span.start);
  const words = [
    `${line}:${column}`,
    JSON.stringify(e.span.file.text.slice(e.span.start, e.span.end)),
    fact.type + (fact.convertTo ? `→${fact.convertTo}` : ""),
  ];
  if (fact.nullable) words.push("nullable");
  if (fact.strands !== 1) words.push(`strands=${fact.strands}`);
  if (fact.concatenation) words.push("concatenation");
  if (fact.constant !== undefined) words.push(`constant=${JSON.stringify(fact.constant)}`);
  if (fact.resolution) words.push(printResolution(fact.resolution));
  return words.join(" ");
}

function printResolution(resolution: Resolution): string {
  switch (resolution.kind) {
    case "variable":
      return `variable ${resolution.name}`;
    case "header":
      return `header ${resolution.message}.http.${resolution.header}`;
    case "global":
      return `global ${resolution.name}${resolution.inInit ? " in init" : ""}`;
    case "function":
    case "method": {
      const owner = resolution.kind === "function" ? resolution.import.alias : resolution.object.name;
      const args = resolution.args.map(({ argument, value, word }) => {
        const given = value === undefined ? "-" : (word ?? "given");
        return `${argument.implementationName}:${given}`;
      });
      return `${resolution.kind} ${owner}.${resolution.function.name}(${args.join(" ")})`;
    }
    case "typeMethod":
      return `typeMethod ${resolution.name} of ${resolution.receiver.kind}`;
    case "backend":
    case "probe":
    case "acl":
      return `${resolution.kind} ${resolution.declaration.name.text}`;
    case "sub":
      return `sub ${resolution.sub.name}`;
    default:
      return "name" in resolution ? `${resolution.kind} ${resolution.name}` : resolution.kind;
  }
}
