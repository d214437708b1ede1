/** An IP value: an address, with a port where it came from a socket. */
export interface Ip {
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  readonly port: number;
  /** Numeric text without the port, as VCL prints it. */
  readonly text: string;
}
