/** VCL values: how they print, compare, convert and are read from text. */
export { blob, blobToString, hexText, latin1Bytes, latin1Text } from "./blob.js";
export { compare, equal, intDivide, intModulo, ipEqual, notEqual } from "./compare.js";
export { formatAddress, ip, ipFromBytes, parseAddress, parseIp, parseLooseIpv4, socketIp } from "./ip.js";
export { aclEntry, makeAcl, readAclEntry, type AclEntry, type AclSource } from "./acl.js";
export { parseBytes, parseDuration, parseInteger, parseReal, parseTime, type Parsed } from "./numbers.js";
export { parseDate, timeToString } from "./time.js";
export {
  aclToString,
  backendToString,
  boolToString,
  bytesToString,
  durationToString,
  intToString,
  ipToString,
  lower,
  probeToString,
  realToString,
  stevedoreToString,
  upper,
} from "./strings.js";
export { regex } from "./regex.js";
