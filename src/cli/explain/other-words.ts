import { backendFields, probeFields, type FieldEntry } from "../../language/fields.js";
import { describeMask, maskOf } from "../../language/subs.js";
import { typeMembers, types, type TypeMember, type VclType } from "../../language/types.js";
import {
  declarationDocs,
  familyDocs,
  fieldDocs,
  statementDocs,
  typeDocs,
  type WordDoc,
} from "../../language/word-docs.js";
import { paragraphs, row } from "./page.js";

const storageWord = /^storage\.[\w-]+(?:\.(\w+))?$/;

/** What the tables of the language say of a statement, a declaration or a field of one, a type, a storage or a global director. */
export function explainOtherWord(word: string): readonly string[] {
  const name = word.toLowerCase().replace(/(?:\(\))?;?$/, "");
  const pages = [
    wordPage(statementDocs, name),
    name === word || !isType(word) ? wordPage(declarationDocs, name) : undefined,
    fieldPage(name),
    familyPage(word),
    storagePage(name),
  ].filter((page) => page !== undefined);
  const type = word.toUpperCase();
  return isType(type) && (type === word || pages.length === 0) ? [...pages, typePage(type)] : pages;
}

/** These words, as they are written, by what they are. */
export const otherWords: Readonly<Record<string, readonly string[]>> = {
  statements: Object.keys(statementDocs),
  declarations: Object.keys(declarationDocs),
  fields: Object.keys(fieldDocs).map((name) => `.${name}`),
  types: Object.keys(types),
  others: [
    ...familyDocs.map(({ name }) => name),
    "storage.NAME",
    ...Object.keys(typeMembers.STEVEDORE ?? {}).map((member) => `storage.NAME.${member}`),
  ],
};

function wordPage(docs: Readonly<Record<string, WordDoc>>, name: string): string | undefined {
  if (!Object.hasOwn(docs, name)) return undefined;
  const { syntax = "", text = "", subs } = docs[name] ?? {};
  const legal = subs ? row("legal in", describeMask(maskOf(subs))) : "";
  return `${syntax}\n\n${paragraphs(text)}\n${legal && `\n${legal}`}`;
}

function fieldPage(name: string): string | undefined {
  const field = name.replace(/^\./, "");
  if (!name.startsWith(".") || !Object.hasOwn(fieldDocs, field)) return undefined;
  const of = Object.entries<Readonly<Record<string, FieldEntry>>>({
    backend: backendFields,
    probe: probeFields,
  });
  const rows = of.flatMap(([kind, fields]) => {
    const entry = fields[field];
    return entry ? [row("field of", kind), row("value", entry.type)] : [];
  });
  return `.${field}\n\n${paragraphs(fieldDocs[field as keyof typeof fieldDocs])}\n\n${rows.join("")}`;
}

function familyPage(word: string): string | undefined {
  const family = familyDocs.find(({ pattern }) => pattern.test(word));
  return family && `${word}: ${family.type}\n\n${paragraphs(family.text)}\n`;
}

function storagePage(name: string): string | undefined {
  const [whole, member] = storageWord.exec(name) ?? [];
  if (whole === undefined) return undefined;
  if (member === undefined)
    return `${name}: STEVEDORE\n\n${paragraphs(typeDocs.STEVEDORE)}\n\n${memberRows("STEVEDORE")}`;
  const found = typeMembers.STEVEDORE?.[member];
  return found && `${name}: ${found.returns}\n\n${paragraphs(found.doc)}\n`;
}

function isType(word: string): word is VclType {
  return Object.hasOwn(types, word);
}

function typePage(type: VclType): string {
  const members = memberRows(type);
  return `${type}\n\n${paragraphs(typeDocs[type])}\n${members && `\n${members}`}`;
}

function memberRows(type: VclType): string {
  const members = Object.entries<TypeMember>(typeMembers[type] ?? {});
  return members
    .map(([name, { returns, called, doc }]) =>
      row("has", `.${name}${called ? "()" : ""} (${returns}): ${doc}`),
    )
    .join("");
}
