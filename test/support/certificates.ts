import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A self-signed certificate with its key: the path of both in one file, and each as text. */
export interface Certificate {
  readonly file: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes a self-signed certificate (P-256) for a name, with openssl. */
export function makeCertificate(folder: string, name: string): Certificate {
  const [key, certificate, file] = ["key", "crt", "pem"].map((ending) =>
    join(folder, `${name}.${ending}`),
  ) as [string, string, string];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const alternative = /^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`;
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=${alternative}`, "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...subject, "-keyout", key, "-out", certificate], {
    stdio: "pipe",
  });
  const texts = { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  writeFileSync(file, texts.key + texts.certificate);
  return { file, ...texts };
}
