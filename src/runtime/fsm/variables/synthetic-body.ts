import { latin1Bytes, latin1Text, type Blob } from "../../values/blob.js";

/** The body that vcl_synth or vcl_backend_error writes: bytes, one per code unit. */
export class SyntheticText {
  /** Undefined until VCL writes something. */
  text: string | undefined;

  get body(): string | undefined {
    return this.text;
  }

  set body(value: string | Blob | undefined) {
    this.text = textOf(value);
  }

  appendBody(value: string | Blob | undefined): void {
    this.text = (this.text ?? "") + textOf(value);
  }

  bytes(): Uint8Array {
    return latin1Bytes(this.text ?? "");
  }
}

function textOf(value: string | Blob | undefined): string {
  return typeof value === "object" ? latin1Text(value.bytes) : (value ?? "(null)");
}
