import { hexText, latin1Bytes } from "../values/index.js";
import { sha256 } from "../values/sha256.js";

/** A new challenge, 32 random letters, out of 32 random bytes. */
export function challengeOf(random: Uint8Array): string {
  return Array.from(random, (byte) => String.fromCharCode(0x61 + (byte % 26))).join("");
}

/** What proves to know the secret (the whole file, as bytes) in answer to a challenge: SHA-256 in hex (vcl-lifecycle 6.4). */
export function responseTo(challenge: string, secret: string): string {
  return hexText(sha256(latin1Bytes(`${challenge}\n${secret}${challenge}\n`)));
}

/** Whether two texts are the same; takes as long wherever they differ. */
export function sameText(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length;
  for (let at = 0; at < wanted.length; at++) difference |= given.charCodeAt(at) ^ wanted.charCodeAt(at);
  return difference === 0;
}
