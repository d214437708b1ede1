/** The message model: header fields, what is copied where, the small grammars inside header values. */
export { HttpHeaders } from "./http-headers.js";
export { header, headerToString } from "./header-ref.js";
export { Workspace, type WorkspaceSnapshot } from "./workspace.js";
export { isHeaderName, isHeaderValue, lowerName } from "./header-names.js";
export {
  checkConnection,
  noteConnection,
  filterHeaders,
  withoutConnectionNames,
  type ConnectionCheck,
  type FilterClass,
} from "./filters.js";
export { contentLength, directive, hasToken, parseDeltaSeconds, splitList } from "./tokens.js";
export { canHaveBody, isValidStatus, reasonPhrase } from "./status.js";
