import { plainExpression, plainRows } from "./plain-expression.js";

/** A line of emitted code as prettier prints it if it fits, without its indentation; undefined for what is not known here. */
export function plainLine(line: string): string | undefined {
  for (const read of [condition, declaration, returned, assignment]) {
    const text = read(line);
    if (text !== unlike) return text;
  }
  const members = /^(?:objects: \(\) => |entries: )(?=\[.*\],$)/.exec(line)?.[0];
  if (members !== undefined) return around(members, plainExpression(line.slice(members.length, -1)), ",");
  if (fixedLines.some((pattern) => pattern.test(line))) return line;
  return line.endsWith(";") && !line.startsWith('"')
    ? around("", plainExpression(line.slice(0, -1)), ";")
    : undefined;
}

/** The line is none of what is asked for. */
const unlike = Symbol("unlike");
type Read = string | undefined | typeof unlike;

/** Lines that are in final form as they are written. */
const fixedLines = [
  /^(?:\} else )?\{$/,
  /^(?:return|break \w+);$/,
  /^(?:async )?function \w+\(task(?:: \w+(?: \| \w+)*)?\)(?:: [\w<>| ]+)? \{$/,
  /^(?:async )?\w+\((?:task)?\)(?:: [\w<>| ]+)? \{$/,
  /^let \w+(?:: \w+(?:\.\w+)?(?: \| \w+)*)?;$/,
  /^import (?:type )?\* as \w+ from "[^"\\]*";$/,
  /^import (?:type )?\{ \w+(?:, (?:type )?\w+)* \} from "[^"\\]*";$/,
];

/** A table at the end of a call or of a member takes a line for each of its rows, also where it would fit. Undefined where there is none. */
export function plainTable(line: string): readonly string[] | undefined {
  const [, head = "", table = "", end = ""] =
    /^((?:const \w+ = )?vpi\.acl\("\w+", \{(?: log: true )?\}, |(?:objects: \(\) => |entries: ))(\[\[.*\]\])(\);|,)$/.exec(
      line,
    ) ?? [];
  const rows = plainRows(table);
  return rows && rows.length > 1 ? [`${head}[`, ...rows.map((row) => `  ${row},`), `]${end}`] : undefined;
}

function condition(line: string): Read {
  const head = /^(?:\} else )?if \(/.exec(line)?.[0];
  if (head === undefined) return unlike;
  const end = /\) (?:\{|return action;)$/.exec(line)?.[0];
  return end === undefined
    ? undefined
    : around(head, plainExpression(line.slice(head.length, -end.length)), end);
}

function declaration(line: string): Read {
  const head = /^(?:const|let) (?:\w+|\{ \w+(?:, \w+)* \})(?:: \w+)? = /.exec(line)?.[0];
  return head !== undefined && line.endsWith(";")
    ? around(head, plainExpression(line.slice(head.length, -1)), ";")
    : unlike;
}

function returned(line: string): Read {
  const head = "return ";
  return line.startsWith(head) && line.endsWith(";")
    ? around(head, plainExpression(line.slice(head.length, -1)), ";")
    : unlike;
}

function assignment(line: string): Read {
  const head = /^[\w.$]+ (?:[-+*/]|\?\?)?= /.exec(line)?.[0];
  return head !== undefined && line.endsWith(";")
    ? around(head, plainExpression(line.slice(head.length, -1)), ";")
    : unlike;
}

function around(before: string, inner: string | undefined, after: string): string | undefined {
  return inner === undefined ? undefined : `${before}${inner}${after}`;
}
