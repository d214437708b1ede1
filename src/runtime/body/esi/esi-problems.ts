/** What ESI markup can be wrong about: the texts of Varnish's ESI_xmlerror records. */
export const esiProblems = {
  lacksFinalSlash: { level: "WARN", text: "ESI 1.0 <esi:include> lacks final '/'" },
  httpsIgnored: { level: "WARN", text: "ESI 1.0 <esi:include> with https:// ignored" },
  httpsAsHttp: { level: "WARN", text: "ESI 1.0 <esi:include> https:// treated as http://" },
  noSrc: { level: "ERR", text: "ESI 1.0 <esi:include> lacks src attr" },
  manySrc: { level: "ERR", text: "ESI 1.0 <esi:include> has multiple src= attributes" },
  whiteInSrc: { level: "ERR", text: "ESI 1.0 <esi:include> has whitespace in src= attribute" },
  badSrc: { level: "ERR", text: "ESI 1.0 <esi:include> invalid src= URL" },
  includeEndTag: { level: "ERR", text: "ESI 1.0 </esi:include> illegal end-tag" },
  commentEndTag: { level: "ERR", text: "ESI 1.0 </esi:comment> illegal end-tag" },
  includeInRemove: { level: "ERR", text: "ESI 1.0 <esi:include> element nested in <esi:remove>" },
  commentInRemove: { level: "ERR", text: "ESI 1.0 <esi:comment> element nested in <esi:remove>" },
  esiCommentInRemove: { level: "ERR", text: "ESI 1.0 Nested <!--esi element in <esi:remove>" },
  commentNeedsSlash: { level: "ERR", text: "ESI 1.0 <esi:comment> needs final '/'" },
  unknownElement: { level: "ERR", text: "ESI 1.0 <esi:bogus> element" },
  emptyRemove: { level: "ERR", text: "ESI 1.0 <esi:remove/> not legal" },
  removeOpen: { level: "ERR", text: "ESI 1.0 <esi:remove> already open" },
  removeNotOpen: { level: "ERR", text: "ESI 1.0 <esi:remove> not open" },
  slashInTag: { level: "ERR", text: "XML 1.0 '>' does not follow '/' in tag" },
  attributeStart: { level: "ERR", text: "XML 1.0 Illegal attribute start char" },
  attributeName: { level: "ERR", text: "XML 1.0 Illegal attr char" },
  attributeDelimiter: { level: "ERR", text: "XML 1.0 Illegal attribute delimiter" },
  attributeEnd: { level: "ERR", text: "XML 1.0 Missing end attribute delimiter" },
  endsInTag: { level: "ERR", text: "VEP ended inside a tag" },
  /** The two below say no place and count nowhere. */
  notXml: {
    level: undefined,
    text: "WARN: No ESI processing, first char not '<'. (See feature esi_disable_xml_check)",
  },
  notXmlButMark: {
    level: undefined,
    text: "WARN: No ESI processing, first char not '<' but BOM. (See feature esi_remove_bom)",
  },
} as const satisfies Record<string, EsiProblem>;

/** A record about markup; `level` undefined: it is complete as it stands. */
export interface EsiProblem {
  readonly level: "ERR" | "WARN" | undefined;
  readonly text: string;
}
