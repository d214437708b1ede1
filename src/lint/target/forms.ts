import { fieldsSince, subSince, type Since } from "../../language/targets.js";
import type * as ast from "../../parser/ast.js";
import type { SourceFile } from "../../source/source-file.js";
import type { LintContext } from "../lint-context.js";
import type { Needs, NeedsForm } from "./check-target.js";

/** Declarations, literals and other forms of the syntax. */
export function checkForms(lint: LintContext, needs: Needs, form: NeedsForm): void {
  lint.visit({
    SubDeclaration({ name }) {
      needs(name.span, name.text.toLowerCase(), subSince(name.text.toLowerCase()));
    },
    Field({ name }) {
      const field = name.text.toLowerCase();
      needs(name.span, `.${field}`, (fieldsSince as Readonly<Record<string, Since>>)[field]);
    },
    ImportDeclaration({ alias }) {
      if (alias) form(alias.span, "import … as");
    },
    AclFlag({ name, span }) {
      form(span, name.text === "fold" ? "the flag fold of an ACL" : "flags of an ACL");
    },
    UnusedDeclaration({ span }) {
      form(span, "unused …;");
    },
    StringLiteral({ span, form: written }) {
      if (written === "triple") form(span, '"""…""" strings');
    },
    BlobLiteral({ span }) {
      form(span, "blobs written :base64:");
    },
    Identifier({ span, quoted }) {
      if (quoted) form(span, "header names in quotes");
    },
    GlobalDirectorExpression({ span }) {
      form(span, "global.NAME");
    },
    CallStatement(statement) {
      const callee = lint.program.calls.get(statement)?.name.toLowerCase();
      if (callee === undefined) form(statement.span, "call of what an expression answers");
      else needs(statement.callee.span, callee, subSince(callee));
    },
  });
  checkGlobs(lint, form);
}

/** Includes are gone from the tree: what they brought knows where they stood. */
function checkGlobs(lint: LintContext, form: NeedsForm): void {
  const seen = new Set<SourceFile>();
  const look = ({ span }: ast.Node) => {
    for (let { file } = span; file.includedFrom && !seen.has(file); file = file.includedFrom.file) {
      seen.add(file);
      const { start, end } = file.includedFrom;
      if (/^\w+\s*\+\s*glob\b/.test(file.includedFrom.file.text.slice(start, end)))
        form(file.includedFrom, "include +glob");
    }
  };
  for (const declaration of lint.program.syntax.declarations) look(declaration);
  lint.visit({ SetStatement: look, IfStatement: look, ReturnStatement: look, ExpressionStatement: look });
}
