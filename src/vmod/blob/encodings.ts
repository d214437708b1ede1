import { VclFailure } from "../../runtime/index.js";
import { hexText, latin1Bytes, latin1Text } from "../../runtime/values/blob.js";

export type Encoding = "IDENTITY" | "BASE64" | "BASE64URL" | "BASE64URLNOPAD" | "BASE64CF" | "HEX" | "URL";
export type Case = "LOWER" | "UPPER" | "DEFAULT";

interface Codec {
  /** Only these have digits whose case can be chosen. */
  readonly hasCase?: true;
  encode(bytes: Uint8Array, isUpper: boolean): string;
  /** Undefined: the text is not of this encoding. */
  decode(text: string, length: number): Uint8Array | undefined;
}

const codecs: Readonly<Record<Encoding, Codec>> = {
  IDENTITY: {
    // A string ends at the first NUL.
    encode: (bytes) => latin1Text(bytes).replace(/\0.*/s, ""),
    decode: (text, length) => latin1Bytes(text.slice(0, length)),
  },
  BASE64: base64("+", "/", "="),
  BASE64URL: base64("-", "_", "="),
  BASE64URLNOPAD: base64("-", "_", ""),
  BASE64CF: base64("-", "~", "_"),
  HEX: {
    hasCase: true,
    encode: (bytes, isUpper) => (isUpper ? hexText(bytes).toUpperCase() : hexText(bytes)),
    decode: decodeHex,
  },
  URL: { hasCase: true, encode: encodeUrl, decode: (text, length) => decodeUrl(text.slice(0, length)) },
};

/** Whether writing bytes twice may give two texts, because the case of digits differs. */
export function hasCase(encoding: Encoding): boolean {
  return codecs[encoding].hasCase === true;
}

/** Fails for a case that an encoding does not have. */
export function checkCase(encoding: Encoding, case_: Case): void {
  if (case_ === "DEFAULT" || hasCase(encoding)) return;
  throw new VclFailure(`vmod blob error: case ${case_} is illegal with encoding ${encoding}`);
}

/** The text of bytes; the case has been checked. */
export function encodeBytes(encoding: Encoding, case_: Case, bytes: Uint8Array): string {
  return codecs[encoding].encode(bytes, case_ === "UPPER");
}

/** The bytes of a text, of its first `length` characters when that is positive. Undefined: the text is not of this encoding. */
export function decodeText(encoding: Encoding, text: string, length = 0): Uint8Array | undefined {
  return codecs[encoding].decode(text, length > 0 ? length : text.length);
}

/** Base64 with these characters for 62 and 63 and this padding. */
function base64(plus: string, slash: string, pad: string): Codec {
  const pattern = new RegExp(`^[A-Za-z0-9${plus.replace("-", "\\-")}${slash}]*`);
  const standard = plus === "+";
  return {
    encode(bytes) {
      const text = btoa(latin1Text(bytes));
      if (standard) return text;
      return text.replaceAll("+", plus).replaceAll("/", slash).replaceAll("=", pad);
    },
    decode(text, length) {
      const wanted = text.slice(0, length);
      const data = pattern.exec(wanted)?.[0] ?? "";
      // How many characters the last group of four has.
      const rest = data.length % 4;
      const padding = wanted.slice(data.length);
      if (rest === 1 || padding.length > (rest === 0 ? 0 : 4 - rest)) return undefined;
      if (padding !== pad.repeat(padding.length)) return undefined;
      return latin1Bytes(atob(standard ? data : data.replaceAll(plus, "+").replaceAll(slash, "/")));
    },
  };
}

function decodeHex(text: string, length: number): Uint8Array | undefined {
  // What is not decoded has to be right all the same.
  if (!/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const wanted = text.slice(0, length);
  const digits = wanted.length % 2 === 0 ? wanted : `0${wanted}`;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Percent encoding of all but the unreserved characters (RFC 3986, section 2.3). */
function encodeUrl(bytes: Uint8Array, isUpper: boolean): string {
  return latin1Text(bytes).replace(/[^A-Za-z0-9\-._~]/g, (byte) => {
    const digits = byte.charCodeAt(0).toString(16).padStart(2, "0");
    return `%${isUpper ? digits.toUpperCase() : digits}`;
  });
}

function decodeUrl(text: string): Uint8Array | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  return latin1Bytes(
    text.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16))),
  );
}
