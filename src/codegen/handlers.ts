import { emitBanStatement } from "./emit/BanStatement.js";
import { emitBinaryExpression } from "./emit/BinaryExpression.js";
import { emitBlobLiteral } from "./emit/BlobLiteral.js";
import { emitBlock } from "./emit/Block.js";
import { emitCallExpression } from "./emit/CallExpression.js";
import { emitCallStatement } from "./emit/CallStatement.js";
import { emitExpressionStatement } from "./emit/ExpressionStatement.js";
import { emitGlobalDirectorExpression } from "./emit/GlobalDirectorExpression.js";
import { emitHashDataStatement } from "./emit/HashDataStatement.js";
import { emitIfStatement } from "./emit/IfStatement.js";
import { emitMemberExpression } from "./emit/MemberExpression.js";
import { emitNameExpression } from "./emit/NameExpression.js";
import { emitNewStatement } from "./emit/NewStatement.js";
import { emitNumberLiteral } from "./emit/NumberLiteral.js";
import { emitParenthesizedExpression } from "./emit/ParenthesizedExpression.js";
import { emitReturnStatement } from "./emit/ReturnStatement.js";
import { emitSetStatement } from "./emit/SetStatement.js";
import { emitStringLiteral } from "./emit/StringLiteral.js";
import { emitSyntheticStatement } from "./emit/SyntheticStatement.js";
import { emitUnaryExpression } from "./emit/UnaryExpression.js";
import { emitUnsetStatement } from "./emit/UnsetStatement.js";
import type { NodeHandlers } from "./emitter.js";
import { emitConverted } from "./shared/convert.js";

/** What writes each kind of node inside a sub; declarations are written by `emit/Program.ts`. */
export const nodeHandlers: NodeHandlers = {
  statements: {
    BanStatement: emitBanStatement,
    Block: emitBlock,
    CallStatement: emitCallStatement,
    ExpressionStatement: emitExpressionStatement,
    HashDataStatement: emitHashDataStatement,
    IfStatement: emitIfStatement,
    NewStatement: emitNewStatement,
    ReturnStatement: emitReturnStatement,
    SetStatement: emitSetStatement,
    SyntheticStatement: emitSyntheticStatement,
    UnsetStatement: emitUnsetStatement,
  },
  expressions: {
    BinaryExpression: emitBinaryExpression,
    BlobLiteral: emitBlobLiteral,
    CallExpression: emitCallExpression,
    GlobalDirectorExpression: emitGlobalDirectorExpression,
    MemberExpression: emitMemberExpression,
    NameExpression: emitNameExpression,
    NumberLiteral: emitNumberLiteral,
    ParenthesizedExpression: emitParenthesizedExpression,
    StringLiteral: emitStringLiteral,
    UnaryExpression: emitUnaryExpression,
  },
  convert: emitConverted,
};
