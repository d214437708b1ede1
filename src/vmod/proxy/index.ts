import type { ClientTask } from "../../runtime/index.js";

/** Types of TLVs (PROXY protocol 2.2). */
const type = {
  alpn: 0x01,
  authority: 0x02,
  ssl: 0x20,
  sslVersion: 0x21,
  sslCommonName: 0x22,
  sslCipher: 0x23,
  sslSignature: 0x24,
  sslKey: 0x25,
} as const;

/** Bits of the first byte of the SSL TLV. */
const flag = { ssl: 1, certificateOnConnection: 2, certificateInSession: 4 } as const;

/** The proxy VMOD; proxy.vcc says what each function does. */
export function alpn(task: ClientTask): string | undefined {
  return textOf(task, type.alpn);
}

export function authority(task: ClientTask): string | undefined {
  return textOf(task, type.authority);
}

export function is_ssl(task: ClientTask): boolean {
  return isSet(task, flag.ssl);
}

export function client_has_cert_sess(task: ClientTask): boolean {
  return isSet(task, flag.certificateInSession);
}

export function client_has_cert_conn(task: ClientTask): boolean {
  return isSet(task, flag.certificateOnConnection);
}

export function ssl_verify_result(task: ClientTask): number {
  const ssl = valueOf(task, type.ssl);
  return ssl ? new DataView(ssl.buffer, ssl.byteOffset).getUint32(1) : 0;
}

export function ssl_version(task: ClientTask): string | undefined {
  return textOf(task, type.sslVersion);
}

export function client_cert_cn(task: ClientTask): string | undefined {
  return textOf(task, type.sslCommonName);
}

export function ssl_cipher(task: ClientTask): string | undefined {
  return textOf(task, type.sslCipher);
}

export function cert_sign(task: ClientTask): string | undefined {
  return textOf(task, type.sslSignature);
}

export function cert_key(task: ClientTask): string | undefined {
  return textOf(task, type.sslKey);
}

function valueOf(task: ClientTask, wanted: number): Uint8Array | undefined {
  return task.sess.proxyTlvs?.get(wanted);
}

function textOf(task: ClientTask, wanted: number): string | undefined {
  const value = valueOf(task, wanted);
  if (!value) return undefined;
  const end = value.indexOf(0);
  return String.fromCharCode(...(end < 0 ? value : value.subarray(0, end)));
}

function isSet(task: ClientTask, bit: number): boolean {
  return ((valueOf(task, type.ssl)?.[0] ?? 0) & bit) !== 0;
}
