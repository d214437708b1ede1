import ts from "typescript";

/** TypeScript of erasable syntax as JavaScript: types become blanks, so that every line and column stays. */
export function withoutTypes(text: string): string {
  const file = ts.createSourceFile("module.ts", text, ts.ScriptTarget.Latest, true);
  const blanks: [start: number, end: number][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) blanks.push([annotationStart(text, node), node.end]);
    else if (ts.isImportSpecifier(node) && node.isTypeOnly)
      blanks.push([node.getStart(), commaAfter(text, node.end)]);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return blanks.reduce(
    (result, [start, end]) => result.slice(0, start) + blank(result.slice(start, end)) + result.slice(end),
    text,
  );
}

/** Where the `:` or `as` before a type is. */
function annotationStart(text: string, type: ts.TypeNode): number {
  const before = /(?::|\bas)\s*$/.exec(text.slice(0, type.getStart()));
  return before ? before.index : type.getStart();
}

function commaAfter(text: string, end: number): number {
  return text[end] === "," ? end + 1 : end;
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, " ");
}
