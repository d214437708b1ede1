import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";

/** What vclc says of the connection in its answers. */
export const tellingVcl = `vcl 4.1; import proxy; import std; backend none_here none;
sub vcl_recv { return (synth(200)); }
sub vcl_synth {
  set resp.http.client = client.ip + " " + std.port(client.ip);
  set resp.http.server = server.ip + " " + std.port(server.ip);
  set resp.http.remote = remote.ip + " " + std.port(remote.ip);
  set resp.http.ssl = proxy.is_ssl();
  set resp.http.alpn = proxy.alpn();
  set resp.http.authority = proxy.authority();
  set resp.http.version = proxy.ssl_version();
  set resp.http.cipher = proxy.ssl_cipher();
  set resp.http.key = proxy.cert_key();
  set resp.http.sign = proxy.cert_sign();
  set resp.http.has-cert = proxy.client_has_cert_conn() + " " + proxy.client_has_cert_sess() + " " + proxy.ssl_verify_result();
  set resp.http.cn = proxy.client_cert_cn();
  return (deliver);
}`;

/** What came back, and the port that it was asked from. */
export interface Told {
  readonly fields: Readonly<Record<string, string>>;
  readonly status: string;
  readonly port: number;
}

/** Asks twice over one connection; answers with what the second answer said. */
export async function askOver(port: number, tls?: ConnectionOptions): Promise<Told> {
  const socket = await opened(port, tls);
  const from = socket.localPort ?? 0;
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => (text += chunk));
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  const get = "GET / HTTP/1.1\r\nHost: h\r\n";
  socket.write(`${get}\r\n${get}Connection: close\r\n\r\n`);
  socket.on("end", () => socket.end());
  await closed;
  const second = text.slice(text.lastIndexOf("HTTP/1.1 "));
  const head = second.slice(0, second.indexOf("\r\n\r\n")).split("\r\n");
  const fields = head.slice(1).map((line) => /^([^:]*): *(.*?) *$/.exec(line)?.slice(1) as [string, string]);
  return { status: head[0] ?? "", fields: Object.fromEntries(fields), port: from };
}

function opened(port: number, tls: ConnectionOptions | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = tls
      ? connectTls({ port, host: "127.0.0.1", ...tls }, () => resolve(socket))
      : connectPlain(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}
