import { meant } from "../../diagnostics/diagnostic.js";
import type { FieldEntry, FieldType } from "../../language/fields.js";
import { durationUnit } from "../../language/units.js";
import { foreignField } from "../../language/dialects.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { findWholeName, reference, reportWrongType } from "../names.js";
import type { FieldFact } from "../program.js";
import { nearest } from "../suggest.js";
import { defaultProbe, probeBody } from "./ProbeDeclaration.js";

/** The fields of a declaration that are sound, as facts and as syntax. */
export interface FoundFields {
  readonly facts: Map<string, FieldFact>;
  readonly nodes: Map<string, ast.Field>;
}

/** Reads the fields of a backend or probe: each is known, given once, and holds what its table entry says. */
export function readFields(
  a: Analysis,
  fields: readonly ast.Field[],
  table: Readonly<Record<string, FieldEntry>>,
  isEarlier: (backend: ast.BackendDeclaration) => boolean = () => true,
): FoundFields {
  const found: FoundFields = { facts: new Map(), nodes: new Map() };
  for (const field of fields) {
    const name = field.name.text;
    const entry = Object.hasOwn(table, name) ? table[name] : undefined;
    const previous = found.nodes.get(name);
    if (entry === undefined) reportUnknown(a, field, Object.keys(table));
    else if (previous) {
      const related = [{ span: previous.name.span, message: "First defined at" }];
      a.report("field-redefined", field.name.span, { name }, { related });
    } else {
      found.nodes.set(name, field);
      const fact =
        entry.since !== undefined && a.version < entry.since
          ? a.report("field-version", field.value.span, {})
          : readers[entry.type](a, field, isEarlier);
      if (fact) found.facts.set(name, fact);
    }
  }
  return found;
}

function reportUnknown(a: Analysis, { name }: ast.Field, known: readonly string[]): void {
  const foreign = foreignField(name.text);
  const near = foreign === undefined ? nearest(name.text, known) : undefined;
  const extra =
    near === undefined
      ? { hint: foreign ?? `legal are ${known.join(", ")}` }
      : { ...meant(name.span, near), hint: `did you mean '.${near}'?` };
  a.report("field-unknown", name.span, { name: name.text }, extra);
}

type Reader = (
  a: Analysis,
  field: ast.Field,
  isEarlier: (backend: ast.BackendDeclaration) => boolean,
) => FieldFact | undefined;

const readers: Readonly<Record<FieldType, Reader>> = {
  string(a, field) {
    if (field.value.kind === "StringLiteral") return { kind: "string", value: field.value.value };
    return wants(a, field, "a string");
  },
  strings(a, { name, value, ...field }) {
    if (value.kind === "StringLiteral") return { kind: "strings", value: [value.value] };
    if (value.kind !== "StringList") return wants(a, { ...field, name, value }, "a string");
    return { kind: "strings", value: value.strings.map((string) => string.value) };
  },
  integer(a, field) {
    const { value } = field;
    const isInteger = value.kind === "NumberLiteral" && !value.real && !value.unit;
    return isInteger ? { kind: "number", value: value.value } : wants(a, field, "an integer");
  },
  duration(a, field) {
    const { value } = field;
    if (value.kind !== "NumberLiteral") return wants(a, field, "a duration such as 5s");
    if (!value.unit) {
      const expected = "a duration: the number needs a unit (ms, s, m, h, d, w or y)";
      return a.report("field-value", field.span, { name: field.name.text, expected });
    }
    const unit = durationUnit(value.unit.text);
    if (unit === undefined) return a.report("duration-unit", value.unit.span, { unit: value.unit.text });
    return { kind: "number", value: value.value * unit };
  },
  blob(a, field) {
    if (field.value.kind === "BlobLiteral") return { kind: "string", value: field.value.value };
    return wants(a, field, "a blob such as :aGVsbG8=:");
  },
  boolean(a, field) {
    const word = wordOf(field.value);
    if (word === "true" || word === "false") return { kind: "boolean", value: word === "true" };
    return a.report("field-boolean", field.value.span, {});
  },
  probe: readProbe,
  backend: readBackend,
};

function wants(a: Analysis, field: ast.Field, expected: string): undefined {
  return a.report("field-value", field.value.span, { name: field.name.text, expected });
}

function wordOf(value: ast.FieldValue): string | undefined {
  return value.kind === "NameExpression" && value.parts.length === 1 ? value.parts[0].text : undefined;
}

/** A probe is inline or must be declared earlier. */
function readProbe(a: Analysis, field: ast.Field): FieldFact | undefined {
  const { value } = field;
  if (value.kind === "InlineProbe") {
    probeBody(a, value);
    return { kind: "probe", declaration: value };
  }
  if (value.kind !== "NameExpression") return a.report("backend-probe", value.span, {});
  if (wordOf(value)?.toLowerCase() === "default") {
    const declaration = defaultProbe(a);
    if (declaration) return { kind: "probe", declaration };
    return a.report("backend-default-probe", value.span, {});
  }
  const symbol = findWholeName(a, value);
  if (symbol === undefined) return undefined;
  if (symbol.kind !== "probe" || symbol.declaration?.kind !== "ProbeDeclaration") {
    return reportWrongType(a, value.span, value.parts[0].text, symbol, "probe");
  }
  reference(symbol, value.parts[0]);
  return { kind: "probe", declaration: symbol.declaration };
}

/** `.via` names a backend that is declared earlier. */
function readBackend(
  a: Analysis,
  field: ast.Field,
  isEarlier: (backend: ast.BackendDeclaration) => boolean,
): FieldFact | undefined {
  const { value } = field;
  if (value.kind !== "NameExpression") return wants(a, field, "the name of a backend");
  if (wordOf(value)?.toLowerCase() === "default") {
    const declaration = a.backends.find((backend) => backend.name.text.toLowerCase() === "default");
    if (declaration) return { kind: "backend", declaration };
  }
  const symbol = findWholeName(a, value);
  if (symbol === undefined) return undefined;
  if (symbol.kind !== "backend") {
    return reportWrongType(a, value.span, value.parts[0].text, symbol, "backend");
  }
  reference(symbol, value.parts[0]);
  const { declaration } = symbol;
  if (declaration?.kind === "BackendDeclaration" && isEarlier(declaration)) {
    return { kind: "backend", declaration };
  }
  return a.report(
    "symbol-not-found",
    value.span,
    { name: value.parts[0].text },
    { hint: "declare it earlier" },
  );
}
