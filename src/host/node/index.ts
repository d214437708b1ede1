/** The Node host: sockets, files, names, and the HTTP/1.1 front. */
export { CommandPort, type CommandPortOptions } from "./command-port.js";
export { NodeHost, type NodeHostOptions } from "./node-host.js";
export { nodeSourceReader } from "./source-reader.js";
export { shippedVmodFolder } from "./shipped-vmods.js";
