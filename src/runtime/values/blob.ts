/** A BLOB value. `type` tells blobs of different origin apart for VMODs. */
export interface Blob {
  readonly bytes: Uint8Array;
  readonly type: string;
}
